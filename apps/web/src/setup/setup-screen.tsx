import { getSetup } from '@getuige/contract'
import { buttonClass, classNames, Panel, ShapeMark } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { query } from '../api/index.ts'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { Screen } from '../app/screen.tsx'
import { t } from '../messages/translate.ts'
import { AdministratorStep } from './administrator-step.tsx'
import { CameraStep } from './camera-step.tsx'
import { CorpsStep } from './corps-step.tsx'
import { DoneStep } from './done-step.tsx'
import { type Step, steps, useDraft } from './draft.ts'
import { FactorStep } from './factor-step.tsx'
import { PersonStep } from './person-step.tsx'
import { Secrets } from './secrets.tsx'

/** From a set-up link to a corps that can receive recordings. The first two steps make it; leaving after is harmless. */
export function SetupScreen() {
  const { token } = useParams({ from: '/setup/$token' })
  const { step } = useDraft()
  const needsLink = step === 'corps' || step === 'administrator'
  const { data, error, refetch } = useQuery({
    ...query(getSetup, { params: { token } }),
    enabled: needsLink,
    staleTime: Infinity,
  })
  const isAfter = !needsLink

  return (
    <Screen
      width="reading"
      title={t('setup.title')}
      lead={t('setup.lead')}
      {...(isAfter && step !== 'done' && step !== 'factor'
        ? {
            aside: (
              <Panel title={t('setup.secrets')}>
                <Secrets />
              </Panel>
            ),
          }
        : {})}
    >
      {needsLink && error !== null ? (
        <ErrorPanel error={error} onRetry={() => void refetch()}>
          <Link to="/" className={classNames(buttonClass(), 'mt-3')}>
            {t('setup.toSignIn')}
          </Link>
        </ErrorPanel>
      ) : (
        <>
          <Steps at={step} />
          {needsLink && data === undefined && <Loading />}
          {step === 'corps' && data !== undefined && <CorpsStep lawPacks={data.lawPacks} />}
          {step === 'administrator' && data !== undefined && <AdministratorStep token={token} />}
          {step === 'factor' && <FactorStep />}
          {step === 'officer' && <PersonStep key="officer" part="officer" role="records-officer" />}
          {step === 'enforcer' && <PersonStep key="enforcer" part="enforcer" role="enforcer" />}
          {step === 'camera' && <CameraStep />}
          {step === 'done' && <DoneStep />}
        </>
      )}
    </Screen>
  )
}

function Steps({ at }: { at: Step }) {
  const index = steps.indexOf(at)
  return (
    <nav aria-label={t('setup.steps')}>
      <p className="mb-1 text-sm text-ink-3 sm:hidden">{t('setup.stepOf', { step: index + 1, count: steps.length })}</p>
      <ol className="flex flex-wrap gap-x-5 gap-y-1 border-b border-line pb-3 max-sm:[&>li:not([aria-current])]:hidden">
        {steps.map((step, place) => (
          <li
            key={step}
            {...(step === at ? { 'aria-current': 'step' as const } : {})}
            className={classNames('flex items-center gap-1.5', step === at ? 'font-semibold text-ink' : 'text-ink-3')}
          >
            <ShapeMark shape={place < index ? 'check' : step === at ? 'disc' : 'ring'} className="text-accent" />
            {t(`setup.step.${step}`)}
            {place < index && <span className="sr-only">({t('setup.done')})</span>}
          </li>
        ))}
      </ol>
    </nav>
  )
}
