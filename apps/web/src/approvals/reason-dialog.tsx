import { Button, Dialog, TextArea } from '@getuige/ui'
import { type ReactNode, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import type { RefusalError } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { t } from '../messages/translate.ts'
import { busy, focusFirstProblem } from '../recordings/form-problems.ts'

/** Asks for words before an act, and shows what stands in its way. */
export function ReasonDialog({
  title,
  body,
  label = t('approvals.reason'),
  hint,
  actLabel,
  variant = 'primary',
  leastLength = 5,
  isPending,
  error,
  onSubmit,
  onClose,
  children,
}: {
  title: string
  body?: ReactNode
  label?: string
  hint?: string
  actLabel: string
  variant?: 'primary' | 'danger'
  leastLength?: number
  isPending: boolean
  error: RefusalError | null
  onSubmit: (words: string) => void
  onClose: () => void
  /** More fields, before the words. */
  children?: ReactNode
}) {
  const [words, setWords] = useState('')
  const [wasTried, setWasTried] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const isShort = words.trim().length < leastLength

  const submit = () => {
    if (isShort) {
      flushSync(() => setWasTried(true))
      focusFirstProblem(form.current)
      return
    }
    if (!isPending) onSubmit(words.trim())
  }
  return (
    <Dialog
      title={title}
      isOpen
      isAlert={variant === 'danger'}
      onClose={onClose}
      closeLabel={t('app.close')}
      actions={
        <>
          <Button onPress={onClose}>{t('app.cancel')}</Button>
          <Button variant={variant} onPress={submit} className={isPending ? busy : ''}>
            {actLabel}
          </Button>
        </>
      }
    >
      <form
        ref={form}
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        {body !== undefined && <div className="text-pretty text-ink-2">{body}</div>}
        {children}
        <TextArea
          label={label}
          {...(hint === undefined ? {} : { description: hint })}
          autoFocus={children === undefined}
          rows={leastLength > 5 ? 5 : 3}
          maxLength={5000}
          value={words}
          onChange={setWords}
          error={wasTried && isShort ? t('approvals.wordsShort', { least: leastLength }) : null}
        />
        {error !== null && <ErrorPanel error={error} />}
      </form>
    </Dialog>
  )
}
