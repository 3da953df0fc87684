import { type Recording, type ReturnsOf, startViewing } from '@getuige/contract'
import { Banner, Button, classNames } from '@getuige/ui'
import { useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useAct } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { say, t } from '../messages/translate.ts'
import { busy, focusFirstProblem } from '../app/form.ts'
import { PurposeFields, usePurpose } from '../recordings/purpose-fields.tsx'

export type Viewing = ReturnsOf<typeof startViewing> & Readonly<{ purposeLabel: string }>

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
  ended,
  onStarted,
}: {
  recording: Recording
  /** Why a viewing that was under way is over, so that the person is asked again. */
  ended: ViewingEnd | null
  onStarted: (viewing: Viewing) => void
}) {
  const purpose = usePurpose(recording.purposes, 'view')
  const [wasTried, setWasTried] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const viewing = useAct(startViewing)

  return (
    <form
      ref={form}
      noValidate
      aria-label={t('recordings.purposeTitle')}
      className="mx-auto flex w-full max-w-xl flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (!purpose.isComplete) {
          flushSync(() => setWasTried(true))
          focusFirstProblem(form.current)
          return
        }
        if (viewing.isPending) return
        viewing.mutate(
          { params: { recordingId: recording.id }, body: purpose.body },
          {
            onSuccess: (started) =>
              onStarted({ ...started, purposeLabel: purpose.chosen === undefined ? '' : say(purpose.chosen.label) }),
          },
        )
      }}
    >
      {ended !== null ? (
        <Banner>{t(endWords[ended])}</Banner>
      ) : (
        <div>
          <h2 className="text-lg font-semibold">{t('recordings.purposeTitle')}</h2>
          <p className="text-pretty text-ink-2">{t('recordings.purposeBody')}</p>
        </div>
      )}
      <PurposeFields state={purpose} showProblems={wasTried} reasonHint={t('recordings.reasonViewHint')} />
      {viewing.error !== null && <ErrorPanel error={viewing.error} />}
      <Button type="submit" variant="primary" className={classNames('self-start', viewing.isPending && busy)}>
        {t('recordings.startViewing')}
      </Button>
    </form>
  )
}
