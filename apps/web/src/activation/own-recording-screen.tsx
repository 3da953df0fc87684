import { getRecording } from '@getuige/contract'
import { Banner, Button, Panel, Skeleton } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { query } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { sayPermission } from '../app/permission.ts'
import { Screen } from '../app/screen.tsx'
import { formatDuration, formatInstant } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { ActivationFacts } from '../recordings/activation-facts.tsx'
import { KeptUntilWhole } from '../recordings/kept-until.tsx'
import { ActivationForm } from './activation-form.tsx'
import { StandingFacts } from './standing-facts.tsx'
import { WhoMayView } from './who-may-view.tsx'

/** One of the wearer's own recordings: how it stands, and the activation record to complete or correct. No picture. */
export function OwnRecordingScreen() {
  const { recordingId } = useParams({ from: '/own/$recordingId' })
  const { data: recording, error, refetch } = useQuery(query(getRecording, { params: { recordingId } }))
  const [isCorrecting, setIsCorrecting] = useState(false)
  const back = (
    <Link to="/own" className="inline-flex min-h-11 items-center text-accent underline underline-offset-2">
      ← {t('activation.back')}
    </Link>
  )
  if (recording === undefined) {
    return (
      <Screen title={t('activation.title')} lead={back} width="narrow">
        {error === null ? (
          <Skeleton label={t('activation.recordingLoading')} rows={6} />
        ) : (
          <ErrorPanel error={error} onRetry={() => void refetch()} />
        )}
      </Screen>
    )
  }
  const refusal = sayPermission(recording.may.completeActivation)
  const isAsked = recording.activation === 'missing'
  const isFormOpen = refusal === null && (isAsked || isCorrecting)
  const { durationMs } = recording.media
  return (
    <Screen
      title={t('activation.recordingTitle', { when: formatInstant(recording.recordedAt) })}
      lead={
        <>
          {back}
          <span className="block">
            {recording.camera.label}
            {durationMs !== null && ` · ${formatDuration(durationMs)}`}
          </span>
        </>
      }
      width="narrow"
    >
      {error !== null && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      <section
        aria-label={t('activation.standing')}
        className="flex flex-col gap-3 rounded border border-line bg-panel p-4"
      >
        <StandingFacts recording={recording} isLong />
        <KeptUntilWhole facts={recording.keptUntil} className="border-t border-line pt-3" />
      </section>
      <Panel title={t('activation.formTitle')}>
        {isFormOpen ? (
          <ActivationForm
            recording={recording}
            onDone={() => setIsCorrecting(false)}
            onCancel={isCorrecting ? () => setIsCorrecting(false) : null}
          />
        ) : (
          <div className="flex flex-col gap-3">
            <div>
              <ActivationFacts recording={recording} />
            </div>
            {refusal === null ? (
              recording.activation !== 'not-asked' && (
                <Button size="large" isWide onPress={() => setIsCorrecting(true)}>
                  {t('activation.correct')}
                </Button>
              )
            ) : (
              <Banner title={t('activation.cannotComplete')}>{refusal}</Banner>
            )}
          </div>
        )}
      </Panel>
      <WhoMayView />
    </Screen>
  )
}
