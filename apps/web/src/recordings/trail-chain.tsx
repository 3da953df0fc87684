import { getTrail, type PurposeChoice, type TrailEntry } from '@getuige/contract'
import type { RecordingId } from '@getuige/base'
import { classNames, Skeleton, Tag } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { query } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { formatInstant } from '../messages/formats.ts'
import { say, t } from '../messages/translate.ts'
import { sayHeldFor } from './standing.ts'
import { sayDetails } from './trail-details.ts'
import { describeEntry } from './trail-words.ts'

/** The custody trail, asked again soon while an entry still waits for its checkpoint. */
export function useTrail(recordingId: RecordingId) {
  return useQuery({
    ...query(getTrail, { params: { recordingId } }),
    refetchInterval: ({ state }) =>
      state.data?.entries.some((entry) => entry.logIndex === null) === true ? 1_000 : 10_000,
  })
}

function sayActor(actor: TrailEntry['actor']): string {
  if (actor.kind === 'system') return t('recordings.actorSystem')
  if (actor.kind === 'forgotten') return t('oversight.wordsErased')
  if (actor.kind === 'dock') return t('recordings.actorDock', { name: actor.name })
  const roles = actor.roles ?? (actor.role === undefined ? [] : [actor.role])
  const title = actor.title ?? ''
  return [actor.name, ...(title === '' ? [] : [title]), ...roles.map((role) => t(`app.role.${role}`))].join(', ')
}

function sayEntry(entry: TrailEntry, before: readonly TrailEntry[], purposes: readonly PurposeChoice[]): string {
  const words = describeEntry(
    entry,
    before.some((one) => one.type === entry.type),
  )
  const purpose = purposes.find((choice) => choice.id === words.purpose)
  return t(words.key, {
    ...(words.purpose === undefined ? {} : { purpose: purpose === undefined ? words.purpose : say(purpose.label) }),
    ...(words.heldFor === undefined ? {} : { for: sayHeldFor(words.heldFor) }),
    ...(words.recipient === undefined ? {} : { recipient: words.recipient }),
    ...(words.name === undefined ? {} : { name: words.name }),
  })
}

/** What was done to a recording, one act under the other, each with who, why and its place in the log. */
export function TrailChain({
  recordingId,
  purposes,
}: {
  recordingId: RecordingId
  purposes: readonly PurposeChoice[]
}) {
  const { data: trail, error, refetch } = useTrail(recordingId)
  if (error !== null && trail === undefined) return <ErrorPanel error={error} onRetry={() => void refetch()} />
  if (trail === undefined) return <Skeleton label={t('recordings.trailLoading')} rows={4} />
  if (trail.entries.length === 0) return <p className="text-ink-3">{t('recordings.trailEmpty')}</p>
  return (
    <>
      <ol className="flex flex-col">
        {trail.entries.map((entry, index) => (
          <TrailLink
            key={entry.id}
            entry={entry}
            purposes={purposes}
            words={sayEntry(entry, trail.entries.slice(0, index), purposes)}
            isLast={index === trail.entries.length - 1}
          />
        ))}
      </ol>
      {trail.checkpoint !== null && (
        <p className="mt-3 border-t border-line pt-2 text-sm text-ink-3">
          {t('recordings.trailCheckpoint', {
            size: trail.checkpoint.size,
            when: formatInstant(trail.checkpoint.signedAt, 'second'),
          })}
          <span className="block font-mono text-xs break-all">{trail.checkpoint.origin}</span>
        </p>
      )}
    </>
  )
}

function TrailLink({
  entry,
  words,
  purposes,
  isLast,
}: {
  entry: TrailEntry
  words: string
  purposes: readonly PurposeChoice[]
  isLast: boolean
}) {
  const { reason } = describeEntry(entry)
  const details = sayDetails(entry.details, purposes)
  return (
    <li className="relative pb-3 pl-5 last:pb-0">
      {!isLast && (
        <span aria-hidden="true" className="absolute top-3 bottom-[-0.375rem] left-[0.3125rem] w-px bg-edge" />
      )}
      <span
        aria-hidden="true"
        className={classNames(
          'absolute top-1.5 left-0 size-[0.6875rem] rounded-full border-2 border-accent',
          entry.logIndex === null ? 'border-dashed bg-panel' : 'bg-accent',
          entry.type === 'recording-erased' && 'border-ink-3 bg-panel',
        )}
      />
      <details className="group">
        <summary className="cursor-pointer list-none rounded-sm leading-snug [&::-webkit-details-marker]:hidden">
          <span className="flex items-start gap-2">
            <span className="min-w-0 flex-1 font-medium break-words">{words}</span>
            <span aria-hidden="true" className="text-ink-3 group-open:rotate-90">
              ›
            </span>
          </span>
          {reason !== null && (
            <span className="block break-words text-ink-2">{t('recordings.quote', { text: reason })}</span>
          )}
          <span className="flex flex-wrap gap-x-4 text-sm text-ink-3">
            <span>
              {sayActor(entry.actor)} · <time dateTime={entry.at}>{formatInstant(entry.at, 'second')}</time>
            </span>
            {entry.logIndex === null ? (
              <Tag tone="muted">{t('recordings.trailWaits')}</Tag>
            ) : (
              <span>{t('recordings.trailInLog', { index: entry.logIndex })}</span>
            )}
          </span>
        </summary>
        <dl className="mt-1.5 grid grid-cols-[minmax(0,auto)_minmax(0,1fr)] gap-x-3 gap-y-0.5 rounded-sm bg-sunken px-2 py-1.5 text-sm">
          {details.map(({ name, value, isCode }) => (
            <div key={name} className="col-span-2 grid grid-cols-subgrid">
              <dt className="text-ink-3">{name}</dt>
              <dd className={classNames('min-w-0', isCode ? 'font-mono text-xs leading-5 break-all' : 'break-words')}>
                {value}
              </dd>
            </div>
          ))}
          <div className="col-span-2 grid grid-cols-subgrid">
            <dt className="text-ink-3">{t('recordings.trailEntryId')}</dt>
            <dd className="min-w-0 font-mono text-xs leading-5 break-all">{entry.id}</dd>
          </div>
        </dl>
      </details>
    </li>
  )
}
