import { Button, Dialog, type DialogProps } from '@getuige/ui'
import type { RefusalError } from '../api/index.ts'
import { t } from '../messages/translate.ts'
import { ErrorPanel } from './faces.tsx'

/** Says what an act does, and asks once more. */
export function ConfirmDialog({
  body,
  actLabel,
  variant = 'primary',
  isPending,
  error,
  onConfirm,
  onClose,
  ...frame
}: Pick<DialogProps, 'title' | 'size' | 'onClose'> & {
  body: string
  actLabel: string
  variant?: 'primary' | 'danger'
  isPending: boolean
  error: RefusalError | null
  onConfirm: () => void
}) {
  return (
    <Dialog
      {...frame}
      isOpen
      isAlert
      onClose={onClose}
      closeLabel={t('app.close')}
      actions={
        <>
          <Button onPress={onClose}>{t('app.cancel')}</Button>
          <Button variant={variant} isPending={isPending} onPress={onConfirm}>
            {actLabel}
          </Button>
        </>
      }
    >
      <p>{body}</p>
      {error !== null && <ErrorPanel error={error} />}
    </Dialog>
  )
}
