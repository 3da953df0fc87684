import type { OpenSessionOf } from '@getuige/contract'
import { Button, Tag } from '@getuige/ui'
import { formatInstant } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'

/** Where somebody is signed in, the last used first. */
export function SessionList({
  sessions,
  isEnding,
  onEnd,
}: {
  sessions: readonly OpenSessionOf[]
  isEnding: boolean
  onEnd: (session: OpenSessionOf) => void
}) {
  if (sessions.length === 0) return <p className="text-ink-3">{t('account.sessions.none')}</p>
  return (
    <ul className="divide-y divide-line">
      {sessions.map((session) => {
        const browser = session.browser === '' ? t('account.sessions.unknown') : session.browser
        return (
          <li key={session.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
            <div className="min-w-0 flex-1">
              <p className="font-medium">
                {browser} {session.isThis && <Tag>{t('account.sessions.this')}</Tag>}
              </p>
              <p className="text-sm text-ink-2">
                {t('account.sessions.when', {
                  started: formatInstant(session.startedAt),
                  seen: formatInstant(session.lastSeenAt),
                })}
              </p>
              <p className="text-sm text-ink-3">
                {t(`account.sessions.by.${session.by}`)}
                {session.network !== '' && <span className="ml-2 font-mono text-xs">{session.network}</span>}
              </p>
            </div>
            {!session.isThis && (
              <Button
                size="small"
                isDisabled={isEnding}
                aria-label={t('account.sessions.endThis', { browser })}
                onPress={() => onEnd(session)}
              >
                {t('account.sessions.end')}
              </Button>
            )}
          </li>
        )
      })}
    </ul>
  )
}
