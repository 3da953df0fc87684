import { countWaiting } from '@getuige/contract'
import { useQuery } from '@tanstack/react-query'
import { query } from '../api/index.ts'
import { destinationsOf } from '../app/destinations.ts'
import { useSession } from '../app/session.ts'
import { t } from '../messages/translate.ts'

const askEveryMs = 30_000

/** How much waits for this person, asked for every half minute; undefined until it is known. */
export function useWaiting() {
  return useQuery({ ...query(countWaiting, {}), refetchInterval: askEveryMs, refetchIntervalInBackground: false }).data
}

/** How much waits behind a link of the bar. Nothing where nothing does. */
export function WaitingCount({ to }: { to: string }) {
  const waiting = useWaiting()
  const isOverseer = destinationsOf(useSession()).some((one) => one.to === '/oversight')
  if (waiting === undefined) return null
  const counts: Readonly<Record<string, number>> = {
    // An overseer judges emergencies on the console, whoever broke the glass accounts for it among the approvals.
    '/approvals': waiting.approvals + (isOverseer ? 0 : waiting.emergencies),
    '/mandates': waiting.mandates,
    '/oversight': waiting.emergencies,
    '/recordings': waiting.notices,
    '/own': waiting.notices,
  }
  const count = counts[to] ?? 0
  if (count === 0) return null
  const isAlarm = waiting.hasOverdue && to === (isOverseer ? '/oversight' : '/approvals')
  return (
    <span
      className={
        'ml-1.5 inline-flex min-w-5 items-center justify-center rounded-full px-1.5 text-xs font-semibold tabular-nums ' +
        (isAlarm ? 'bg-loss-soft text-loss' : 'bg-accent-soft text-accent')
      }
    >
      <span aria-hidden="true">{count}</span>
      <span className="sr-only">{t('approvals.waitingCount', { count })}</span>
    </span>
  )
}
