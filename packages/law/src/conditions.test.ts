import { fc, test } from '@fast-check/vitest'
import { roles, startOfDay } from '@getuige/base'
import { expect } from 'vitest'
import {
  actNames,
  type Condition,
  conditionFor,
  decideAct,
  type Grant,
  makeLawKey,
  packs,
  type RecordingFacts,
  resolveLaw,
} from './index.ts'
import { cutOffOf } from './windows.ts'

/** Days on which counting goes wrong: clocks change, months end, a leap day comes or fails to. */
const awkwardDays = [
  '2024-02-29',
  '2025-02-28',
  '2025-03-01',
  '2026-01-30',
  '2026-01-31',
  '2026-02-01',
  '2026-02-28',
  '2026-03-01',
  '2026-03-02',
  '2026-03-03',
  '2026-03-28',
  '2026-03-29',
  '2026-03-30',
  '2026-03-31',
  '2026-09-25',
  '2026-10-25',
  '2026-11-24',
  '2026-11-25',
  '2026-12-31',
]
const awkwardInstants = ['Europe/Brussels', 'UTC'].flatMap((timeZone) =>
  awkwardDays.flatMap((day) => {
    const midnight = startOfDay(day, timeZone).getTime()
    return [-1, 0, 1, 12 * 60 * 60 * 1000].map((ms) => new Date(midnight + ms))
  }),
)
const anyInstant = fc.oneof(
  fc.constantFrom(...awkwardInstants),
  fc.date({ min: new Date('2025-12-01'), max: new Date('2026-05-01'), noInvalidDate: true }),
)
const anyPerson = fc.constantFrom('p1', 'p2')
const laws = [
  ...packs.map(({ id, version }) => makeLawKey(id, version, {})),
  makeLawKey('be-gpi', 1, { purposes: ['training'] }),
]
const purposeIds = [...new Set(packs.flatMap((pack) => pack.purposes.map(({ id }) => id))), 'curiosity']

const around = (at: Date) => [-1, 0, 1].map((ms) => new Date(at.getTime() + ms))

const worldsAt = (now: Date) => {
  const windows = [[{ months: 1 }], [{ days: 30 }, { months: 1 }]]
  const cutOffs = windows.flatMap((periods) => around(cutOffOf(periods, 'Europe/Brussels', now)))
  const recordedAt = fc.oneof(anyInstant, fc.constantFrom(...cutOffs))
  const end = fc.oneof(anyInstant, fc.constantFrom(...around(now)))
  return fc.record({
    law: fc.constantFrom(...laws),
    act: fc.constantFrom(...actNames),
    person: fc.record({ id: anyPerson, roles: fc.subarray([...roles], { minLength: 0, maxLength: 4 }) }),
    recording: fc.record({
      wearerId: fc.option(anyPerson),
      recordedAt,
      state: fc.constantFrom('stored', 'viewable', 'viewable', 'erasing', 'erased'),
      playable: fc.constantFrom(true, true, false, null),
      isHeld: fc.boolean(),
    }),
    grants: fc.array(
      fc.oneof(
        fc.record({
          kind: fc.constant('assignment'),
          personId: anyPerson,
          purposeId: fc.constantFrom(...purposeIds),
          fromAt: end,
          untilAt: end,
        }),
        fc.record({ kind: fc.constant('mandate'), fromAt: end, untilAt: end }),
        fc.record({ kind: fc.constant('emergency'), personId: anyPerson, fromAt: end, untilAt: end }),
      ),
      { maxLength: 3 },
    ),
    now: fc.constant(now),
    purposeId: fc.option(fc.constantFrom(...purposeIds), { nil: undefined }),
  })
}
const anyWorld = anyInstant.chain(worldsAt)

test.prop([anyWorld], { numRuns: 6000 })(
  'the condition holds for the recordings that the decision allows, and for no others',
  ({ law, act, person, recording, grants, now, purposeId }) => {
    const facts: RecordingFacts = { ...recording, law }
    const condition = conditionFor(act, person, resolveLaw(law), now, purposeId)
    const { allowed } = decideAct(act, person, facts, grants, now, purposeId)
    expect(holds(condition, facts, grants, now)).toBe(allowed)
  },
)

test('the random worlds reach every answer', () => {
  const answers = new Set<string>()
  for (const { law, act, person, recording, grants, now, purposeId } of fc.sample(anyWorld, {
    numRuns: 6000,
    seed: 1,
  })) {
    const decision = decideAct(act, person, { ...recording, law }, grants, now, purposeId)
    answers.add(decision.allowed ? `${act} allowed` : decision.because)
  }
  expect([...answers].toSorted()).toEqual(
    [
      ...actNames.map((act) => `${act} allowed`),
      'role',
      'own-recordings-only',
      'assigned-recordings-only',
      'purpose',
      'window-over',
      'mandate-needed',
      'not-yet-viewable',
      'cannot-be-decoded',
      'being-erased',
      'erased',
      'not-held',
    ].toSorted(),
  )
})

/** What a query makes of a condition, in TypeScript. */
function holds(condition: Condition, recording: RecordingFacts, grants: readonly Grant[], now: Date): boolean {
  switch (condition.kind) {
    case 'always':
      return true
    case 'never':
      return false
    case 'all':
      return condition.of.every((each) => holds(each, recording, grants, now))
    case 'any':
      return condition.of.some((each) => holds(each, recording, grants, now))
    case 'worn-by':
      return recording.wearerId === condition.personId
    case 'recorded-since':
      return recording.recordedAt >= condition.at
    case 'state-in':
      return condition.states.includes(recording.state)
    case 'playable':
      return recording.playable === true
    case 'held':
      return recording.isHeld
    case 'granted':
      return grants.some(
        (grant) =>
          grant.kind === condition.grant &&
          grant.fromAt <= now &&
          now < grant.untilAt &&
          (condition.personId === undefined || (grant.kind !== 'mandate' && grant.personId === condition.personId)) &&
          (condition.purposeId === undefined ||
            (grant.kind === 'assignment' && grant.purposeId === condition.purposeId)),
      )
  }
}
