import type { ActName } from './acts.ts'
import { needsPictures } from './decisions.ts'
import type { Grant, PersonFacts, RecordingFacts } from './facts.ts'
import type { Law } from './pack.ts'
import { breakingTheGlass, type Way, waysTo } from './ways.ts'

/**
 * What must be true of a recording, so that a query can ask it of many at once. `granted`: there is a grant of that kind on
 * the recording that is in force (`fromAt <= now < untilAt`, not ended), for that person and that purpose where they are
 * named. `playable`: it was probed and can be decoded.
 */
export type Condition = Readonly<
  | { kind: 'always' }
  | { kind: 'never' }
  | { kind: 'all' | 'any'; of: readonly Condition[] }
  | { kind: 'worn-by'; personId: string }
  | { kind: 'recorded-since'; at: Date }
  | { kind: 'state-in'; states: readonly RecordingFacts['state'][] }
  | { kind: 'playable' }
  | { kind: 'held' }
  | { kind: 'granted'; grant: Grant['kind']; personId?: string; purposeId?: string }
>

/** The recordings under `law` for which `decideAct` allows the act, as one condition. */
export function conditionFor(act: ActName, person: PersonFacts, law: Law, now: Date, purposeId?: string): Condition {
  const ways = waysTo(act, person, law, purposeId).map((way) => all([reached(way, person), inWindow(way, now)]))
  if (act === 'view') {
    const broken = waysTo(breakingTheGlass, person, law).map((way) => reached(way, person))
    ways.push(all([any(broken), { kind: 'granted', grant: 'emergency', personId: person.id }]))
  }
  return all([any(ways), ...inState(act)])
}

function reached({ allowance, purpose }: Way, person: PersonFacts): Condition {
  switch (allowance.reach) {
    case 'all':
      return { kind: 'always' }
    case 'own':
      return { kind: 'worn-by', personId: person.id }
    case 'assigned': {
      const granted = { kind: 'granted', grant: 'assignment', personId: person.id } as const
      return purpose === null ? granted : { ...granted, purposeId: purpose.id }
    }
  }
}

function inWindow({ purpose }: Way, now: Date): Condition {
  const window = purpose?.window ?? null
  if (window === null) return { kind: 'always' }
  const recent: Condition = { kind: 'recorded-since', at: window.cutOff(now) }
  return window.afterwards === 'mandate' ? any([recent, { kind: 'granted', grant: 'mandate' }]) : recent
}

function inState(act: ActName): readonly Condition[] {
  if (act === 'know') return []
  return [
    { kind: 'state-in', states: ['stored', 'viewable'] },
    ...(needsPictures(act) ? [{ kind: 'playable' } as const] : []),
    ...(act === 'lift-hold' ? [{ kind: 'held' } as const] : []),
  ]
}

function all(of: readonly Condition[]): Condition {
  if (of.some(({ kind }) => kind === 'never')) return { kind: 'never' }
  return joined('all', of, 'always')
}

function any(of: readonly Condition[]): Condition {
  if (of.some(({ kind }) => kind === 'always')) return { kind: 'always' }
  return joined('any', of, 'never')
}

/** One tree as flat as it can be, without branches that say nothing or the same twice. */
function joined(kind: 'all' | 'any', of: readonly Condition[], nothing: 'always' | 'never'): Condition {
  const branches = new Map<string, Condition>()
  for (const each of of) {
    const inner = each.kind === kind ? each.of : [each]
    for (const one of inner) if (one.kind !== nothing) branches.set(JSON.stringify(one), one)
  }
  const [first, ...others] = branches.values()
  if (first === undefined) return { kind: nothing }
  return others.length === 0 ? first : { kind, of: [first, ...others] }
}
