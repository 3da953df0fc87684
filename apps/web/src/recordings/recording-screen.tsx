import { getRecording } from '@getuige/contract'
import { Panel, Skeleton } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useMemo } from 'react'
import { query } from '../api/index.ts'
import { destinations } from '../app/destinations.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { type KeyBinding, useKeys } from '../app/keys.ts'
import { Screen } from '../app/screen.tsx'
import { useSession } from '../app/session.ts'
import { CompanionsPanel } from '../together/companions.tsx'
import { ShiftLink } from '../together/shift-link.tsx'
import { formatInstant } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { WhyStillHere } from '../retention/why-still-here.tsx'
import { Connections } from '../search/connections.tsx'
import { ActivationFacts } from './activation-facts.tsx'
import { Assignments } from './assignments.tsx'
import { Keeping } from './keeping.tsx'
import { keptSearch } from './list-search.ts'
import { PicturePlace } from '../player/picture-place.tsx'
import { RecordingFacts } from './recording-facts.tsx'
import { RecordingState } from './recording-state.tsx'
import { TrailChain } from './trail-chain.tsx'

/** One recording: see it for a stated purpose, how long it is kept and why, what was done to it, and act on it. */
export function RecordingScreen() {
  const { recordingId } = useParams({ from: '/recordings/$recordingId' })
  const {
    data: recording,
    error,
    refetch,
  } = useQuery({
    ...query(getRecording, { params: { recordingId } }),
    // What is being prepared or erased changes by itself.
    refetchInterval: ({ state }) =>
      state.data?.state === 'erasing' || state.data?.media.playable === null ? 2_000 : 15_000,
  })
  const navigate = useNavigate()
  const { roles } = useSession().person
  const mayList = destinations.some((one) => one.to === '/recordings' && one.roles.some((role) => roles.includes(role)))
  const keys = useMemo<readonly KeyBinding[]>(
    () =>
      mayList
        ? [
            {
              key: 'b',
              label: t('recordings.keyBack'),
              run: () => void navigate({ to: '/recordings', search: keptSearch() }),
            },
          ]
        : [],
    [mayList, navigate],
  )
  useKeys(keys)
  const back = mayList && (
    <Link
      to="/recordings"
      search={keptSearch()}
      aria-keyshortcuts="b"
      className="text-accent underline underline-offset-2"
    >
      ← {t('recordings.backToList')}
    </Link>
  )

  if (recording === undefined) {
    return (
      <Screen title={t('recordings.title')} lead={back === false ? undefined : back}>
        {error === null ? (
          <Skeleton label={t('recordings.recordingLoading')} rows={8} />
        ) : (
          <ErrorPanel error={error} onRetry={() => void refetch()} />
        )}
      </Screen>
    )
  }
  return (
    <Screen
      title={t('recordings.recordingTitle', { when: formatInstant(recording.recordedAt) })}
      lead={
        <span className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
          {back}
          <span>
            {recording.wearer?.name ?? t('recordings.wearerNone')} · {recording.camera.label}
          </span>
          <RecordingState recording={recording} layout="inline" />
          <ShiftLink recording={recording} />
        </span>
      }
      aside={
        <>
          <CompanionsPanel recording={recording} />
          <Keeping recording={recording} />
          <WhyStillHere recordingId={recording.id} />
          <Assignments recording={recording} />
          <Connections recording={recording} />
          <Panel title={t('recordings.activation')}>
            <ActivationFacts recording={recording} />
          </Panel>
        </>
      }
      below={
        <Panel title={t('recordings.trail')}>
          <TrailChain recordingId={recording.id} purposes={recording.purposes} />
        </Panel>
      }
    >
      {error !== null && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      <PicturePlace key={recording.id} recording={recording} />
      <Panel title={t('recordings.facts')}>
        <RecordingFacts recording={recording} />
      </Panel>
    </Screen>
  )
}
