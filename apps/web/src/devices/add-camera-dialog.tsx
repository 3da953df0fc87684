import { addCamera, type Camera, type Person } from '@getuige/contract'
import { Select } from '@getuige/ui'
import { useState } from 'react'
import { useAct } from '../api/index.ts'
import { FormDialog } from '../app/form-dialog.tsx'
import { t } from '../messages/translate.ts'
import { CameraFields, type CameraNames, isCameraNamed } from './camera-fields.tsx'
import { nobody, wearerOptions } from './wearer-options.ts'

export function AddCameraDialog({
  people,
  onClose,
  onAdded,
}: {
  people: readonly Person[]
  onClose: () => void
  onAdded: (camera: Camera) => void
}) {
  const add = useAct(addCamera)
  const [names, setNames] = useState<CameraNames>({ label: '', serial: '' })
  const [wearerId, setWearerId] = useState(nobody)

  return (
    <FormDialog
      title={t('devices.addCamera')}
      actLabel={t('app.add')}
      isReady={isCameraNamed(names)}
      isPending={add.isPending}
      error={add.error?.code === 'camera/serial-taken' ? null : add.error}
      onSubmit={() => {
        add.mutate(
          { body: { ...names, wearerId: wearerId === nobody ? null : wearerId } },
          { onSuccess: ({ camera }) => onAdded(camera) },
        )
      }}
      onClose={onClose}
    >
      {() => (
        <>
          <CameraFields value={names} onChange={setNames} error={add.error} />
          <Select
            label={t('devices.wearer')}
            description={t('devices.wearerHint')}
            placeholder={t('app.choose')}
            options={wearerOptions(people, null)}
            value={wearerId}
            onChange={setWearerId}
          />
        </>
      )}
    </FormDialog>
  )
}
