import { setImmediate } from 'node:timers/promises'
import { type CorpsId, type Day, dayOf, instantOf, type Period, type PersonActor, type Role } from '@getuige/base'
import type { simulateLaw, simulateLawRecordings } from '@getuige/contract'
import { decideAct, type Law, type LawKey, type Purpose, resolveLaw } from '@getuige/law'
import type { z } from 'zod'
import { type Candidate, requireCandidate } from '#deployments'
import type { RetentionDeps } from './deps.ts'
import { type Alike, type Change, countAlike, listChanged } from './simulation-store.ts'

export type Simulate = Candidate & Readonly<{ asOf?: Day | undefined }>
type Simulated = z.input<typeof simulateLaw.returns>

const dayMs = 86_400_000
/** Decided between two breaths of the process. */
const groupsAtOnce = 200

/**
 * What another law would do to the recordings that are here, as if each had been made under it; and what adopting it would
 * really change. Reads alone. What assignments, mandates and emergencies open is left out: it is the same under any law.
 */
export async function simulate(
  deps: RetentionDeps,
  corpsId: CorpsId,
  { asOf: askedFor, ...candidate }: Simulate,
): Promise<Simulated> {
  const law = requireCandidate(candidate)
  const now = deps.clock.now()
  const inForce = resolveLaw(await deps.corps.lawKeyAt(corpsId, now))
  const today = dayOf(now, law.timeZone)
  const asOf = askedFor ?? today
  const at = asOf === today ? now : instantOf(asOf, '12:00:00', law.timeZone)
  const groups = await countAlike(deps.db.of(corpsId), corpsId, law)
  return {
    key: law.key,
    isSameAsInForce: law.key === inForce.key,
    asOf,
    recordings: sum(groups),
    held: sum(groups.filter(({ isHeld }) => isHeld)),
    due: countDue(groups, asOf),
    viewing: await countViewing(groups, law, asOf, at),
    existing: countExisting(groups, law, inForce, today),
  }
}

const sum = (groups: readonly Alike[]) => groups.reduce((total, { recordings }) => total + recordings, 0)

/** A hold keeps beyond any day, so held ones are not counted. */
function countDue(groups: readonly Alike[], asOf: Day): Simulated['due'] {
  const free = groups.filter(({ isHeld }) => !isHeld)
  const moved = free.map((group) => ({ ...group, by: daysBetween(group.dueOn, group.newDueOn) }))
  const earlier = moved.filter(({ by }) => by < 0)
  const later = moved.filter(({ by }) => by > 0)
  const range = (days: readonly number[]) =>
    days.length === 0
      ? null
      : { least: days.reduce((a, b) => Math.min(a, b)), most: days.reduce((a, b) => Math.max(a, b)) }
  return {
    same: sum(moved.filter(({ by }) => by === 0)),
    earlier: sum(earlier),
    later: sum(later),
    earlierDays: range(earlier.map(({ by }) => -by)),
    laterDays: range(later.map(({ by }) => by)),
    erasedAtOnce: sum(free.filter(({ dueOn, newDueOn }) => newDueOn <= asOf && dueOn > asOf)),
    erasedAnyway: sum(free.filter(({ dueOn }) => dueOn <= asOf)),
  }
}

type Line = Readonly<{ role: Role; purposeId: string }>

async function countViewing(groups: readonly Alike[], law: Law, asOf: Day, at: Date): Promise<Simulated['viewing']> {
  const before = new Map(groups.map((group) => [group.law, resolveLaw(group.law)]))
  const purposes = new Map<string, Purpose>()
  for (const each of [law, ...before.values()]) {
    for (const purpose of each.purposes) {
      if (purpose.acts.includes('view') && !purposes.has(purpose.id)) purposes.set(purpose.id, purpose)
    }
  }
  const lines = linesOf([law, ...before.values()])
  const counts = lines.map(() => ({ before: 0, after: 0, opened: 0, closed: 0 }))
  for (const [index, group] of groups.entries()) {
    if (index % groupsAtOnce === groupsAtOnce - 1) await setImmediate()
    const isGone = (dueOn: Day) => !group.isHeld && dueOn <= asOf
    for (const [nth, line] of lines.entries()) {
      const count = counts[nth]
      if (count === undefined) continue
      const is = !isGone(group.dueOn) && mayView(group, group.law, line, at)
      const willBe = !isGone(group.newDueOn) && mayView(group, law.key, line, at)
      if (is) count.before += group.recordings
      if (willBe) count.after += group.recordings
      if (willBe && !is) count.opened += group.recordings
      if (is && !willBe) count.closed += group.recordings
    }
  }
  const windowOf = (laws: readonly Law[], id: string): Period | null =>
    laws.flatMap((each) => each.purposes.filter((purpose) => purpose.id === id))[0]?.window?.within ?? null
  return lines.flatMap(({ role, purposeId }, nth) => {
    const [count, purpose] = [counts[nth], purposes.get(purposeId)]
    if (count === undefined || purpose === undefined) return []
    return [
      {
        role,
        purposeId,
        label: purpose.label,
        ...count,
        windowBefore: windowOf([...before.values()], purposeId),
        windowAfter: windowOf([law], purposeId),
      },
    ]
  })
}

/** Each role with each purpose of viewing that it may use under one of the laws. */
function linesOf(laws: readonly Law[]): Line[] {
  const lines = new Map<string, Line>()
  for (const { acts, purposes } of laws) {
    const roles = new Set(acts.view.allowances.map(({ role }) => role))
    for (const purpose of purposes.filter((each) => each.acts.includes('view'))) {
      for (const role of purpose.roles.filter((each) => roles.has(each))) {
        lines.set(`${role} ${purpose.id}`, { role, purposeId: purpose.id })
      }
    }
  }
  return [...lines.values()]
}

/** Somebody of that role; where it reaches only one's own recordings, whoever wore the camera. */
function mayView(group: Alike, law: LawKey, { role, purposeId }: Line, at: Date): boolean {
  const person = { id: 'somebody', roles: [role] }
  const { recordedAt, state, playable, isHeld, isWorn } = group
  const facts = { wearerId: isWorn ? person.id : null, recordedAt, state, playable, isHeld, law }
  return decideAct('view', person, facts, [], at, purposeId).allowed
}

function countExisting(groups: readonly Alike[], law: Law, inForce: Law, today: Day): Simulated['existing'] {
  if (law.id !== inForce.id) return { refusal: 'other-pack', earlier: 0, erasedNextRun: 0 }
  const moved = groups.filter(
    (group) => group.law !== law.key && group.newDueOn < group.dueOn && resolveLaw(group.law).id === law.id,
  )
  return {
    refusal: null,
    earlier: sum(moved),
    erasedNextRun: sum(moved.filter(({ isHeld, newDueOn, dueOn }) => !isHeld && newDueOn <= today && dueOn > today)),
  }
}

export async function listSimulated(
  deps: RetentionDeps,
  actor: PersonActor,
  asked: Simulate & Readonly<{ change: Change; after?: string | undefined; limit: number }>,
): Promise<z.input<typeof simulateLawRecordings.returns>> {
  const law = requireCandidate(asked)
  const asOf = asked.asOf ?? dayOf(deps.clock.now(), law.timeZone)
  const known = await deps.access.listFilter(actor, 'know')
  const rows = await listChanged(deps.db.of(actor.corpsId), actor.corpsId, law, {
    change: asked.change,
    asOf,
    known,
    afterId: asked.after ?? '',
    limit: asked.limit + 1,
  })
  const shown = rows.slice(0, asked.limit)
  return {
    recordings: shown.map((row) => ({ ...row, recordedAt: row.recordedAt.toISOString() })),
    next: rows.length > asked.limit ? (shown.at(-1)?.id ?? null) : null,
  }
}

function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMs)
}
