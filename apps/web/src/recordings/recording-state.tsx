import type { RecordingRow } from '@getuige/contract'
import { State } from '@getuige/ui'
import { t } from '../messages/translate.ts'
import { marksOf, sayHeldFor } from './standing.ts'

/** The state of a recording, each part a shape and a word; a hold says what for. */
export function RecordingState({ recording }: { recording: RecordingRow }) {
  const [hold, ...others] = recording.keptUntil.holds
  return (
    <span className="flex min-w-0 flex-col leading-snug">
      {marksOf(recording).map((mark) => (
        <span key={mark.word} className="min-w-0">
          <State shape={mark.shape} tone={mark.tone}>
            {t(mark.word)}
          </State>
          {mark.shape === 'diamond' && hold !== undefined && (
            <span className="block truncate pl-4.5 text-sm text-ink-2" title={sayHeldFor(hold)}>
              {t('recordings.heldFor', { for: sayHeldFor(hold) })}
              {others.length > 0 && ` ${t('recordings.heldMore', { count: others.length })}`}
            </span>
          )}
        </span>
      ))}
    </span>
  )
}
