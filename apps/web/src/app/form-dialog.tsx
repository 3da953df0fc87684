import { Button, Dialog, type DialogProps } from '@getuige/ui'
import { type ReactNode, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import type { RefusalError } from '../api/index.ts'
import { t } from '../messages/translate.ts'
import { ErrorPanel } from './faces.tsx'
import { focusFirstProblem } from './form.ts'

/**
 * Asks something before an act. A try with something wrong shows what, and goes to the first of it; a try while the act
 * is under way does nothing.
 */
export function FormDialog({
  actLabel,
  variant = 'primary',
  isWrong = false,
  isReady = true,
  isPending,
  error,
  instead,
  sendsOnEnter = true,
  onSubmit,
  onClose,
  children,
  ...frame
}: Pick<DialogProps, 'title' | 'size' | 'isAlert' | 'onClose'> & {
  actLabel: string
  variant?: 'primary' | 'danger'
  /** A field is not as it should be, and says so once `children` is told that there was a try. */
  isWrong?: boolean
  /** False while something is not filled in yet that every field says it needs: the act cannot be tried. */
  isReady?: boolean
  isPending: boolean
  error: RefusalError | null
  /** Shown in place of the form when there is nothing to ask, or no longer; then one can only close. */
  instead?: ReactNode
  sendsOnEnter?: boolean
  /** `focusProblem` is for what only the server finds wrong: call it once the words stand beside the field. */
  onSubmit: (focusProblem: () => void) => void
  children: (wasTried: boolean) => ReactNode
}) {
  const [wasTried, setWasTried] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const focusProblem = () => focusFirstProblem(form.current)

  const submit = () => {
    if (isWrong) {
      flushSync(() => setWasTried(true))
      focusProblem()
    } else if (isReady && !isPending) onSubmit(focusProblem)
  }
  return (
    <Dialog
      {...frame}
      isOpen
      onClose={onClose}
      closeLabel={t('app.close')}
      actions={
        instead === undefined ? (
          <>
            <Button onPress={onClose}>{t('app.cancel')}</Button>
            <Button variant={variant} isDisabled={!isReady} isPending={isPending} onPress={submit}>
              {actLabel}
            </Button>
          </>
        ) : (
          <Button onPress={onClose}>{t('app.close')}</Button>
        )
      }
    >
      {instead ?? (
        <form
          ref={form}
          noValidate
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            submit()
          }}
        >
          {children(wasTried)}
          {error !== null && <ErrorPanel error={error} />}
          {/* Enter in a field submits, as people expect of a form. */}
          {sendsOnEnter && <button type="submit" hidden />}
        </form>
      )}
    </Dialog>
  )
}
