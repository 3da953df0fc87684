import type { getStatus, ReturnsOf } from '@getuige/contract'
import { Facts, Panel } from '@getuige/ui'
import { formatBytes, formatInstant } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'

type Status = ReturnsOf<typeof getStatus>

/** What is stored, what the stores still have to do, and what does it. */
export function ServerPanel({ status }: { status: Status }) {
  const { backup } = status
  return (
    <Panel title={t('custody.server')}>
      <Facts
        items={[
          {
            id: 'stored',
            name: t('custody.stored'),
            value: t('custody.storedWords', { size: formatBytes(status.storedBytes), count: status.recordings }),
          },
          { id: 'free', name: t('custody.free'), value: formatBytes(status.freeBytes) },
          ...describeStores(status.stores),
          ...(backup === null
            ? []
            : [
                {
                  id: 'backup',
                  name: t('custody.backupNewest'),
                  value: backup.madeAt === null ? t('custody.backupNeverWhat') : formatInstant(backup.madeAt),
                },
              ]),
          { id: 'codec', name: t('custody.codecEngine'), value: status.codecEngine },
          { id: 'version', name: t('custody.version'), value: status.version },
        ]}
      />
    </Panel>
  )
}

/** Whether objects are whole, and what the stores still have to do: only what there is something to say about. */
function describeStores(stores: Status['stores']) {
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
      name: t(`custody.stores.${id}`),
      value: t('custody.stores.objects', { count: counts[id] }),
    }))
  const { checkedSince } = stores
  if (checkedSince === null) return lines
  const since = <time dateTime={checkedSince}>{formatInstant(checkedSince, 'second')}</time>
  return [...lines, { id: 'checked', name: t('custody.stores.checked'), value: since }]
}
