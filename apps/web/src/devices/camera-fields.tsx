import { TextField } from '@getuige/ui'
import type { RefusalError } from '../api/index.ts'
import { fieldError } from '../app/form.ts'
import { t } from '../messages/translate.ts'

export type CameraNames = Readonly<{ label: string; serial: string }>

export function isCameraNamed({ label, serial }: CameraNames): boolean {
  return label.trim() !== '' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(serial.trim())
}

export function CameraFields({
  value,
  onChange,
  error,
}: {
  value: CameraNames
  onChange: (value: CameraNames) => void
  error: RefusalError | null
}) {
  return (
    <>
      <TextField
        label={t('devices.label')}
        description={t('devices.cameraLabelHint')}
        value={value.label}
        onChange={(label) => onChange({ ...value, label })}
        error={fieldError(error, 'body.label')}
        autoComplete="off"
        maxLength={120}
        isRequired
      />
      <TextField
        label={t('devices.serial')}
        description={t('devices.serialHint')}
        value={value.serial}
        onChange={(serial) => onChange({ ...value, serial })}
        error={
          error?.code === 'camera/serial-taken' ? t('errors.camera/serial-taken') : fieldError(error, 'body.serial')
        }
        autoComplete="off"
        isMono
        maxLength={64}
        isRequired
      />
    </>
  )
}
