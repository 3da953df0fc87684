import { TextArea } from '@getuige/ui'
import { type ReactNode, useState } from 'react'
import type { RefusalError } from '../api/index.ts'
import { FormDialog } from '../app/form-dialog.tsx'
import { t } from '../messages/translate.ts'

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
  const isShort = words.trim().length < leastLength
  return (
    <FormDialog
      title={title}
      isAlert={variant === 'danger'}
      actLabel={actLabel}
      variant={variant}
      isWrong={isShort}
      isPending={isPending}
      error={error}
      onSubmit={() => onSubmit(words.trim())}
      onClose={onClose}
    >
      {(wasTried) => (
        <>
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
        </>
      )}
    </FormDialog>
  )
}
