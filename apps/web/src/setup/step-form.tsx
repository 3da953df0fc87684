import { Button } from '@getuige/ui'
import type { ReactNode } from 'react'
import { t } from '../messages/translate.ts'

/** The form of one step: what is asked, and the way on, back or past it. */
export function StepForm({
  title,
  lead,
  children,
  side,
  isReady,
  isPending = false,
  nextLabel = t('setup.next'),
  onNext,
  onBack,
  onLater,
}: {
  title: string
  lead?: ReactNode
  children: ReactNode
  /** Beside the form at desk width, under it on a phone. */
  side?: ReactNode
  isReady: boolean
  isPending?: boolean
  nextLabel?: string
  onNext: () => void
  onBack?: () => void
  onLater?: () => void
}) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-x-8 gap-y-5 lg:has-[aside]:grid-cols-2">
      <form
        className="flex flex-col gap-4"
        aria-label={title}
        onSubmit={(event) => {
          event.preventDefault()
          if (isReady && !isPending) onNext()
        }}
      >
        <div>
          <h2 ref={focusUnlessTyping} tabIndex={-1} className="text-lg font-semibold outline-none">
            {title}
          </h2>
          {lead !== undefined && <div className="max-w-prose text-ink-2">{lead}</div>}
        </div>
        {children}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" variant="primary" isDisabled={!isReady} isPending={isPending}>
            {nextLabel}
          </Button>
          {onBack !== undefined && <Button onPress={onBack}>{t('setup.back')}</Button>}
          {onLater !== undefined && (
            <Button variant="plain" onPress={onLater}>
              {t('setup.later')}
            </Button>
          )}
        </div>
      </form>
      {side !== undefined && <aside className="flex flex-col gap-4">{side}</aside>}
    </div>
  )
}

/** The step before took the focus away with it: it goes to the heading, unless a field has it already. */
function focusUnlessTyping(heading: HTMLHeadingElement | null): void {
  if (document.activeElement === document.body) heading?.focus()
}
