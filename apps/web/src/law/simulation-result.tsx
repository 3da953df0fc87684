import { type BodyOf, type ReturnsOf, type simulateLaw, simulateLawRecordings } from '@getuige/contract'
import { Banner, Button, Cell, Column, Panel, RowHeader, Table } from '@getuige/ui'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../api/index.ts'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { ShowMore } from '../app/show-more.tsx'
import { formatDay, formatInstant, formatNumber } from '../messages/formats.ts'
import { say, t } from '../messages/translate.ts'
import { RecordingIdCell } from '../recordings/recording-id-cell.tsx'
import { sayPeriod } from './say-law.ts'

type Result = ReturnsOf<typeof simulateLaw>
export type Asked = BodyOf<typeof simulateLaw>
type Change = BodyOf<typeof simulateLawRecordings>['change']

/** What would be kept, erased, opened and closed; each figure leads to the recordings it counts. */
export function SimulationResult({ result, asked }: { result: Result; asked: Asked }) {
  const [shown, setShown] = useState<Change | null>(null)
  const { due, existing } = result
  const range = (days: Result['due']['earlierDays']) =>
    days === null
      ? ''
      : days.least === days.most
        ? t('law.byExactly', { days: days.least })
        : t('law.byDays', { least: days.least, most: days.most })
  const lines: readonly { id: string; count: number; words: string; change: Change | null; isLoss?: boolean }[] = [
    { id: 'at-once', count: due.erasedAtOnce, words: t('law.erasedAtOnce'), change: 'erased-at-once', isLoss: true },
    { id: 'anyway', count: due.erasedAnyway, words: t('law.erasedAnyway'), change: null },
    { id: 'earlier', count: due.earlier, words: `${t('law.earlier')} ${range(due.earlierDays)}`, change: 'earlier' },
    { id: 'later', count: due.later, words: `${t('law.later')} ${range(due.laterDays)}`, change: 'later' },
    { id: 'same', count: due.same, words: t('law.same'), change: null },
    { id: 'held', count: result.held, words: t('law.heldStay'), change: 'held' },
  ]
  return (
    <>
      <Banner tone="info" title={t('law.resultTitle', { count: result.recordings, date: formatDay(result.asOf) })}>
        <p>{t('law.futureOnly')}</p>
        <p>
          {existing.refusal === null
            ? t('law.existing', { earlier: existing.earlier, erased: existing.erasedNextRun })
            : t('law.existingOtherPack')}
        </p>
      </Banner>
      <Panel title={t('law.asIf')} isFlush>
        <ul>
          {lines.map(({ id, count, words, change, isLoss }) => (
            <li
              key={id}
              className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line px-4 py-2 first:border-t-0"
            >
              <span
                className={`w-10 text-right text-lg sm:w-16 font-semibold tabular-nums ${isLoss === true && count > 0 ? 'text-loss' : ''}`}
              >
                {formatNumber(count)}
              </span>
              <span className="min-w-0 flex-1">{words}</span>
              {change !== null && count > 0 && (
                <Button
                  size="small"
                  aria-expanded={shown === change}
                  onPress={() => setShown(shown === change ? null : change)}
                >
                  {t('law.which')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      </Panel>
      {shown !== null && <Concerned key={shown} asked={asked} change={shown} />}
      <Viewing result={result} />
    </>
  )
}

function Viewing({ result }: { result: Result }) {
  return (
    <Panel title={t('law.viewing')} isFlush>
      <Table
        isFlush
        label={t('law.viewing')}
        columns={
          <>
            <Column>{t('law.who')}</Column>
            <Column className="text-right">{t('law.before')}</Column>
            <Column className="text-right">{t('law.after')}</Column>
            <Column className="text-right">{t('law.opened')}</Column>
            <Column className="text-right">{t('law.closed')}</Column>
            <Column>{t('law.window')}</Column>
          </>
        }
      >
        {result.viewing.map((line) => (
          <tr key={`${line.role} ${line.purposeId}`}>
            <RowHeader className="max-sm:basis-full">
              {t(`app.role.${line.role}`)}
              <span className="block text-sm font-normal text-ink-3">{say(line.label)}</span>
            </RowHeader>
            {(['before', 'after', 'opened', 'closed'] as const).map((part) => (
              <Cell key={part} className="tabular-nums sm:text-right">
                <span className="text-sm text-ink-3 sm:hidden">{t(`law.${part}`)} </span>
                {formatNumber(line[part])}
              </Cell>
            ))}
            <Cell className="text-sm text-ink-2">
              {sayWindow(line.windowBefore)} → {sayWindow(line.windowAfter)}
            </Cell>
          </tr>
        ))}
      </Table>
      <p className="px-4 py-3 text-sm text-ink-3">{t('law.viewingNote')}</p>
    </Panel>
  )
}

const sayWindow = (window: Result['viewing'][number]['windowBefore']) =>
  window === null ? t('law.noWindow') : sayPeriod(window)

/** The recordings that a figure counts, a page at a time. */
function Concerned({ asked, change }: { asked: Asked; change: Change }) {
  const list = useInfiniteQuery({
    queryKey: [simulateLawRecordings.path, asked, change],
    queryFn: ({ signal, pageParam }) =>
      call(
        simulateLawRecordings,
        { body: { ...asked, change, limit: 50, ...(pageParam === null ? {} : { after: pageParam }) } },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  })
  const { data, error } = list
  const rows = data?.pages.flatMap(({ recordings }) => recordings)
  return (
    <Panel title={t(`law.list.${change}`)} isFlush>
      {error !== null && <ErrorPanel error={error} />}
      {rows === undefined && error === null && <Loading rows={3} />}
      {rows !== undefined && (
        <Table
          isFlush
          label={t(`law.list.${change}`)}
          columns={
            <>
              <Column>{t('law.recordedAt')}</Column>
              <Column>{t('law.dueBefore')}</Column>
              <Column>{t('law.dueAfter')}</Column>
              <Column>{t('law.recording')}</Column>
            </>
          }
        >
          {rows.map((row) => (
            <tr key={row.id}>
              <RowHeader>{formatInstant(row.recordedAt)}</RowHeader>
              <Cell>{formatDay(row.dueOn)}</Cell>
              <Cell className={row.newDueOn < row.dueOn ? 'text-loss' : ''}>{formatDay(row.newDueOn)}</Cell>
              <RecordingIdCell id={row.id} mayOpen={row.mayOpen} />
            </tr>
          ))}
        </Table>
      )}
      <ShowMore label={t('law.more')} list={list} />
    </Panel>
  )
}
