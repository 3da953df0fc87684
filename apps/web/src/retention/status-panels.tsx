import { getStatus, type ReturnsOf } from '@getuige/contract'
import { Facts, Panel } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { query } from '../api/index.ts'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { formatBytes, formatInstant } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'

const askAgainMs = 10_000

/** The custody log and the server: that they are well, and the key with which others check. */
export function StatusPanels() {
  const { data, error, refetch } = useQuery({ ...query(getStatus, {}), refetchInterval: askAgainMs })
  if (error !== null) return <ErrorPanel error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Loading rows={3} />
  return (
    <>
      <Panel title={t('retention.server')}>
        <Facts
          items={[
            {
              id: 'stored',
              name: t('retention.stored'),
              value: t('retention.storedWords', { size: formatBytes(data.storedBytes), count: data.recordings }),
            },
            { id: 'free', name: t('retention.free'), value: formatBytes(data.freeBytes) },
            ...describeStores(data.stores),
            { id: 'codec', name: t('retention.codecEngine'), value: data.codecEngine },
            { id: 'version', name: t('retention.version'), value: data.version },
          ]}
        />
      </Panel>
    </>
  )
}

/** Whether objects are whole, and what the stores still have to do: only what there is something to say about. */
function describeStores(stores: ReturnsOf<typeof getStatus>['stores']) {
  const counts = {
    damaged: stores.damaged,
    unchecked: stores.unchecked,
    waitingCopies: stores.waitingCopies ?? 0,
    waitingRemovals: stores.waitingRemovals,
  }
  const lines = (Object.keys(counts) as (keyof typeof counts)[])
    .filter((id) => counts[id] > 0)
    .map((id) => ({
      id,
      name: t(`retention.stores.${id}`),
      value: t('retention.stores.objects', { count: counts[id] }),
    }))
  const { checkedSince } = stores
  if (checkedSince === null) return lines
  const since = <time dateTime={checkedSince}>{formatInstant(checkedSince, 'second')}</time>
  return [...lines, { id: 'checked', name: t('retention.stores.checked'), value: since }]
}
