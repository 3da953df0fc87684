import { getStatus, listLogs } from '@getuige/contract'
import { useQuery } from '@tanstack/react-query'
import { query } from '../api/index.ts'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { Screen } from '../app/screen.tsx'
import { useSession } from '../app/session.ts'
import { t } from '../messages/translate.ts'
import { AlarmsPanel } from './alarms-panel.tsx'
import { AtAGlance } from './at-a-glance.tsx'
import { CertificatePanel } from './certificate-panel.tsx'
import { FollowPanel } from './follow-panel.tsx'
import { EarlierLogs, LogPanel } from './log-panel.tsx'
import { ServerPanel } from './server-panel.tsx'
import { VerifyPagePanel } from './verify-page-panel.tsx'

const askAgainMs = 10_000

/** Whether what is kept here can be trusted, who stands behind it, and how an outsider checks that. */
export function VerificationScreen() {
  const isAdministrator = useSession().person.roles.includes('administrator')
  const { data, error, refetch } = useQuery({ ...query(listLogs, {}), refetchInterval: askAgainMs })
  const status = useQuery({ ...query(getStatus, {}), refetchInterval: askAgainMs, enabled: isAdministrator })
  const [newest, ...earlier] = data?.logs ?? []

  return (
    <Screen
      title={t('custody.title')}
      lead={t('custody.lead')}
      aside={
        data !== undefined && (
          <>
            <CertificatePanel />
            <VerifyPagePanel />
            {status.data !== undefined && <ServerPanel status={status.data} />}
          </>
        )
      }
    >
      {error !== null && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading />}
      {data !== undefined && (
        <>
          <AtAGlance logs={data.logs} waiting={data.waiting} status={status.data} />
          {newest !== undefined && <LogPanel log={newest} waiting={data.waiting} />}
          {earlier.length > 0 && <EarlierLogs logs={earlier} />}
          {newest !== undefined && <FollowPanel origin={newest.origin} />}
          {isAdministrator && <AlarmsPanel />}
        </>
      )}
      {status.error !== null && <ErrorPanel error={status.error} onRetry={() => void status.refetch()} />}
    </Screen>
  )
}
