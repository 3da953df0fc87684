import { type Day, dayOf, type Role, roles, startOfDay } from '@getuige/base'
import { type ActName, actNames, purposefulActNames } from './acts.ts'
import { decideAct } from './decisions.ts'
import type { Decision, Grant, RecordingFacts } from './facts.ts'
import type { Law } from './pack.ts'
import { addToDay } from './windows.ts'

/** How somebody stands to a recording, besides the role. `file`: it was assigned to them for the purpose. */
export const relations = ['none', 'wore', 'file', 'mandate', 'file+mandate', 'glass'] as const
export type Relation = (typeof relations)[number]

/** What a recording is like when it is asked for. */
export const recordingConditions = ['not-probed', 'viewable', 'undecodable', 'held', 'erasing', 'erased'] as const
export type RecordingCondition = (typeof recordingConditions)[number]

/** A moment in the life of a recording: when it was made, and on both sides of the end of every window. */
export type Age = Readonly<{ name: string; now: Date }>

const me = 'me'
const recordedAt = new Date('2026-01-05T10:00:00Z')
const always = { fromAt: new Date(0), untilAt: new Date('2100-01-01T00:00:00Z') }

/** One row of the matrix: what a role may do, for one purpose where the act has one, in every case. */
export type MatrixRow = Readonly<{
  act: ActName
  role: Role
  purposeId: string | null
  decide(relation: Relation, age: Age, condition: RecordingCondition): Decision
}>

/** Role x purpose x act x age of the recording x its state x how the person stands to it: every answer of a law. */
export type Matrix = Readonly<{ ages: readonly Age[]; rows: readonly MatrixRow[] }>

export function tabulate(law: Law): Matrix {
  const rows = actNames.flatMap((act) => {
    const purposeIds = purposefulActNames.some((each) => each === act) ? law.purposes.map(({ id }) => id) : [null]
    return purposeIds.flatMap((purposeId) =>
      roles.map((role): MatrixRow => ({
        act,
        role,
        purposeId,
        decide: (relation, { now }, condition) =>
          decideAct(
            act,
            { id: me, roles: [role] },
            recordingOf(law, relation, condition),
            grantsOf(law, relation, purposeId),
            now,
            purposeId ?? undefined,
          ),
      })),
    )
  })
  return { ages: agesOf(law), rows }
}

function agesOf(law: Law): readonly Age[] {
  const made = dayOf(recordedAt, law.timeZone)
  const ends = law.purposes.flatMap(({ window }): Day[] => {
    if (window === null) return []
    const { within, noLongerThan } = window
    return [within, noLongerThan ?? within]
      .map((each) => addToDay(made, each))
      .toSorted(byDay)
      .slice(0, 1)
  })
  const boundaries = [...new Set(ends)].toSorted(byDay).flatMap((lastDay): Age[] => {
    const over = startOfDay(addToDay(lastDay, { days: 1 }), law.timeZone)
    return [
      { name: `last moment of ${lastDay}`, now: new Date(over.getTime() - 1) },
      { name: `first moment after ${lastDay}`, now: over },
    ]
  })
  return [
    { name: `made on ${made}`, now: recordedAt },
    ...boundaries,
    { name: 'a year later', now: startOfDay(addToDay(made, { months: 12 }), law.timeZone) },
  ]
}

const byDay = (a: Day, b: Day): number => (a < b ? -1 : Number(a > b))

function recordingOf(law: Law, relation: Relation, condition: RecordingCondition): RecordingFacts {
  return {
    wearerId: relation === 'wore' ? me : 'somebody else',
    recordedAt,
    state: condition === 'erasing' || condition === 'erased' ? condition : 'viewable',
    playable: condition === 'not-probed' ? null : condition !== 'undecodable',
    isHeld: condition === 'held',
    law: law.key,
  }
}

function grantsOf(law: Law, relation: Relation, purposeId: string | null): readonly Grant[] {
  const files = law.purposes
    .filter(({ id }) => purposeId === null || id === purposeId)
    .map(({ id }): Grant => ({ kind: 'assignment', personId: me, purposeId: id, ...always }))
  const mandate: Grant = { kind: 'mandate', ...always }
  switch (relation) {
    case 'none':
    case 'wore':
      return []
    case 'file':
      return files
    case 'mandate':
      return [mandate]
    case 'file+mandate':
      return [...files, mandate]
    case 'glass':
      return [{ kind: 'emergency', personId: me, ...always }]
  }
}
