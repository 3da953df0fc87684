import { Banner, Cell, Column, Facts, Panel, RowHeader, State, Table } from '@getuige/ui'
import { formatInstant, formatNumber } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { Ago } from './ago.tsx'
import { type CustodyLog, followingOf, isContested, type Witness, witnessLooks } from './log-standing.ts'

/** The log that grows now: how far it is signed, and who outside vouches for how much of it. */
export function LogPanel({ log, waiting }: { log: CustodyLog; waiting: number }) {
  return (
    <Panel title={t('custody.log')} isFlush>
      <LogBody log={log} waiting={waiting} />
    </Panel>
  )
}

/** The logs of former years, and those that another continues. What is contested stands open. */
export function EarlierLogs({ logs }: { logs: readonly CustodyLog[] }) {
  return (
    <Panel title={t('custody.earlier')} isFlush>
      {logs.map((log) => (
        <details key={log.origin} open={isContested(log)} className="group border-t border-line first:border-t-0">
          <summary className="flex cursor-pointer list-none items-baseline gap-2 px-4 py-2.5 [&::-webkit-details-marker]:hidden">
            <span aria-hidden="true" className="text-ink-3 group-open:rotate-90">
              ›
            </span>
            <span className="min-w-0 flex-1 font-mono text-sm break-all">{log.origin}</span>
            <span className="text-sm whitespace-nowrap text-ink-3">{formatNumber(log.size)}</span>
          </summary>
          <LogBody log={log} waiting={0} />
        </details>
      ))}
    </Panel>
  )
}

function LogBody({ log, waiting }: { log: CustodyLog; waiting: number }) {
  const hasBacking = log.witnesses.length > 0 || log.stamps.length > 0
  return (
    <>
      <div className="flex flex-col gap-3 p-4">
        {log.trouble !== null && (
          <Banner tone="refusal" title={t('custody.troubleTitle')}>
            <p>{t(`custody.trouble.${log.trouble}`)}</p>
            <p>{t('custody.troubleGoesOn')}</p>
          </Banner>
        )}
        {log.witnesses.some(({ state }) => state === 'rewritten') && (
          <Banner tone="refusal" title={t('custody.alarmTitle')}>
            {t('custody.alarmBody')}
          </Banner>
        )}
        <Facts items={describeLog(log, waiting)} />
        {log.witnesses.length === 0 && <Banner>{t('custody.noWitnesses')}</Banner>}
      </div>
      {hasBacking && <Backing log={log} />}
      {log.stamps.length === 0 && (
        <p className="border-t border-line px-4 py-2.5 text-sm text-ink-3">{t('custody.noStamps')}</p>
      )}
    </>
  )
}

function describeLog(log: CustodyLog, waiting: number) {
  const { closedAt, continues, origin, signedAt, size } = log
  return [
    {
      id: 'origin',
      name: t('custody.logOrigin'),
      value: <span className="font-mono text-sm break-all">{origin}</span>,
    },
    { id: 'size', name: t('custody.logSize'), value: formatNumber(size) },
    {
      id: 'signed',
      name: t('custody.logCheckpoint'),
      value: signedAt === null ? t('custody.never') : <Ago at={signedAt} />,
    },
    ...(waiting > 0 ? [{ id: 'waiting', name: t('custody.logWaiting'), value: formatNumber(waiting) }] : []),
    ...(closedAt === null ? [] : [{ id: 'closed', name: t('custody.logClosed'), value: formatInstant(closedAt) }]),
    ...(continues === null
      ? []
      : [
          {
            id: 'continues',
            name: t('custody.logContinues'),
            value: <span className="font-mono text-sm break-all">{continues}</span>,
          },
        ]),
  ]
}

/** Witnesses and time-stamping authorities alike: each vouches for a number of entries at a moment. */
function Backing({ log }: { log: CustodyLog }) {
  return (
    <div className="border-t border-line">
      <Table
        isFlush
        label={t('custody.behind')}
        columns={
          <>
            <Column>{t('custody.behind')}</Column>
            <Column>{t('custody.state')}</Column>
            <Column className="text-right">{t('custody.covers')}</Column>
            <Column>{t('custody.when')}</Column>
          </>
        }
      >
        {log.witnesses.map((witness) => (
          <tr key={witness.name}>
            <Backer name={witness.name} as={t('custody.as.witness')} />
            <Cell className="max-sm:w-full">
              <WitnessState witness={witness} />
            </Cell>
            <Covers size={witness.cosignedSize} all={log.size} />
            <When at={witness.cosignedAt} />
          </tr>
        ))}
        {log.stamps.map((stamp) => (
          <tr key={stamp.authority}>
            <Backer name={stamp.authority} as={t('custody.as.authority')} />
            <Cell className="max-sm:w-full">
              <State shape="check" tone="accent">
                {t('custody.stamped')}
              </State>
            </Cell>
            <Covers size={stamp.size} all={log.size} />
            <When at={stamp.at} />
          </tr>
        ))}
      </Table>
    </div>
  )
}

function Backer({ name, as }: { name: string; as: string }) {
  return (
    <RowHeader className="w-1/3 max-sm:w-full">
      <span className="block [overflow-wrap:anywhere]">{name}</span>
      <span className="block text-sm font-normal text-ink-3">{as}</span>
    </RowHeader>
  )
}

/** On a phone there is no heading of the column, and nothing is said of nothing. */
function Covers({ size, all }: { size: number | null; all: number }) {
  if (size === null) return <Cell className="text-right text-ink-3 max-sm:hidden">–</Cell>
  return (
    <Cell className="text-right whitespace-nowrap">
      <span className="text-ink-3 sm:hidden">{t('custody.covers')} </span>
      {t('custody.coversOf', { size, all })}
    </Cell>
  )
}

function When({ at }: { at: string | null }) {
  if (at === null) return <Cell className="text-ink-3 max-sm:hidden">–</Cell>
  return (
    <Cell className="whitespace-nowrap max-sm:text-ink-2">
      <Ago at={at} />
    </Cell>
  )
}

function WitnessState({ witness }: { witness: Witness }) {
  const state = followingOf(witness)
  const { shape, tone } = witnessLooks[state]
  const { since } = witness
  return (
    <>
      <State shape={shape} tone={tone}>
        {t(`custody.witness.${state}`)}
        {since !== null && <span className="text-ink-2"> {t('custody.since', { when: formatInstant(since) })}</span>}
      </State>
      {state !== 'cosigned' && (
        <span className="block max-w-prose pl-4.5 text-sm text-pretty text-ink-2">
          {t(`custody.witnessWhy.${state}`)}
        </span>
      )}
    </>
  )
}
