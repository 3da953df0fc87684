import { getAuthority } from '@getuige/contract'
import { buttonClass, Facts, Panel, Skeleton, Tag } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { query } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { serverNow } from '../app/session.ts'
import { formatDay } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'

/** The certificate that recipients of packages must have, by another way than the package. */
export function CertificatePanel() {
  const { data, error, refetch } = useQuery(query(getAuthority, {}))
  return (
    <Panel title={t('custody.certificate')}>
      {error !== null && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton label={t('app.loading')} rows={3} />}
      {data !== undefined && (
        <div className="flex flex-col gap-3">
          <Facts
            items={[
              { id: 'name', name: t('custody.certificateName'), value: data.name },
              { id: 'from', name: t('custody.certificateFrom'), value: t(`custody.madeBy.${data.madeBy}`) },
              {
                id: 'until',
                name: t('custody.certificateUntil'),
                value: (
                  <>
                    {formatDay(data.validUntil)}{' '}
                    {new Date(data.validUntil) < serverNow() && (
                      <Tag tone="loss">{t('custody.certificateExpired')}</Tag>
                    )}
                  </>
                ),
              },
            ]}
          />
          <div>
            <h3 className="mb-1 font-medium">{t('custody.fingerprint')}</h3>
            <code className="flex flex-wrap gap-x-2.5 font-mono text-sm">
              {inGroups(data.fingerprint).map((group, place) => (
                <span key={place}>{group}</span>
              ))}
            </code>
          </div>
          <p className="text-sm text-pretty text-ink-3">{t('custody.certificateBody')}</p>
          <a href={data.downloadUrl} download className={`self-start ${buttonClass({ size: 'small' })}`}>
            {t('custody.certificateDownload')}
          </a>
        </div>
      )}
    </Panel>
  )
}

/** In fours, to be read out over the telephone. */
function inGroups(hex: string): readonly string[] {
  return hex.match(/.{1,4}/g) ?? []
}
