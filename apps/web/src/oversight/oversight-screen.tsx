import { getOversight } from '@getuige/contract'
import { buttonClass, Cell, Column, Panel, RowHeader, State, Table } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { query } from '../api/index.ts'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { Screen } from '../app/screen.tsx'
import { followingOf, witnessLooks } from '../custody/log-standing.ts'
import { EmergencyList } from '../emergency/emergency-list.tsx'
import { formatDay, formatInstant, formatNumber } from '../messages/formats.ts'
import { say, t } from '../messages/translate.ts'
import type { OversightNumbers } from './numbers.ts'
import { OutliersPanel } from './outliers-panel.tsx'
import { SmallMultiple } from './small-multiple.tsx'

/** What whoever oversees looks at first: numbers of live data, each with the rows behind it. It changes nothing. */
export function OversightScreen() {
  const { data, error, refetch } = useQuery({ ...query(getOversight, {}), staleTime: 60_000 })
  return (
    <Screen
      title={t('oversight.title')}
      lead={t('oversight.lead')}
      actions={
        <>
          <Link to="/access-log" className={buttonClass({})}>
            {t('oversight.logTitle')}
          </Link>
          <Link to="/oversight/$document" params={{ document: 'register-of-uses' }} className={buttonClass({})}>
            {t('oversight.registerOfUses')}
          </Link>
          <Link to="/oversight/$document" params={{ document: 'processing-record' }} className={buttonClass({})}>
            {t('oversight.processingRecord')}
          </Link>
        </>
      }
      aside={data !== undefined && <Standing numbers={data} />}
    >
      {error !== null && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading />}
      {data !== undefined && (
        <>
          <EmergencyList />
          <PurposesPanel purposes={data.purposes} />
          <OutliersPanel outliers={data.outliers} viewings={data.viewings} />
          <RefusalsPanel refusals={data.refusals} days={data.days} />
          <HoldsPanel holds={data.holds} />
          <RolesPanel roles={data.roles} />
        </>
      )}
    </Screen>
  )
}

function PurposesPanel({ purposes }: { purposes: OversightNumbers['purposes'] }) {
  const most = Math.max(
    1,
    ...purposes.flatMap(({ usual, weeks }) => [
      usual.to,
      ...weeks.map(({ disclosures, viewings }) => viewings + disclosures),
    ]),
  )
  return (
    <Panel
      title={t('oversight.purposes')}
      actions={
        <Link to="/access-log" search={{ verb: 'consult' }} className="text-sm underline">
          {t('oversight.rows')}
        </Link>
      }
    >
      <div className="grid grid-cols-[repeat(auto-fill,minmax(14rem,1fr))] gap-x-6 gap-y-4">
        {purposes.map((purpose) => (
          <SmallMultiple
            key={purpose.id}
            name={purpose.label === null ? purpose.id : say(purpose.label)}
            of={purpose}
            most={most}
          />
        ))}
      </div>
      <p className="mt-3 flex flex-wrap gap-x-4 text-sm text-ink-3">
        <Key className="fill-accent">{t('oversight.viewings')}</Key>
        <Key className="fill-held">{t('oversight.disclosures')}</Key>
        <Key className="fill-sunken stroke-edge">{t('oversight.band')}</Key>
      </p>
    </Panel>
  )
}

function Key({ className, children }: { className: string; children: ReactNode }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <svg viewBox="0 0 12 12" aria-hidden="true" className="size-3">
        <rect width="12" height="12" className={className} />
      </svg>
      {children}
    </span>
  )
}

function RefusalsPanel({ refusals, days }: { refusals: OversightNumbers['refusals']; days: number }) {
  return (
    <Panel
      title={t('oversight.refusals', { days })}
      isFlush={refusals.length > 0}
      actions={
        <Link to="/access-log" search={{ type: 'access-refused', scope: 'everything' }} className="text-sm underline">
          {t('oversight.rows')}
        </Link>
      }
    >
      {refusals.length === 0 && <p className="text-ink-2">{t('oversight.none')}</p>}
      {refusals.length > 0 && (
        <Table
          isFlush
          label={t('oversight.refusals', { days })}
          columns={
            <>
              <Column>{t('oversight.because')}</Column>
              <Column>{t('oversight.rule')}</Column>
              <Column className="text-right">{t('oversight.count')}</Column>
            </>
          }
        >
          {refusals.map(({ because, count, rule, ruleId }) => (
            <tr key={`${because} ${ruleId}`}>
              <RowHeader className="font-normal max-sm:w-full">{sayBecause(because)}</RowHeader>
              <Cell className="text-ink-2">
                {rule === null ? '' : say(rule)}{' '}
                {ruleId !== null && <span className="font-mono text-xs">{ruleId}</span>}
              </Cell>
              <Cell className="text-right font-mono">{formatNumber(count)}</Cell>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  )
}

const reasons = [
  'role',
  'own-recordings-only',
  'assigned-recordings-only',
  'purpose',
  'window-over',
  'mandate-needed',
] as const

function sayBecause(because: string): string {
  const known = reasons.find((one) => one === because)
  return known === undefined ? because : t(`oversight.because.${known}`)
}

function HoldsPanel({ holds }: { holds: OversightNumbers['holds'] }) {
  const { inForce, untouched, untouchedCount, untouchedDays } = holds
  return (
    <Panel title={t('oversight.holds', { days: untouchedDays })} isFlush={untouched.length > 0}>
      {untouched.length === 0 && <p className="text-ink-2">{t('oversight.holdsNone', { count: inForce })}</p>}
      {untouched.length > 0 && (
        <Table
          isFlush
          className="max-h-80 overflow-y-auto"
          label={t('oversight.holds', { days: untouchedDays })}
          columns={
            <>
              <Column>{t('oversight.holdNumber')}</Column>
              <Column>{t('oversight.holdPlaced')}</Column>
              <Column>{t('oversight.lastAct')}</Column>
            </>
          }
        >
          {untouched.map((hold) => (
            <tr key={`${hold.recordingId}${hold.placedAt}`}>
              <RowHeader className="max-sm:w-full">
                <Link to="/access-log" search={{ recordingId: hold.recordingId }} className="underline">
                  {hold.number}
                </Link>
                <span className="block font-mono text-xs font-normal break-all text-ink-3">{hold.recordingId}</span>
              </RowHeader>
              <Cell>{formatDay(hold.placedAt)}</Cell>
              <Cell>{hold.lastActAt === null ? '–' : formatDay(hold.lastActAt)}</Cell>
            </tr>
          ))}
        </Table>
      )}
      {untouchedCount > untouched.length && (
        <p className="px-4 py-2 text-sm text-ink-3">
          {t('oversight.firstOf', { shown: untouched.length, count: untouchedCount })}
        </p>
      )}
    </Panel>
  )
}

function RolesPanel({ roles: { days, list } }: { roles: OversightNumbers['roles'] }) {
  return (
    <Panel title={t('oversight.roles', { days })} isFlush>
      <Table
        isFlush
        label={t('oversight.roles', { days })}
        columns={
          <>
            <Column>{t('oversight.role')}</Column>
            <Column className="text-right">{t('oversight.people')}</Column>
            <Column>{t('oversight.lastAct')}</Column>
          </>
        }
      >
        {list
          .toSorted((a, b) => Number(b.isUnused) - Number(a.isUnused))
          .map(({ isUnused, lastActAt, people, role }) => (
            <tr key={role}>
              <RowHeader className="font-normal max-sm:w-full">
                <span className="first-letter:uppercase">{t(`app.role.${role}`)}</span>
              </RowHeader>
              <Cell className="text-right font-mono">{formatNumber(people)}</Cell>
              <Cell>
                {isUnused ? (
                  <State shape="quarter" tone="held">
                    {lastActAt === null ? t('oversight.neverUsed') : formatDay(lastActAt)}
                  </State>
                ) : (
                  lastActAt !== null && formatDay(lastActAt)
                )}
              </Cell>
            </tr>
          ))}
      </Table>
    </Panel>
  )
}

/** What is in order, or is not: a question, its answer, and where to look. */
function Standing({ numbers }: { numbers: OversightNumbers }) {
  const { emergencies, erasures, logs, signIns, storage, wordsErased, days } = numbers
  const { backup } = storage
  return (
    <>
      <Panel title={t('oversight.emergencies')}>
        <Answer isGood={emergencies.unjustified === 0}>
          {t('oversight.emergenciesOpen', { count: emergencies.unjustified, overdue: emergencies.overdue })}
        </Answer>
        <p className="text-sm text-ink-3">{t('oversight.emergenciesBroken', { count: emergencies.broken, days })}</p>
        <More type="glass-broken" />
      </Panel>
      <Panel title={t('oversight.erasures')}>
        <Answer isGood={erasures.overdue === 0}>{t('oversight.overdue', { count: erasures.overdue })}</Answer>
        <p className="text-sm text-ink-3">
          {erasures.lastRunAt === null
            ? t('oversight.noRun')
            : t('oversight.lastRun', { when: formatInstant(erasures.lastRunAt) })}
        </p>
        <More type="recording-erased" />
      </Panel>
      <Panel title={t('oversight.witnesses')}>
        {logs.map((log) => (
          <div key={log.origin} className="flex flex-col gap-1">
            <Answer isGood={log.trouble === null}>
              {log.trouble === null
                ? t('oversight.logSigned', { size: formatNumber(log.size) })
                : t(`custody.trouble.${log.trouble}`)}
            </Answer>
            {log.witnesses.length === 0 && <p className="text-sm text-pretty text-ink-3">{t('oversight.noWitness')}</p>}
            {log.witnesses.map((witness) => {
              const state = followingOf(witness)
              return (
                <State key={witness.name} {...witnessLooks[state]}>
                  {witness.name}: {t(`custody.witness.${state}`)}
                </State>
              )
            })}
          </div>
        ))}
        <Link to="/verification" className="mt-1 block text-sm underline">
          {t('oversight.more.verification')}
        </Link>
      </Panel>
      <Panel title={t('oversight.storage')}>
        <Answer isGood={storage.damaged === 0}>{t('oversight.damaged', { count: storage.damaged })}</Answer>
        <p className="text-sm text-ink-3">
          {storage.checkedSince === null
            ? t('oversight.neverChecked')
            : t('oversight.checkedSince', { when: formatDay(storage.checkedSince) })}
        </p>
        {backup === null ? (
          <p className="text-sm text-ink-3">{t('oversight.noBackup')}</p>
        ) : (
          <Answer isGood={!backup.isOverdue}>
            {backup.madeAt === null
              ? t('oversight.backupNever')
              : t('oversight.backup', { when: formatInstant(backup.madeAt) })}
          </Answer>
        )}
      </Panel>
      <Panel title={t('oversight.signIns')}>
        <Answer isGood={signIns.lockedNow === 0}>{t('oversight.lockedNow', { count: signIns.lockedNow })}</Answer>
        <p className="text-sm text-ink-3">{t('oversight.locked', { count: signIns.locked, days })}</p>
        <More type="sign-in-locked" />
      </Panel>
      <Panel title={t('oversight.forgotten')}>
        <p>{t('oversight.forgottenCount', { count: wordsErased.entries })}</p>
        {wordsErased.lastAt !== null && (
          <p className="text-sm text-ink-3">{t('oversight.lastRun', { when: formatInstant(wordsErased.lastAt) })}</p>
        )}
        <More type="words-erased" />
      </Panel>
    </>
  )
}

function Answer({ isGood, children }: { isGood: boolean; children: ReactNode }) {
  return (
    <State shape={isGood ? 'check' : 'triangle'} tone={isGood ? 'accent' : 'loss'}>
      {children}
    </State>
  )
}

function More({ type }: { type: string }) {
  return (
    <Link to="/access-log" search={{ type, scope: 'everything' }} className="mt-1 block text-sm underline">
      {t('oversight.rows')}
    </Link>
  )
}
