import { addPeriod, type PersonActor, startOfDay, type Words } from '@getuige/base'
import type { AccessLogEntry, getOversight, ReturnsOf } from '@getuige/contract'
import { outlierRules } from '@getuige/contract'
import { describeEntries, purposesOf } from './access-log.ts'
import type { OversightDeps } from './deps.ts'
import {
  daysLookedAt,
  judgeWeeks,
  mondaysUntil,
  outlierNumbers,
  type OutlierRule,
  untouchedDays,
  weeksShown,
} from './rules.ts'
import {
  countByPurpose,
  countEmergencies,
  countEntries,
  countHolds,
  countLockedNow,
  countOutliers,
  countOverdue,
  countRefusals,
  findWordsErased,
  listOutlierSerials,
  listRoleUse,
  listUntouchedHolds,
} from './store.ts'

export type Oversight = ReturnsOf<typeof getOversight>

const mostListed = 50
const dayMs = 86_400_000

/** The numbers of the console, from live data. Have what was entered noted first. */
export async function describeOversight(deps: OversightDeps, { corpsId }: PersonActor): Promise<Oversight> {
  const { clock, custody, vault } = deps
  const now = clock.now()
  const db = deps.db.of(corpsId)
  const law = await deps.lawAt(corpsId, now)
  const { timeZone } = await deps.corpsOf(corpsId)
  const since = new Date(now.getTime() - daysLookedAt * dayMs)
  const untouchedSince = new Date(now.getTime() - untouchedDays * dayMs)
  const span = { corpsId, since, timeZone }
  // Sequenced, and noted: what was entered until now counts.
  await custody.search(corpsId, {}, { limit: 1 })

  const outliers: Oversight['outliers'] = []
  for (const rule of outlierRules) {
    outliers.push({
      rule,
      count: await countOutliers(db, rule, span),
      numbers: { ...outlierNumbers[rule], days: daysLookedAt },
    })
  }
  const holds = await listUntouchedHolds(db, corpsId, untouchedSince)
  const overdue = await countOverdue(db, corpsId, new Date(now.getTime() - dayMs))
  const { logs } = await custody.describeLogs(corpsId)
  const { damaged, checkedSince } = await vault.condition(corpsId)
  const backup = await deps.findBackup()
  const erased = await findWordsErased(db, corpsId)

  return {
    madeAt: now.toISOString(),
    days: daysLookedAt,
    purposes: await describePurposes(deps, corpsId, timeZone),
    viewings: await countEntries(db, span, 'viewing-started'),
    outliers,
    refusals: (await countRefusals(db, span)).map((each) => ({
      ...each,
      rule: law.rules.find(({ id }) => id === each.ruleId)?.label ?? null,
    })),
    emergencies: await countEmergencies(db, corpsId, { since, now }),
    holds: {
      untouchedDays,
      inForce: await countHolds(db, corpsId),
      untouched: holds.slice(0, mostListed).map(({ placedAt, lastActAt, ...hold }) => ({
        ...hold,
        placedAt: placedAt.toISOString(),
        lastActAt: lastActAt?.toISOString() ?? null,
      })),
      untouchedCount: holds.length,
    },
    erasures: {
      overdue: overdue.count,
      oldestDueAt: overdue.oldestDueAt?.toISOString() ?? null,
      lastRunAt: overdue.lastRunAt?.toISOString() ?? null,
    },
    roles: {
      days: untouchedDays,
      list: (await listRoleUse(db, corpsId)).map(({ lastActAt, ...role }) => ({
        ...role,
        lastActAt: lastActAt?.toISOString() ?? null,
        isUnused: lastActAt === null || lastActAt < untouchedSince,
      })),
    },
    signIns: {
      lockedNow: await countLockedNow(db, corpsId, now),
      locked: await countEntries(db, span, 'sign-in-locked'),
    },
    logs: logs
      .filter(({ closedAt }) => closedAt === null)
      .map(({ origin, size, trouble, witnesses }) => ({
        origin,
        size,
        trouble,
        witnesses: witnesses.map(({ name, state, cosignedAt, cosignedSize }) => ({
          name,
          state,
          cosignedSize,
          cosignedAt: cosignedAt?.toISOString() ?? null,
        })),
      })),
    storage: {
      damaged,
      checkedSince: checkedSince?.toISOString() ?? null,
      backup: backup && { madeAt: backup.madeAt?.toISOString() ?? null, isOverdue: backup.isOverdue },
    },
    wordsErased: { entries: erased.entries, lastAt: erased.lastAt?.toISOString() ?? null },
  }
}

/** Every purpose of the law in force, used or not, and those of former laws that were used. */
async function describePurposes(
  deps: OversightDeps,
  corpsId: PersonActor['corpsId'],
  timeZone: string,
): Promise<Oversight['purposes']> {
  const mondays = mondaysUntil(deps.clock.now(), weeksShown, timeZone)
  const since = startOfDay(mondays[0] ?? '', timeZone)
  const counted = await countByPurpose(deps.db.of(corpsId), { corpsId, since, timeZone })
  const labels = new Map<string, Words | null>((await purposesOf(deps, corpsId)).map(({ id, label }) => [id, label]))
  for (const { purpose } of counted) if (purpose !== '' && !labels.has(purpose)) labels.set(purpose, null)
  return [...labels].map(([id, label]) => {
    const of = (week: string, type: string) =>
      counted.find((row) => row.purpose === id && row.week === week && row.type === type)?.count ?? 0
    const weeks = mondays.map((begins) => ({
      begins,
      viewings: of(begins, 'viewing-started'),
      disclosures: of(begins, 'package-exported'),
    }))
    return { id, label, weeks, ...judgeWeeks(weeks.map(({ viewings, disclosures }) => viewings + disclosures)) }
  })
}

/** The accesses that a rule points at, newest first. */
export async function listOutlierEntries(
  deps: OversightDeps,
  { corpsId }: PersonActor,
  rule: OutlierRule,
): Promise<{ entries: AccessLogEntry[]; count: number }> {
  const { timeZone } = await deps.corpsOf(corpsId)
  const span = { corpsId, since: addPeriod(deps.clock.now(), { days: -daysLookedAt }, timeZone), timeZone }
  const db = deps.db.of(corpsId)
  const serials = await listOutlierSerials(db, rule, span, mostListed)
  const entries = await deps.custody.entries(corpsId, serials)
  const found = serials.flatMap((serial) => entries.find((entry) => entry.serial === serial) ?? [])
  return { entries: await describeEntries(deps, corpsId, found), count: await countOutliers(db, rule, span) }
}
