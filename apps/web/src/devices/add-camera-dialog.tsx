import { addCamera, type Camera, type Person } from '@getuige/contract'
import { Button, Dialog, Select } from '@getuige/ui'
import { useId, useState } from 'react'
import { useAct } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
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
  const formId = useId()
  const add = useAct(addCamera)
  const [names, setNames] = useState<CameraNames>({ label: '', serial: '' })
  const [wearerId, setWearerId] = useState(nobody)

  return (
    <Dialog
      isOpen
      title={t('devices.addCamera')}
      closeLabel={t('app.close')}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('app.cancel')}</Button>
          <Button
            type="submit"
            form={formId}
            variant="primary"
            isDisabled={!isCameraNamed(names)}
            isPending={add.isPending}
          >
            {t('app.add')}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (!isCameraNamed(names) || add.isPending) return
          add.mutate(
            { body: { ...names, wearerId: wearerId === nobody ? null : wearerId } },
            { onSuccess: ({ camera }) => onAdded(camera) },
          )
        }}
      >
        {add.error !== null && add.error.code !== 'camera/serial-taken' && <ErrorPanel error={add.error} />}
        <CameraFields value={names} onChange={setNames} error={add.error} />
        <Select
          label={t('devices.wearer')}
          description={t('devices.wearerHint')}
          placeholder={t('app.choose')}
          options={wearerOptions(people, null)}
          value={wearerId}
          onChange={setWearerId}
        />
      </form>
    </Dialog>
  )
}
