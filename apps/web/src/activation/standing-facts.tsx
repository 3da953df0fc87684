import type { RecordingRow } from '@getuige/contract'
import { State } from '@getuige/ui'
import { formatDay, formatInstant } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'

/** For its wearer: that a recording arrived, is sealed, and until when it is kept. */
export function StandingFacts({ recording, isLong = false }: { recording: RecordingRow; isLong?: boolean }) {
  const { keptUntil } = recording
  const isErased = recording.state === 'erased' || recording.state === 'erasing'
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1">
      <li>
        <State shape="check" tone="accent">
          {isLong ? t('activation.arrivedAt', { when: formatInstant(recording.receivedAt) }) : t('activation.arrived')}
        </State>
      </li>
      {!isErased && (
        <li>
          <State shape="check" tone="accent">
            {isLong ? t('activation.sealedBody') : t('activation.sealed')}
          </State>
        </li>
      )}
      {!isLong && (
        <li className="text-ink-2">
          {keptUntil.because === 'erased' || keptUntil.because === 'period-over'
            ? t(keptUntil.because === 'erased' ? 'recordings.keptErased' : 'recordings.keptOver', {
                date: formatDay(keptUntil.erasedAt ?? keptUntil.dueOn),
              })
            : keptUntil.because === 'held'
              ? t('recordings.state.held')
              : t('recordings.keptUntil', { date: formatDay(keptUntil.dueOn) })}
        </li>
      )}
    </ul>
  )
}
