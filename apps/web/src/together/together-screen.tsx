import type { RecordingId } from '@getuige/base'
import {
  getRecording,
  listCompanions,
  type PurposeChoice,
  type Recording,
  startViewingTogether,
  viewingProxyPath,
} from '@getuige/contract'
import { Banner, Button, classNames, EmptyState, Panel } from '@getuige/ui'
import { useQueries, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { query, useAct } from '../api/index.ts'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { busy, focusFirstProblem } from '../app/form.ts'
import { Screen } from '../app/screen.tsx'
import { formatInstant } from '../messages/formats.ts'
import { say, t } from '../messages/translate.ts'
import type { Viewing, ViewingEnd } from '../player/purpose-form.tsx'
import { PurposeFields, usePurpose } from '../recordings/purpose-fields.tsx'
import { CompanionChoice } from './companions.tsx'
import { laneColour } from './lane-colours.ts'
import { TogetherPlayer } from './together-player.tsx'

const endWords = {
  idle: 'recordings.ended.idle',
  'by-hand': 'recordings.ended.by-hand',
  over: 'recordings.purposeEnded',
} as const satisfies Record<ViewingEnd, string>

/** Several recordings of one event, for one purpose, by one clock. */
export function TogetherScreen() {
  const { ids = '', at } = useSearch({ from: '/together' })
  const recordingIds = ids.split(',').filter((id) => id !== '') as RecordingId[]
  const found = useQueries({
    queries: recordingIds.map((recordingId) => query(getRecording, { params: { recordingId } })),
    combine: (results) => ({
      recordings: results.flatMap(({ data }) => data ?? []),
      error: results.find(({ error }) => error !== null)?.error ?? null,
    }),
  })
  const [watched, setWatched] = useState<readonly Viewing[] | null>(null)
  const [ended, setEnded] = useState<ViewingEnd | null>(null)
  const { recordings } = found
  const isThere = recordings.length === recordingIds.length

  if (recordingIds.length === 0) {
    return (
      <Screen title={t('together.title')}>
        <EmptyState title={t('together.nothingChosen')}>{t('together.nothingChosenBody')}</EmptyState>
      </Screen>
    )
  }
  if (!isThere) {
    return (
      <Screen title={t('together.title')}>
        {found.error === null ? <Loading /> : <ErrorPanel error={found.error} />}
      </Screen>
    )
  }
  if (watched?.length === recordings.length) {
    return (
      <TogetherPlayer
        recordings={recordings}
        viewings={watched}
        startAt={at === undefined ? null : Date.parse(at)}
        onEnded={(because) => {
          setWatched(null)
          setEnded(because)
        }}
      />
    )
  }
  return (
    <Screen title={t('together.title')} width="reading">
      <Chosen recordings={recordings} />
      <Panel title={t('recordings.purposeTitle')}>
        {/* Other recordings, other purposes. */}
        <PurposeForAll
          key={ids}
          recordings={recordings}
          ended={ended}
          onStarted={(viewings) => {
            setEnded(null)
            setWatched(viewings)
          }}
        />
      </Panel>
    </Screen>
  )
}

/** Which are watched, and which else there are at the same time. */
function Chosen({ recordings }: { recordings: readonly Recording[] }) {
  const navigate = useNavigate()
  const [first, ...others] = recordings
  const { data } = useQuery({
    ...query(listCompanions, { params: { recordingId: first?.id ?? '' } }),
    enabled: first !== undefined,
  })
  if (first === undefined) return null
  const change = (chosen: readonly RecordingId[]) =>
    void navigate({ to: '/together', search: { ids: [first.id, ...chosen].join(',') }, replace: true })
  return (
    <Panel title={t('together.chosen')}>
      <div className="grid gap-4 md:grid-cols-2">
        <ol className="flex flex-col gap-2">
          {recordings.map((recording, row) => (
            <li key={recording.id} className="flex items-start gap-2">
              <span
                className="mt-0.5 flex size-5 shrink-0 items-center justify-center rounded-full forced-color-adjust-none font-mono text-xs font-semibold text-panel"
                style={{ background: laneColour(row) }}
              >
                {row + 1}
              </span>
              <span className="min-w-0">
                <Link
                  to="/recordings/$recordingId"
                  params={{ recordingId: recording.id }}
                  className="font-medium text-accent underline underline-offset-2"
                >
                  {recording.camera.label}
                </Link>
                <span className="text-ink-2"> · {recording.wearer?.name ?? t('recordings.wearerNone')}</span>
                <span className="block text-sm text-ink-2">{formatInstant(recording.recordedAt, 'second')}</span>
              </span>
            </li>
          ))}
        </ol>
        {data !== undefined && data.companions.length > 0 ? (
          <CompanionChoice
            self={data.self}
            companions={data.companions}
            chosen={others.map(({ id }) => id)}
            onChange={change}
          />
        ) : (
          <p className="text-ink-2">{t('together.noCompanions')}</p>
        )}
      </div>
    </Panel>
  )
}

/** The purposes that serve every one of them; each closed to the person for one is closed for all, with why. */
function sharedPurposes(recordings: readonly Recording[]): PurposeChoice[] {
  const [first, ...others] = recordings
  return (first?.purposes ?? []).flatMap((purpose) => {
    const same = others.map(({ purposes }) => purposes.find(({ id }) => id === purpose.id))
    if (same.some((one) => one === undefined || one.may.view === null)) return []
    const all = [purpose, ...same.flatMap((one) => one ?? [])]
    const refused = all.find(({ may }) => may.view?.allowed === false)
    return [
      {
        ...purpose,
        asksReference: all.some(({ asksReference }) => asksReference),
        may: { ...purpose.may, view: refused?.may.view ?? purpose.may.view },
      },
    ]
  })
}

function PurposeForAll({
  recordings,
  ended,
  onStarted,
}: {
  recordings: readonly Recording[]
  ended: ViewingEnd | null
  onStarted: (viewings: readonly Viewing[]) => void
}) {
  const purpose = usePurpose(sharedPurposes(recordings), 'view')
  const [wasTried, setWasTried] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const start = useAct(startViewingTogether)
  const submit = () => {
    if (!purpose.isComplete) {
      flushSync(() => setWasTried(true))
      focusFirstProblem(form.current)
      return
    }
    if (start.isPending) return
    const purposeLabel = purpose.chosen === undefined ? '' : say(purpose.chosen.label)
    start.mutate(
      { body: { ...purpose.body, recordingIds: recordings.map(({ id }) => id) } },
      {
        onSuccess: ({ viewings }) =>
          onStarted(
            viewings.map((viewing) => {
              const recording = recordings.find(({ id }) => id === viewing.recordingId)
              const isProxy = recording?.media.rendition === 'proxy'
              const mediaUrl = isProxy ? viewingProxyPath(viewing.viewingId) : viewing.mediaUrl
              return { ...viewing, mediaUrl, purposeLabel }
            }),
          ),
      },
    )
  }
  return (
    <form
      ref={form}
      noValidate
      aria-label={t('recordings.purposeTitle')}
      className="flex max-w-xl flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      {ended !== null && <Banner>{t(endWords[ended])}</Banner>}
      <p className="text-pretty text-ink-2">{t('together.purposeBody', { count: recordings.length })}</p>
      <PurposeFields state={purpose} showProblems={wasTried} reasonHint={t('recordings.reasonViewHint')} />
      {start.error !== null && <ErrorPanel error={start.error} />}
      <Button type="submit" variant="primary" className={classNames('self-start', start.isPending && busy)}>
        {t('together.start')}
      </Button>
    </form>
  )
}
