import { getSignerKey } from '@getuige/contract'
import { CopyText, Panel, Skeleton } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { query } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { t } from '../messages/translate.ts'

/** What to give to somebody outside, so that they need not believe this server: key, address, command. */
export function FollowPanel({ origin }: { origin: string }) {
  const { data, error, refetch } = useQuery(query(getSignerKey, {}))
  const log = `${location.origin}/log/${origin}`
  return (
    <Panel title={t('custody.follow')}>
      <div className="flex flex-col gap-4">
        <p className="text-pretty text-ink-2">{t('custody.followBody')}</p>
        {error !== null && <ErrorPanel error={error} onRetry={() => void refetch()} />}
        {data === undefined && error === null && <Skeleton label={t('app.loading')} rows={2} />}
        {data !== undefined && (
          <>
            <ToGive label={t('custody.vkey')} value={data.vkey} hint={t('custody.vkeyHint')} />
            <ToGive label={t('custody.address')} value={`${log}/checkpoint`} hint={t('custody.addressHint')} />
            <ToGive
              label={t('custody.command')}
              value={`npx getuige log check ${log} --key '${data.vkey}' --since checkpoint.old`}
              hint={t('custody.commandHint')}
            />
          </>
        )}
      </div>
    </Panel>
  )
}

function ToGive({ label, value, hint }: { label: string; value: string; hint: ReactNode }) {
  return (
    <div className="grid gap-x-4 gap-y-1 md:grid-cols-[13rem_minmax(0,1fr)]">
      <div>
        <h3 className="font-medium">{label}</h3>
        <p className="text-sm text-pretty text-ink-3">{hint}</p>
      </div>
      <CopyText isBlock label={label} value={value} copyLabel={t('app.copy')} copiedLabel={t('app.copied')} />
    </div>
  )
}
