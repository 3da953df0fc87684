import { listMandates } from '@getuige/contract'
import { EmptyState, Panel } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { query } from '../api/index.ts'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { Screen } from '../app/screen.tsx'
import { t } from '../messages/translate.ts'
import { MandateCard } from './mandate-card.tsx'
import { RequestCard } from './request-card.tsx'

/** Requests to the prosecutor and decisions in writing: for those who decide, who ask, and who oversee. */
export function MandatesScreen() {
  const { data, error, refetch } = useQuery({ ...query(listMandates, {}), refetchInterval: 30_000 })
  const open = data?.requests.filter(({ state }) => state === 'open') ?? []
  const ended = data?.requests.filter(({ state }) => state === 'refused' || state === 'withdrawn') ?? []
  const toConfirm = data?.mandates.filter(({ state }) => state === 'to-confirm') ?? []
  const decided = data?.mandates.filter(({ state }) => state !== 'to-confirm') ?? []
  return (
    <Screen
      width="reading"
      title={t('mandates.title')}
      lead={t(data?.may.decide === true ? 'mandates.leadProsecutor' : 'mandates.lead')}
    >
      {error !== null && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading />}
      {data !== undefined && (
        <>
          <Panel title={t('mandates.open')} isFlush={open.length > 0}>
            {open.length === 0 ? (
              <EmptyState title={t('mandates.noneOpen')}>
                {data.may.record ? t('mandates.howToAsk') : undefined}
              </EmptyState>
            ) : (
              <ul>
                {open.map((request) => (
                  <RequestCard
                    key={request.id}
                    request={request}
                    purposes={data.purposes}
                    today={data.today}
                    mayRecord={data.may.record}
                  />
                ))}
              </ul>
            )}
          </Panel>
          {toConfirm.length > 0 && (
            <Panel title={t('mandates.toConfirm')} isFlush>
              <ul>
                {toConfirm.map((mandate) => (
                  <MandateCard key={mandate.id} mandate={mandate} />
                ))}
              </ul>
            </Panel>
          )}
          <Panel title={t('mandates.decisions')} isFlush={decided.length > 0}>
            {decided.length === 0 ? (
              <EmptyState title={t('mandates.noDecisions')} />
            ) : (
              <ul>
                {decided.map((mandate) => (
                  <MandateCard key={mandate.id} mandate={mandate} />
                ))}
              </ul>
            )}
          </Panel>
          {ended.length > 0 && (
            <Panel title={t('mandates.ended')} isFlush>
              <ul>
                {ended.map((request) => (
                  <RequestCard
                    key={request.id}
                    request={request}
                    purposes={data.purposes}
                    today={data.today}
                    mayRecord={false}
                  />
                ))}
              </ul>
            </Panel>
          )}
        </>
      )}
    </Screen>
  )
}
