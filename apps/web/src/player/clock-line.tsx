import type { ClockCorrection, ClockDrift, Recording } from '@getuige/contract'
import { useSession } from '../app/session.ts'
import { formatDay, formatNumber } from '../messages/formats.ts'
import { currentLocale, t } from '../messages/translate.ts'
import { isAdjusted, type PictureView } from './picture-view.ts'
import { elapsed, type FrameRate, frameNumber, wallClock } from './player-time.ts'

/** Less is within what a clock is read to: the facts of the recording say that there is none. */
const leastDriftMs = 50

/** What the clock of the camera was off by, where that is more than nothing. */
export function statedDrift(facts: Recording['facts']): ClockDrift | null {
  const drift = facts?.drift ?? null
  return drift !== null && Math.abs(drift.ms) >= leastDriftMs ? drift : null
}

/** "+1.8 s", "−0.04 s". */
export function saySeconds(ms: number): string {
  return t('player.seconds', { seconds: `${ms < 0 ? '−' : '+'}${formatNumber(Math.abs(ms) / 1000, 3)}` })
}

function zoneName(at: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat(currentLocale(), { timeZone, timeZoneName: 'short' }).formatToParts(at)
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone
}

/**
 * The moment of the frame on screen, by the clock of the corps and by UTC, and its number; what is known of that clock,
 * and how the picture is looked at.
 */
export function ClockLine({
  recording,
  positionMs,
  durationMs,
  rate,
  correction,
  view,
  hasWaveform,
}: {
  recording: Recording
  positionMs: number
  durationMs: number
  rate: FrameRate
  correction: ClockCorrection | null
  view: PictureView
  hasWaveform: boolean
}) {
  const { timeZone } = useSession().corps
  const { recordedAt, recordedAtFrom, facts } = recording
  const at = Date.parse(recordedAt) + positionMs
  const drift = statedDrift(facts)
  return (
    <div className="flex flex-col gap-0.5">
      <p className="flex flex-wrap items-baseline gap-x-4 font-mono text-sm">
        <span className="whitespace-nowrap">
          <span className="text-ink-2">{formatDay(at)} </span>
          <time className="text-lg font-medium" dateTime={new Date(Math.round(at)).toISOString()}>
            {wallClock(recordedAt, positionMs, timeZone)}
          </time>
          <span className="text-ink-2"> {zoneName(at, timeZone)}</span>
        </span>
        <span className="whitespace-nowrap text-ink-2">{wallClock(recordedAt, positionMs, 'UTC')} UTC</span>
        <span className="whitespace-nowrap text-ink-2">
          {rate === null
            ? facts?.isVariableFrameRate === true && t('player.frameVaries')
            : t('player.frameNumber', { number: formatNumber(frameNumber(positionMs, rate)) })}
        </span>
        <span className="whitespace-nowrap text-ink-2">
          {elapsed(positionMs, true)} / {elapsed(durationMs)}
        </span>
        {hasWaveform && (
          <span title={t('player.waveformScale')} className="ml-auto font-sans text-xs whitespace-nowrap text-ink-3">
            {t('player.waveformIn')}
          </span>
        )}
      </p>
      {(correction !== null || drift !== null || recordedAtFrom === 'receipt' || isAdjusted(view)) && (
        <p className="flex flex-wrap gap-x-4 text-sm text-ink-2">
          {recordedAtFrom === 'receipt' && <span>{t('player.clockFromReceipt')}</span>}
          {drift !== null && <span>{t(`player.drift.${drift.against}`, { drift: saySeconds(drift.ms) })}</span>}
          {correction !== null && (
            <span>
              {t('player.corrected', {
                clock: wallClock(recordedAt, positionMs + correction.offsetMs, timeZone),
                offset: saySeconds(correction.offsetMs),
                who: correction.madeBy,
              })}
            </span>
          )}
          {isAdjusted(view) && <span>{t('player.adjusted')}</span>}
        </p>
      )}
    </div>
  )
}
