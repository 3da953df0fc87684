import { listDueOnDay } from '@getuige/contract'
import { Button, Cell, Column, EmptyState, Panel, RowHeader, Table } from '@getuige/ui'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { pagedQuery } from '../api/index.ts'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { ShowMore } from '../app/show-more.tsx'
import { formatDay, formatInstant } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { RecordingIdCell } from '../recordings/recording-id-cell.tsx'

/** The recordings that go on a day: which, and when each was made. Who was filmed is on the page of each, for who may. */
export function DueOnDay({ day, onClose }: { day: string; onClose: () => void }) {
  const list = useInfiniteQuery(pagedQuery(listDueOnDay, { params: { day }, query: {} }))
  const panel = useRef<HTMLDivElement>(null)
  useEffect(() => panel.current?.focus(), [])
  const { data, error } = list
  const rows = data?.pages.flatMap(({ recordings }) => recordings)
  return (
    <div ref={panel} tabIndex={-1} aria-live="polite">
      <Panel
        title={t('retention.onDay', { date: formatDay(day, 'long') })}
        isFlush
        actions={
          <Button size="small" onPress={onClose}>
            {t('app.close')}
          </Button>
        }
      >
        {error !== null && <ErrorPanel error={error} />}
        {rows === undefined && error === null && <Loading rows={3} />}
        {rows?.length === 0 && <EmptyState title={t('retention.onDayNone')} />}
        {rows !== undefined && rows.length > 0 && (
          <Table
            isFlush
            label={t('retention.onDay', { date: formatDay(day) })}
            columns={
              <>
                <Column>{t('retention.recordedAt')}</Column>
                <Column>{t('retention.dueAt')}</Column>
                <Column>{t('retention.recording')}</Column>
              </>
            }
          >
            {rows.map((row) => (
              <tr key={row.id}>
                <RowHeader>{formatInstant(row.recordedAt)}</RowHeader>
                <Cell>{formatInstant(row.dueAt)}</Cell>
                <RecordingIdCell id={row.id} mayOpen={row.mayOpen} />
              </tr>
            ))}
          </Table>
        )}
        <ShowMore label={t('retention.showMore')} list={list} />
      </Panel>
    </div>
  )
}
