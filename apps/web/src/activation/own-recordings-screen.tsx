import { listOwnRecordings, type RecordingRow } from '@getuige/contract'
import { Banner, Button, EmptyState, type Shape, Skeleton, State, type Tone } from '@getuige/ui'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { pagedQuery } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { Screen } from '../app/screen.tsx'
import { formatDay, formatDuration, formatTime } from '../messages/formats.ts'
import { type MessageKey, t } from '../messages/translate.ts'
import { Notices } from '../retention/notices.tsx'
import { StandingFacts } from './standing-facts.tsx'
import { WhoMayView } from './who-may-view.tsx'

const refreshMs = 8_000

/** The wearer's page: that each recording arrived and is sealed, until when it is kept, and what is still asked. */
export function OwnRecordingsScreen() {
  const list = useInfiniteQuery({
    ...pagedQuery(listOwnRecordings, { query: { limit: 50 } }),
    refetchInterval: ({ state }) => refreshMs * Math.max(1, state.data?.pages.length ?? 1),
  })
  const recordings = useMemo(() => list.data?.pages.flatMap((page) => page.recordings) ?? [], [list.data])
  const asked = recordings.filter(isAsked).length
  return (
    <Screen title={t('activation.title')} width="narrow">
      <Notices />
      {list.error !== null && <ErrorPanel error={list.error} onRetry={() => void list.refetch()} />}
      {list.data === undefined && list.error === null && <Skeleton label={t('activation.loading')} rows={6} />}
      {list.data !== undefined && recordings.length === 0 && (
        <EmptyState title={t('activation.emptyTitle')}>{t('activation.emptyBody')}</EmptyState>
      )}
      {recordings.length > 0 && (
        <>
          {asked > 0 ? (
            <Banner title={t('activation.asked', { count: asked })} />
          ) : (
            <p className="text-ink-2">{t('activation.askedNone')}</p>
          )}
          <ul className="flex flex-col gap-2">
            {recordings.map((recording) => (
              <li key={recording.id}>
                <OwnRecording recording={recording} />
              </li>
            ))}
          </ul>
          {list.hasNextPage && (
            <Button size="large" isWide isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
              {t('activation.more')}
            </Button>
          )}
        </>
      )}
      {list.data !== undefined && <WhoMayView />}
    </Screen>
  )
}

function isAsked(recording: RecordingRow): boolean {
  return recording.activation === 'missing' && recording.state !== 'erased' && recording.state !== 'erasing'
}

const recordLooks: Record<RecordingRow['activation'], Readonly<{ shape: Shape; tone: Tone; word: MessageKey }>> = {
  warned: { shape: 'check', tone: 'neutral', word: 'activation.doneWarned' },
  exception: { shape: 'check', tone: 'neutral', word: 'activation.doneException' },
  missing: { shape: 'triangle', tone: 'loss', word: 'activation.missing' },
  'not-asked': { shape: 'ring', tone: 'muted', word: 'activation.notAsked' },
}

/** One whole area to touch, readable at arm's length. */
function OwnRecording({ recording }: { recording: RecordingRow }) {
  const isGone = recording.state === 'erased' || recording.state === 'erasing'
  const { shape, tone, word } = recordLooks[recording.activation]
  return (
    <Link
      to="/own/$recordingId"
      params={{ recordingId: recording.id }}
      className={`flex items-center gap-3 rounded border border-line bg-panel px-4 py-3 hover:border-edge ${isGone ? 'text-ink-3' : ''}`}
    >
      <span className="min-w-0 flex-1">
        <span className="flex flex-wrap items-baseline gap-x-2 text-lg">
          <span className="font-semibold">{formatDay(recording.recordedAt)}</span>
          <span className="font-mono">{formatTime(recording.recordedAt)}</span>
          {recording.media.durationMs !== null && (
            <span className="font-mono text-base text-ink-3">{formatDuration(recording.media.durationMs)}</span>
          )}
          <span className="text-base text-ink-3">{recording.camera.label}</span>
        </span>
        <span className="mt-1 flex flex-col gap-1">
          <StandingFacts recording={recording} />
          {!isGone && (
            <span className={recording.activation === 'missing' ? 'font-medium' : ''}>
              <State shape={shape} tone={tone}>
                {t(word)}
              </State>
            </span>
          )}
        </span>
      </span>
      <span aria-hidden="true" className="text-xl text-ink-3">
        ›
      </span>
    </Link>
  )
}
