import { eraseDue, type ReturnsOf } from '@getuige/contract'
import { Button, Dialog } from '@getuige/ui'
import { useAct } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { t } from '../messages/translate.ts'

export type ErasureResult = ReturnsOf<typeof eraseDue>

/** Says what will happen, then does it: this cannot be taken back. */
export function EraseDueDialog({
  dueNow,
  heldPastDue,
  onClose,
  onErased,
}: {
  dueNow: number
  heldPastDue: number
  onClose: () => void
  onErased: (result: ErasureResult) => void
}) {
  const erase = useAct(eraseDue)
  return (
    <Dialog
      isOpen
      isAlert
      title={t('retention.eraseTitle', { count: dueNow })}
      closeLabel={t('app.close')}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose} autoFocus>
            {t('app.cancel')}
          </Button>
          <Button
            variant="danger"
            isPending={erase.isPending}
            onPress={() => erase.mutate({}, { onSuccess: onErased })}
          >
            {t('retention.eraseDo')}
          </Button>
        </>
      }
    >
      <ul className="flex list-disc flex-col gap-2 pl-5">
        <li>{t('retention.eraseKeys')}</li>
        <li>{t('retention.eraseHeld', { count: heldPastDue })}</li>
        <li>{t('retention.eraseTrail')}</li>
      </ul>
      {erase.error !== null && <ErrorPanel error={erase.error} />}
    </Dialog>
  )
}
