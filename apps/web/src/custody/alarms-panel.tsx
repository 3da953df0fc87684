import { listAlarms } from '@getuige/contract'
import { Cell, Column, Panel, RowHeader, State, Table } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { query } from '../api/index.ts'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { formatInstant } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'

const askAgainMs = 30_000

/** Objects that were found damaged, and what became of each. */
export function AlarmsPanel() {
  const { data, error, refetch } = useQuery({ ...query(listAlarms, {}), refetchInterval: askAgainMs })
  const hasAlarms = data !== undefined && data.alarms.length > 0
  return (
    <Panel title={t('custody.alarms')} isFlush={hasAlarms}>
      {error !== null && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading rows={2} />}
      {data?.alarms.length === 0 && <p className="text-ink-2">{t('custody.alarmsNone')}</p>}
      {hasAlarms && (
        <Table
          isFlush
          className="max-h-80 overflow-y-auto"
          label={t('custody.alarms')}
          columns={
            <>
              <Column>{t('custody.alarmObject')}</Column>
              <Column>{t('custody.alarmFound')}</Column>
              <Column>{t('custody.state')}</Column>
            </>
          }
        >
          {data.alarms.map((alarm) => (
            <tr key={`${alarm.recordingId}${alarm.object}${alarm.place}${alarm.foundAt}`}>
              <RowHeader className="max-sm:w-full">
                <span className="block first-letter:uppercase">
                  {t(`custody.object.${alarm.object}`)}, {t(`custody.place.${alarm.place}`)}
                </span>
                <span className="block font-mono text-xs font-normal break-all text-ink-3">{alarm.recordingId}</span>
              </RowHeader>
              <Cell>
                {t(`custody.damage.${alarm.what}`)}
                <span className="block text-sm whitespace-nowrap text-ink-3">{formatInstant(alarm.foundAt)}</span>
              </Cell>
              <Cell>
                {alarm.endedAt === null ? (
                  <State shape="triangle" tone="loss">
                    {t('custody.alarmOpen')}
                  </State>
                ) : (
                  <>
                    <State shape="check">{t(`custody.ended.${alarm.endedBy ?? 'restored'}`)}</State>
                    <span className="block text-sm whitespace-nowrap text-ink-3">{formatInstant(alarm.endedAt)}</span>
                  </>
                )}
              </Cell>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  )
}
