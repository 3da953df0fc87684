import { addCamera, addDock } from '@getuige/contract'
import { TextField } from '@getuige/ui'
import { useMutation } from '@tanstack/react-query'
import { call, type RefusalError } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { CameraFields, isCameraNamed } from '../devices/camera-fields.tsx'
import { t } from '../messages/translate.ts'
import { change, useDraft } from './draft.ts'
import { StepForm } from './step-form.tsx'

/** A camera, worn by the enforcer of the step before, and a dock with its token. Done again, it goes on where it stopped. */
export function CameraStep() {
  const draft = useDraft()
  const add = useMutation<void, RefusalError>({
    mutationFn: async () => {
      if (!draft.isCameraAdded) {
        await call(addCamera, { body: { ...draft.camera, wearerId: draft.wearer?.id ?? null } })
        change({ isCameraAdded: true })
      }
      const { dock, token } = await call(addDock, { body: { label: draft.dockLabel } })
      change({ token: { label: dock.label, value: token }, step: 'done' })
    },
  })

  return (
    <StepForm
      title={t('setup.step.camera')}
      lead={t('setup.cameraLead')}
      isReady={isCameraNamed(draft.camera) && draft.dockLabel.trim() !== ''}
      isPending={add.isPending}
      onNext={() => add.mutate()}
      onLater={() => change({ step: 'done' })}
    >
      {add.error !== null && add.error.code !== 'camera/serial-taken' && <ErrorPanel error={add.error} />}
      <div className="flex max-w-md flex-col gap-4">
        <CameraFields value={draft.camera} onChange={(camera) => change({ camera })} error={add.error} />
        <p>
          <span className="font-medium">{t('devices.wearer')}:</span> {draft.wearer?.name ?? t('app.nobody')}
        </p>
        <TextField
          label={t('setup.dock')}
          description={t('devices.dockLabelHint')}
          value={draft.dockLabel}
          onChange={(dockLabel) => change({ dockLabel })}
          autoComplete="off"
          maxLength={120}
          isRequired
        />
      </div>
    </StepForm>
  )
}
