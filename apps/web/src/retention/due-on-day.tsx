import { listDueOnDay } from '@getuige/contract'
import { Button, Cell, Column, EmptyState, Panel, RowHeader, Table } from '@getuige/ui'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { pagedQuery } from '../api/index.ts'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { formatDay, formatInstant } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'

/** The recordings that go on a day: which, and when each was made. Who was filmed is on the page of each, for who may. */
export function DueOnDay({ day, onClose }: { day: string; onClose: () => void }) {
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    pagedQuery(listDueOnDay, { params: { day }, query: {} }),
  )
  const panel = useRef<HTMLDivElement>(null)
  useEffect(() => panel.current?.focus(), [])
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
                <Cell className="font-mono text-xs break-all">
                  {row.mayOpen ? (
                    <Link
                      to="/recordings/$recordingId"
                      params={{ recordingId: row.id }}
                      className="text-accent underline"
                    >
                      {row.id}
                    </Link>
                  ) : (
                    row.id
                  )}
                </Cell>
              </tr>
            ))}
          </Table>
        )}
        {hasNextPage && (
          <div className="p-3">
            <Button size="small" isPending={isFetchingNextPage} onPress={() => void fetchNextPage()}>
              {t('retention.showMore')}
            </Button>
          </div>
        )}
      </Panel>
    </div>
  )
}
