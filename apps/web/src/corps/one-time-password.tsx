import { Button, Dialog } from '@getuige/ui'
import { Secret } from '../app/secret.tsx'
import { t } from '../messages/translate.ts'

/** A one-time password, which is shown now and never again. */
export function OneTimePassword({ name, value, onClose }: { name: string; value: string; onClose: () => void }) {
  return (
    <Dialog
      isOpen
      isAlert
      title={t('corps.oneTimeTitle', { name })}
      closeLabel={t('app.close')}
      onClose={onClose}
      actions={
        <Button variant="primary" onPress={onClose}>
          {t('app.close')}
        </Button>
      }
    >
      <p className="mb-3">{t('corps.oneTimeBody', { name })}</p>
      <Secret label={t('corps.oneTimeTitle', { name })} value={value} />
    </Dialog>
  )
}
