import type { RecordingRow } from '@getuige/contract'
import { classNames, State } from '@getuige/ui'
import { t } from '../messages/translate.ts'
import { marksOf, sayHeldFor, sayHolds } from './standing.ts'

/** The state of a recording, each part a shape and a word; a hold says what for. */
export function RecordingState({
  recording,
  layout = 'tall',
}: {
  recording: RecordingRow
  /** `tall` has room for a number over two lines, `low` for one; `inline` is the marks alone, side by side. */
  layout?: 'tall' | 'low' | 'inline'
}) {
  const [hold, ...others] = recording.keptUntil.holds
  return (
    <span className={classNames('flex min-w-0 leading-snug', layout === 'inline' ? 'flex-wrap gap-x-4' : 'flex-col')}>
      {marksOf(recording).map((mark) => (
        <span key={mark.word} className="min-w-0">
          <State shape={mark.shape} tone={mark.tone}>
            {t(mark.word)}
          </State>
          {mark.shape === 'diamond' && hold !== undefined && layout !== 'inline' && (
            <span
              className={classNames(
                'pl-4.5 text-sm leading-tight break-words text-ink-2',
                layout === 'low' ? 'line-clamp-1' : 'line-clamp-2',
              )}
              title={sayHolds(recording.keptUntil.holds)}
            >
              {sayHeldFor(hold)}
              {others.length > 0 && ` ${t('recordings.heldMore', { count: others.length })}`}
            </span>
          )}
        </span>
      ))}
    </span>
  )
}
