import type { RecordingId } from '@getuige/base'
import { mostTogether, type Recording, type ReturnsOf, startViewing, startViewingTogether } from '@getuige/contract'
import { Banner, Button, classNames } from '@getuige/ui'
import { useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useAct } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { say, t } from '../messages/translate.ts'
import { busy, focusFirstProblem } from '../app/form.ts'
import { PurposeFields, usePurpose } from '../recordings/purpose-fields.tsx'
import { type Piece, piecesFrom } from './pieces.ts'

export type Viewing = ReturnsOf<typeof startViewing> & Readonly<{ recordingId: RecordingId; purposeLabel: string }>

/** `over`: its hour, the recording, or what allowed it. */
export type ViewingEnd = 'idle' | 'by-hand' | 'over'

const endWords = {
  idle: 'recordings.ended.idle',
  'by-hand': 'recordings.ended.by-hand',
  over: 'recordings.purposeEnded',
} as const satisfies Record<ViewingEnd, string>

/** In the place of the picture until a purpose is stated: nothing is shown before it is in the custody trail. */
export function PurposeForm({
  recording,
  pieces,
  ended,
  isGoingOn = false,
  onStarted,
}: {
  recording: Recording
  /** Itself among them; one alone when its camera did not cut it. */
  pieces: readonly Piece[]
  /** Why a viewing that was under way is over, so that the person is asked again. */
  ended: ViewingEnd | null
  /** The pieces before this one were viewed under viewings that do not reach it. */
  isGoingOn?: boolean
  /** In the order of the pieces. */
  onStarted: (viewings: readonly Viewing[]) => void
}) {
  const purpose = usePurpose(recording.purposes, 'view')
  const [wasTried, setWasTried] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const viewing = useAct(startViewing)
  const together = useAct(startViewingTogether)
  const recordingIds = piecesFrom(pieces, recording.id, mostTogether)
  const isPending = viewing.isPending || together.isPending
  const error = viewing.error ?? together.error

  const start = () => {
    const purposeLabel = purpose.chosen === undefined ? '' : say(purpose.chosen.label)
    if (recordingIds.length === 1) {
      viewing.mutate(
        { params: { recordingId: recording.id }, body: purpose.body },
        { onSuccess: (started) => onStarted([{ ...started, recordingId: recording.id, purposeLabel }]) },
      )
      return
    }
    together.mutate(
      { body: { ...purpose.body, recordingIds: [...recordingIds] } },
      { onSuccess: ({ viewings }) => onStarted(viewings.map((one) => ({ ...one, purposeLabel }))) },
    )
  }
  // What had the focus went with the player.
  useEffect(() => {
    if (ended !== null && document.activeElement === document.body) form.current?.focus({ preventScroll: true })
  }, [ended])
  return (
    <form
      ref={form}
      tabIndex={-1}
      noValidate
      aria-label={t('recordings.purposeTitle')}
      className="mx-auto outline-none flex w-full max-w-xl flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (!purpose.isComplete) {
          flushSync(() => setWasTried(true))
          focusFirstProblem(form.current)
          return
        }
        if (!isPending) start()
      }}
    >
      {ended !== null || isGoingOn ? (
        <Banner>{ended === null ? t('player.piecesGoOn') : t(endWords[ended])}</Banner>
      ) : (
        <div>
          <h2 className="text-lg font-semibold">{t('recordings.purposeTitle')}</h2>
          <p className="text-pretty text-ink-2">{t('recordings.purposeBody')}</p>
        </div>
      )}
      {pieces.length > 1 && (
        <p className="text-pretty text-ink-2">
          {t('player.piecesOpened', { count: pieces.length, opened: recordingIds.length })}
        </p>
      )}
      <PurposeFields state={purpose} showProblems={wasTried} reasonHint={t('recordings.reasonViewHint')} />
      {error !== null && <ErrorPanel error={error} />}
      <Button type="submit" variant="primary" className={classNames('self-start', isPending && busy)}>
        {t('recordings.startViewing')}
      </Button>
    </form>
  )
}
