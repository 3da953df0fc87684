import type { RecordingId } from '@getuige/base'
import { type Beside, getShift, type ReturnsOf } from '@getuige/contract'
import { buttonClass, EmptyState, Panel } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { query } from '../api/index.ts'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { Screen } from '../app/screen.tsx'
import { formatDay, formatDuration, formatTime } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { sayOffset } from './say-offset.ts'

type Shift = ReturnsOf<typeof getShift>

/** What one person recorded on one day, as one line from left to right, and the same in words. */
export function ShiftScreen() {
  const { personId, on } = useParams({ from: '/shifts/$personId/$on' })
  const { data: shift, error, refetch } = useQuery(query(getShift, { params: { personId, on } }))
  const dayLink = (by: number) => (
    <Link
      to="/shifts/$personId/$on"
      params={{ personId, on: dayBeside(on, by) }}
      className={buttonClass({ size: 'small' })}
    >
      {t(by < 0 ? 'together.dayBefore' : 'together.dayAfter')}
    </Link>
  )
  return (
    <Screen
      title={
        shift === undefined
          ? t('together.shift')
          : t('together.shiftOf', { name: shift.wearer.name, day: formatDay(on) })
      }
      lead={shift === undefined ? undefined : formatDay(on, 'long')}
      actions={
        <>
          {dayLink(-1)}
          {dayLink(1)}
        </>
      }
    >
      {error !== null && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {shift === undefined && error === null && <Loading rows={3} />}
      {shift !== undefined && <ShiftOf shift={shift} />}
    </Screen>
  )
}

function ShiftOf({ shift }: { shift: Shift }) {
  const { recordings, warnings, cameras } = shift
  return (
    <>
      <Panel title={t('together.dayLine')}>
        <ShiftLine shift={shift} />
      </Panel>
      <Panel title={t('together.dayInWords')}>
        {recordings.length === 0 ? (
          <EmptyState title={t('together.noRecordings')}>{t('together.noRecordingsBody')}</EmptyState>
        ) : (
          <ol className="flex flex-col gap-2">
            {recordings.map((recording, at) => (
              <li key={recording.id} className="flex flex-wrap gap-x-3">
                <Gap before={recordings[at - 1]} recording={recording} />
                <Link
                  to="/recordings/$recordingId"
                  params={{ recordingId: recording.id }}
                  className="font-mono text-accent underline underline-offset-2"
                >
                  {formatTime(beginOf(recording), 'second')}–{formatTime(endOf(recording), 'second')}
                </Link>
                <span>
                  {recording.camera.label} · {formatDuration(recording.media.durationMs ?? 0)}
                </span>
                {recording.correction !== null && (
                  <span className="text-ink-2">
                    {t('together.correctedBy', {
                      offset: sayOffset(recording.correction.offsetMs),
                      name: recording.correction.madeBy,
                    })}
                  </span>
                )}
                {warningsOf(recording.id, warnings).map(({ at: when, which }) => (
                  <span key={which} className="text-ink-2">
                    ◆ {t(which === 'first' ? 'recordings.warningFirst' : 'recordings.warningSecond')},{' '}
                    {formatTime(when, 'second')}
                  </span>
                ))}
              </li>
            ))}
          </ol>
        )}
      </Panel>
      <Panel title={t('together.camerasCarried')}>
        {cameras.length === 0 ? (
          <p className="text-ink-2">{t('together.noCamera')}</p>
        ) : (
          <ul className="flex flex-col gap-1">
            {cameras.map(({ label, from, until }) => (
              <li key={`${label} ${from}`}>
                {label} <span className="text-ink-2">· {sayStretch(shift, from, until)}</span>
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </>
  )
}

/** Hours as ticks; recordings as bars that open them; warnings as diamonds. What is on it stands below it in words. */
function ShiftLine({ shift }: { shift: Shift }) {
  const { recordings, warnings, cameras } = shift
  const from = Date.parse(shift.from)
  const until = Date.parse(shift.until)
  // The hours in which nothing was recorded at either end say nothing: an hour is left of them.
  const hourMs = 3_600_000
  const begins = recordings.map(beginOf)
  const ends = recordings.map(endOf)
  const first = Math.max(from, Math.floor((Math.min(...begins, until) - hourMs / 2) / hourMs) * hourMs)
  const last = Math.min(until, Math.ceil((Math.max(...ends, from) + hourMs / 2) / hourMs) * hourMs)
  const [left, right] = recordings.length === 0 ? [from, until] : [first, last]
  const share = (at: number) => `${(Math.min(Math.max(at - left, 0), right - left) / (right - left)) * 100}%`
  const hours = Array.from({ length: Math.round((right - left) / hourMs) + 1 }, (_, at) => left + at * hourMs)
  const every = Math.max(1, Math.ceil(hours.length / 8))
  return (
    <div className="relative pt-1 pb-6">
      <div className="relative h-12 rounded bg-sunken forced-color-adjust-none">
        {hours.map((hour) => (
          <span
            key={hour}
            aria-hidden="true"
            className="absolute inset-y-0 w-px bg-line"
            style={{ left: share(hour) }}
          />
        ))}
        {cameras.map((camera) => (
          <span
            key={`${camera.label} ${camera.from}`}
            title={`${camera.label}, ${sayStretch(shift, camera.from, camera.until)}`}
            className="absolute top-0 h-1 bg-edge"
            style={{
              left: share(Date.parse(camera.from)),
              right: `calc(100% - ${share(camera.until === null ? until : Date.parse(camera.until))})`,
            }}
          />
        ))}
        {recordings.map((recording) => (
          <span
            key={recording.id}
            className="absolute top-3 h-7 min-w-1.5 rounded-sm bg-accent-solid forced-colors:bg-[Highlight]"
            style={{ left: share(beginOf(recording)), right: `calc(100% - ${share(endOf(recording))})` }}
          />
        ))}
        {/* A bar of a few pixels is hit all the same. */}
        {recordings.map((recording) => (
          <Link
            key={recording.id}
            to="/recordings/$recordingId"
            params={{ recordingId: recording.id }}
            aria-label={t('together.barName', {
              from: formatTime(beginOf(recording), 'second'),
              camera: recording.camera.label,
              length: formatDuration(recording.media.durationMs ?? 0),
            })}
            title={`${formatTime(beginOf(recording), 'second')} · ${recording.camera.label}`}
            className="absolute top-1 bottom-1 -translate-x-1/2 rounded-sm hover:bg-[color-mix(in_oklab,var(--accent)_25%,transparent)] pointer-coarse:-inset-y-1"
            style={{
              left: share((beginOf(recording) + endOf(recording)) / 2),
              width: `max(1.5rem, ${share(left + endOf(recording) - beginOf(recording))})`,
            }}
          />
        ))}
        {warnings.map(({ recordingId, at, which }) => (
          <span
            key={`${recordingId} ${which}`}
            title={`${t(which === 'first' ? 'recordings.warningFirst' : 'recordings.warningSecond')}, ${formatTime(at, 'second')}`}
            className="pointer-events-none absolute top-1.5 -ml-1 size-2.5 rotate-45 border border-panel bg-ink"
            style={{ left: share(Date.parse(at)) }}
          />
        ))}
      </div>
      {hours
        .filter((_hour, at) => at % every === 0 && at < hours.length - 1)
        .map((hour) => (
          <span
            key={hour}
            aria-hidden="true"
            className="absolute bottom-0 font-mono text-xs text-ink-2"
            style={{ left: share(hour) }}
          >
            {formatTime(hour)}
          </span>
        ))}
    </div>
  )
}

/** A gap longer than a minute is said before what follows it. */
function Gap({ before, recording }: { before: Beside | undefined; recording: Beside }) {
  const gapMs = before === undefined ? 0 : beginOf(recording) - endOf(before)
  if (gapMs < 60_000) return null
  return (
    <span className="mb-2 w-full border-l-2 border-dotted border-edge pl-2 text-sm text-ink-3">
      {t('together.gap', { length: formatDuration(gapMs) })}
    </span>
  )
}

function beginOf({ recordedAt, correction }: Beside): number {
  return Date.parse(recordedAt) + (correction?.offsetMs ?? 0)
}

function endOf(recording: Beside): number {
  return recording.endsAt === null ? beginOf(recording) : Date.parse(recording.endsAt)
}

function warningsOf(id: RecordingId, warnings: Shift['warnings']) {
  return warnings.filter(({ recordingId }) => recordingId === id)
}

/** Of a day: since when, until when, or the whole of it. */
function sayStretch(shift: Shift, from: string, until: string | null): string {
  const isFromBefore = Date.parse(from) <= Date.parse(shift.from)
  const isBeyond = until === null || Date.parse(until) >= Date.parse(shift.until)
  if (isFromBefore && isBeyond) return t('together.wholeDay')
  if (isFromBefore) return t('together.untilTime', { time: formatTime(until ?? shift.until) })
  if (isBeyond) return t('together.fromTime', { time: formatTime(from) })
  return `${formatTime(from)}–${formatTime(until ?? shift.until)}`
}

function dayBeside(day: string, by: number): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) + by * 86_400_000).toISOString().slice(0, 10)
}
