import { type Approval, listApprovals } from '@getuige/contract'
import { EmptyState, Panel } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { query } from '../api/index.ts'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { Screen } from '../app/screen.tsx'
import { OwnEmergencies } from '../emergency/emergency-list.tsx'
import { t } from '../messages/translate.ts'
import { ApprovalCard } from './approval-card.tsx'

/** What waits for a second person: this one, or another. */
export function ApprovalsScreen() {
  const { data, error, refetch } = useQuery({ ...query(listApprovals, {}), refetchInterval: 30_000 })
  return (
    <Screen width="reading" title={t('approvals.title')} lead={t('approvals.lead')}>
      {error !== null && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading />}
      <OwnEmergencies />
      {data !== undefined && (
        <>
          <Approvals title={t('approvals.waitingForMe')} approvals={data.waitingForMe} mine="to-decide">
            {t('approvals.nothingWaits')}
          </Approvals>
          <Approvals title={t('approvals.askedByMe')} approvals={data.askedByMe} mine="asked">
            {t('approvals.nothingAsked')}
          </Approvals>
          {data.decidedByMe.length > 0 && (
            <Approvals title={t('approvals.decidedByMe')} approvals={data.decidedByMe} mine="decided" />
          )}
        </>
      )}
    </Screen>
  )
}

function Approvals({
  title,
  approvals,
  mine,
  children,
}: {
  title: string
  approvals: readonly Approval[]
  mine: 'to-decide' | 'asked' | 'decided'
  children?: string
}) {
  return (
    <Panel title={title} isFlush={approvals.length > 0}>
      {approvals.length === 0 ? (
        <EmptyState title={children} />
      ) : (
        <ul>
          {approvals.map((approval) => (
            <ApprovalCard key={approval.id} approval={approval} mine={mine} />
          ))}
        </ul>
      )}
    </Panel>
  )
}
