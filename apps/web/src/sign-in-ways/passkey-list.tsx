import type { Passkey } from '@getuige/contract'
import { Button, Tag } from '@getuige/ui'
import { formatDay, formatInstant } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'

/** Passkeys of one person, the newest first. */
export function PasskeyList({
  passkeys,
  onRemove,
}: {
  passkeys: readonly Passkey[]
  onRemove: (passkey: Passkey) => void
}) {
  if (passkeys.length === 0) return <p className="text-ink-3">{t('ways.passkeys.none')}</p>
  return (
    <ul className="divide-y divide-line">
      {passkeys.map((passkey) => (
        <li key={passkey.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
          <div className="min-w-0 flex-1">
            <p className="font-medium break-words">
              {passkey.name} {passkey.isSynced && <Tag>{t('ways.passkeys.synced')}</Tag>}
            </p>
            <p className="text-sm text-ink-2">
              {t('ways.passkeys.since', { day: formatDay(passkey.createdAt) })}{' '}
              {passkey.lastUsedAt === null
                ? t('ways.passkeys.neverUsed')
                : t('ways.passkeys.lastUsed', { at: formatInstant(passkey.lastUsedAt) })}
            </p>
          </div>
          <Button
            size="small"
            aria-label={t('ways.passkeys.removeThis', { name: passkey.name })}
            onPress={() => onRemove(passkey)}
          >
            {t('ways.passkeys.remove')}
          </Button>
        </li>
      ))}
    </ul>
  )
}
