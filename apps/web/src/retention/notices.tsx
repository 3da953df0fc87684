import { listNotices, type ReturnsOf, seeNotices } from '@getuige/contract'
import { Banner, Button } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { query, useAct } from '../api/index.ts'
import { useSession } from '../app/session.ts'
import { formatDay } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'

type Notice = ReturnsOf<typeof listNotices>['notices'][number]

/** Recordings this person has a file on that are about to be erased. Nothing where there are none that still stand. */
export function Notices() {
  const { data } = useQuery(query(listNotices, {}))
  const isOfficer = useSession().person.roles.some((role) => role !== 'enforcer')
  const see = useAct(seeNotices)
  const standing = newestOf(data?.notices.filter(({ isStanding, isSeen }) => isStanding && !isSeen) ?? [])
  const newest = data?.notices[0]
  if (standing.length === 0 || newest === undefined) return null
  return (
    <Banner
      tone="held"
      title={t('retention.notices', { count: standing.length })}
      actions={
        <Button size="small" isPending={see.isPending} onPress={() => see.mutate({ body: { upTo: newest.id } })}>
          {t('retention.noticesSeen')}
        </Button>
      }
    >
      <ul className="flex flex-col gap-1">
        {standing.map((notice) => (
          <li key={notice.id}>
            <Link
              to={isOfficer ? '/recordings/$recordingId' : '/own/$recordingId'}
              params={{ recordingId: notice.recordingId }}
              className="underline"
            >
              {t(`retention.notice.${notice.kind}`, { date: formatDay(notice.dueOn, 'long') })}
            </Link>{' '}
            <span className="font-mono text-xs break-all text-ink-3">{notice.recordingId}</span>
          </li>
        ))}
      </ul>
    </Banner>
  )
}

/** Of several about one recording, the last. */
function newestOf(notices: readonly Notice[]): Notice[] {
  const byRecording = new Map<string, Notice>()
  for (const notice of notices) if (!byRecording.has(notice.recordingId)) byRecording.set(notice.recordingId, notice)
  return [...byRecording.values()]
}
