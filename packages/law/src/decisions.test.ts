import { type Role, roles } from '@getuige/base'
import { describe, expect, test } from 'vitest'
import {
  type ActName,
  actNames,
  corpsActNames,
  decideAct,
  decideCorpsAct,
  type Decision,
  type Grant,
  makeLawKey,
  packs,
  type RecordingFacts,
  resolveLaw,
} from './index.ts'

const [me, colleague] = ['person_me', 'person_colleague']
const recordedAt = new Date('2026-01-05T10:00:00Z')
const [gpi, elsene, boa, denHaag, winterswijk] = [
  makeLawKey('be-gpi', 1, {}),
  makeLawKey('be-brussel-elsene', 1, {}),
  makeLawKey('nl-boa', 1, {}),
  makeLawKey('nl-boa-den-haag', 1, {}),
  makeLawKey('nl-boa-winterswijk', 1, {}),
]
const base: RecordingFacts = {
  wearerId: colleague,
  recordedAt,
  state: 'viewable',
  playable: true,
  isHeld: false,
  law: denHaag,
}
const always = { fromAt: new Date(0), untilAt: new Date('2100-01-01') }
const mandate: Grant = { kind: 'mandate', ...always }
const emergency: Grant = { kind: 'emergency', personId: me, ...always }
const assignedFor = (purposeId: string): Grant => ({ kind: 'assignment', personId: me, purposeId, ...always })

type Case = Readonly<{
  act: ActName
  as: Role | readonly Role[]
  recording?: Partial<RecordingFacts>
  grants?: readonly Grant[]
  now?: string
  purpose?: string
}>
function decide({ act, as, recording, grants = [], now = '2026-01-06T10:00:00Z', purpose }: Case): Decision {
  const person = { id: me, roles: typeof as === 'string' ? [as] : as }
  return decideAct(act, person, { ...base, ...recording }, grants, new Date(now), purpose)
}
const answer = (decision: Decision) => (decision.allowed ? true : decision.because)

describe('under every pack', () => {
  const keys = packs.map(({ id, version }) => makeLawKey(id, version, {}))
  const own = { wearerId: me, isHeld: true }

  test.each(keys)('the wearer knows and completes what they recorded, and does nothing else to it (%s)', (law) => {
    const may = actNames.filter((act) => decide({ act, as: 'enforcer', recording: { ...own, law } }).allowed)
    expect(may).toEqual(['know', 'complete-activation'])
  })
  test.each(keys)('an administrator with every grant there is can do nothing to a recording (%s)', (law) => {
    const grants = [mandate, emergency, ...resolveLaw(law).purposes.map(({ id }) => assignedFor(id))]
    const may = actNames.filter(
      (act) => decide({ act, as: 'administrator', recording: { ...own, law }, grants }).allowed,
    )
    expect(may).toEqual([])
  })
  test.each(keys)(
    'nobody plays or hands over but those who handle recordings, or have one on their file (%s)',
    (law) => {
      const grants = [mandate, emergency, ...resolveLaw(law).purposes.map(({ id }) => assignedFor(id))]
      const viewers = (given: readonly Grant[]) =>
        roles.filter((as) =>
          (['preview', 'view', 'export'] as const).some(
            (act) => decide({ act, as, recording: { law }, grants: given }).allowed,
          ),
        )
      expect(viewers([])).toEqual(['records-officer'])
      const withFile: readonly Role[] = ['records-officer', 'investigator', 'complaint-handler']
      expect(withFile).toEqual(expect.arrayContaining(viewers(grants)))
    },
  )
  test.each(keys)('the data-protection officer sees what there is and who looked, and never plays (%s)', (law) => {
    const as = 'data-protection-officer'
    const may = actNames.filter((act) => decide({ act, as, recording: { law }, grants: [mandate, emergency] }).allowed)
    expect(may).toEqual(['know'])
    const person = { id: me, roles: [as] as const }
    expect(corpsActNames.filter((act) => decideCorpsAct(act, person, resolveLaw(law)).allowed)).toEqual([
      'list-recordings',
      'see-people',
      'see-retention',
      'see-verification',
      'see-oversight',
      'read-access-log',
      'simulate-law',
    ])
  })
  test.each(keys)('who runs devices sees no recording (%s)', (law) => {
    for (const as of ['shift-lead', 'fleet-manager'] as const) {
      expect(actNames.filter((act) => decide({ act, as, recording: { ...own, law } }).allowed)).toEqual([])
      expect(decideCorpsAct('manage-devices', { id: me, roles: [as] }, resolveLaw(law)).allowed).toBe(true)
    }
  })
  test.each(keys)('somebody without a role may do nothing (%s)', (law) => {
    expect(
      actNames.filter((act) => decide({ act, as: [], recording: { ...own, law }, grants: [emergency] }).allowed),
    ).toEqual([])
    const person = { id: me, roles: [] }
    expect(corpsActNames.filter((act) => decideCorpsAct(act, person, resolveLaw(law)).allowed)).toEqual([])
  })
  test.each(keys)('of what was erased the trail remains, and nothing else (%s)', (law) => {
    for (const state of ['erasing', 'erased'] as const) {
      const may = actNames.filter(
        (act) => decide({ act, as: roles, recording: { ...own, law, state }, grants: [mandate, emergency] }).allowed,
      )
      expect(may).toEqual(['know'])
    }
  })
  test.each(keys)(
    'every refusal and every permission names a rule of the pack, save where the recording itself stands in the way (%s)',
    (law) => {
      const { rules } = resolveLaw(law)
      for (const act of actNames) {
        for (const as of roles) {
          for (const now of ['2026-01-06T10:00:00Z', '2026-03-06T10:00:00Z']) {
            const decision = decide({ act, as, recording: { law }, now })
            if (!decision.allowed && decision.because === 'not-held') continue
            expect(decision.rules.length).toBeGreaterThan(0)
            for (const id of decision.rules) expect(rules.map((rule) => rule.id)).toContain(id)
          }
        }
      }
    },
  )
})

describe('in The Hague', () => {
  const { purposes } = resolveLaw(denHaag)
  test('there are two purposes, a report and a complaint', () => {
    expect(purposes.map(({ id }) => id)).toEqual(['report', 'complaint'])
  })
  test.each<[string, Case, true | string]>([
    ['a records officer views for a report', { act: 'view', as: 'records-officer', purpose: 'report' }, true],
    [
      'a records officer does not view for curiosity',
      { act: 'view', as: 'records-officer', purpose: 'curiosity' },
      'purpose',
    ],
    ['nor for training', { act: 'view', as: 'records-officer', purpose: 'training' }, 'purpose'],
    [
      'the wearer does not view what they recorded',
      { act: 'view', as: 'enforcer', recording: { wearerId: me } },
      'role',
    ],
    ['the wearer does not see pictures of it', { act: 'preview', as: 'enforcer', recording: { wearerId: me } }, 'role'],
    ['an enforcer does not know of what a colleague recorded', { act: 'know', as: 'enforcer' }, 'own-recordings-only'],
    [
      'nobody completes the record of a colleague',
      { act: 'complete-activation', as: 'enforcer' },
      'own-recordings-only',
    ],
    ['a records officer does not complete it either', { act: 'complete-activation', as: 'records-officer' }, 'role'],
    [
      'nobody views before it was probed',
      { act: 'view', as: 'records-officer', recording: { playable: null } },
      'not-yet-viewable',
    ],
    [
      'what cannot be decoded is not played',
      { act: 'view', as: 'records-officer', recording: { playable: false } },
      'cannot-be-decoded',
    ],
    [
      'what cannot be decoded may be exported',
      { act: 'export', as: 'records-officer', recording: { playable: false } },
      true,
    ],
    ['there is no hold to lift where none is', { act: 'lift-hold', as: 'records-officer' }, 'not-held'],
    ['a hold may be lifted', { act: 'lift-hold', as: 'records-officer', recording: { isHeld: true } }, true],
    [
      'an investigator sees nothing without a file of their own',
      { act: 'know', as: 'investigator' },
      'assigned-recordings-only',
    ],
    [
      'an investigator views what is on their file',
      { act: 'view', as: 'investigator', grants: [assignedFor('report')] },
      true,
    ],
    [
      'a complaint handler does not view for a report',
      { act: 'view', as: 'complaint-handler', purpose: 'report', grants: [assignedFor('report')] },
      'purpose',
    ],
    [
      'a file for a report opens nothing for a complaint',
      { act: 'view', as: 'complaint-handler', purpose: 'complaint', grants: [assignedFor('report')] },
      'assigned-recordings-only',
    ],
    [
      'who has a file does not hand over',
      { act: 'export', as: 'investigator', grants: [assignedFor('report')] },
      'role',
    ],
    ['there is no prosecutor to ask', { act: 'request-mandate', as: roles }, 'role'],
    ['a trainer has no purpose here', { act: 'view', as: 'trainer', grants: [assignedFor('training')] }, 'role'],
  ])('%s', (_case, asked, expected) => {
    expect(answer(decide(asked))).toBe(expected)
  })
  test('an assignment that is over opens nothing', () => {
    const over: Grant = { ...assignedFor('report'), untilAt: new Date('2026-01-06T10:00:00Z') }
    expect(answer(decide({ act: 'view', as: 'investigator', grants: [over] }))).toBe('assigned-recordings-only')
    expect(answer(decide({ act: 'view', as: 'investigator', grants: [over], now: '2026-01-06T09:59:59.999Z' }))).toBe(
      true,
    )
  })
  test('a purpose needs the role that has it: who holds two roles mixes them not', () => {
    const asked = {
      act: 'view',
      as: ['records-officer', 'trainer'],
      recording: { law: makeLawKey('be-gpi', 1, { purposes: ['training'] }) },
      purpose: 'training',
    } as const
    expect(answer(decide(asked))).toBe('assigned-recordings-only')
    expect(answer(decide({ ...asked, grants: [assignedFor('training')] }))).toBe(true)
  })
})

describe('in a Belgian zone', () => {
  const day30 = '2026-02-04T22:59:59.999Z'
  const day31 = '2026-02-04T23:00:00Z'
  const [monthLast, monthOver] = ['2026-02-05T22:59:59.999Z', '2026-02-05T23:00:00Z']
  const view = { act: 'view', as: 'records-officer' } as const
  test.each<[string, Case, true | string]>([
    [
      'a records officer views on the last day of the month',
      { ...view, now: monthLast, recording: { law: gpi } },
      true,
    ],
    [
      'and is refused the moment that day is over',
      { ...view, now: monthOver, recording: { law: gpi } },
      'mandate-needed',
    ],
    [
      'pictures are closed with it',
      { act: 'preview', as: 'records-officer', now: monthOver, recording: { law: gpi } },
      'mandate-needed',
    ],
    [
      'and so is handing over',
      { act: 'export', as: 'records-officer', now: monthOver, recording: { law: gpi } },
      'mandate-needed',
    ],
    [
      'that it exists is known still',
      { act: 'know', as: 'records-officer', now: monthOver, recording: { law: gpi } },
      true,
    ],
    [
      'and it can be held still',
      { act: 'place-hold', as: 'records-officer', now: monthOver, recording: { law: gpi } },
      true,
    ],
    [
      'administrative police ends with the month',
      { ...view, purpose: 'administrative-police', now: monthOver, recording: { law: gpi } },
      'window-over',
    ],
    ['in Brussels, a records officer views on day 30', { ...view, now: day30, recording: { law: elsene } }, true],
    ['and is refused on day 31', { ...view, now: day31, recording: { law: elsene } }, 'mandate-needed'],
    [
      'unless a decision of the prosecutor names the recording',
      { ...view, now: day31, recording: { law: elsene }, grants: [mandate] },
      true,
    ],
    [
      'which opens judicial police alone',
      { ...view, purpose: 'administrative-police', now: day31, recording: { law: elsene }, grants: [mandate] },
      'window-over',
    ],
    [
      'and makes nobody an officer who is none',
      { act: 'view', as: 'investigator', now: day31, recording: { law: elsene }, grants: [mandate] },
      'assigned-recordings-only',
    ],
    [
      'an investigator with a file needs the decision as well',
      {
        act: 'view',
        as: 'investigator',
        now: day31,
        recording: { law: elsene },
        grants: [assignedFor('judicial-police')],
      },
      'mandate-needed',
    ],
    [
      'and with both may view',
      {
        act: 'view',
        as: 'investigator',
        now: day31,
        recording: { law: elsene },
        grants: [assignedFor('judicial-police'), mandate],
      },
      true,
    ],
    [
      'the prosecutor who decides does not list or play',
      { act: 'view', as: 'prosecutor', recording: { law: elsene }, grants: [mandate] },
      'role',
    ],
    [
      'in danger to life viewing is immediate, whatever the window',
      { ...view, now: day31, recording: { law: elsene }, grants: [emergency] },
      true,
    ],
    [
      'and that hands over nothing',
      { act: 'export', as: 'records-officer', now: day31, recording: { law: elsene }, grants: [emergency] },
      'mandate-needed',
    ],
    [
      'nor does it serve a colleague',
      { ...view, now: day31, recording: { law: elsene }, grants: [{ ...emergency, personId: colleague }] },
      'mandate-needed',
    ],
    [
      'in no zone is training a purpose that it did not choose',
      { act: 'view', as: 'trainer', recording: { law: gpi }, grants: [assignedFor('training')] },
      'purpose',
    ],
  ])('%s', (_case, asked, expected) => {
    expect(answer(decide(asked))).toBe(expected)
  })

  test('in February the month of the statute ends before the thirty days of Brussels', () => {
    const recording = { law: elsene, recordedAt: new Date('2026-02-10T10:00:00Z') }
    expect(answer(decide({ ...view, recording, now: '2026-03-10T22:59:59.999Z' }))).toBe(true)
    expect(answer(decide({ ...view, recording, now: '2026-03-10T23:00:00Z' }))).toBe('mandate-needed')
  })

  test('what was recorded at midnight sharp is of the day that begins, for a month as well', () => {
    const at = (recordedAtMidnight: string) => ({ law: gpi, recordedAt: new Date(recordedAtMidnight) })
    const now = '2026-02-05T22:59:59.999Z'
    expect(answer(decide({ ...view, now, recording: at('2026-01-04T23:00:00Z') }))).toBe(true)
    expect(answer(decide({ ...view, now, recording: at('2026-01-04T22:59:59.999Z') }))).toBe('mandate-needed')
  })
  test('a refusal says which rule, and who could grant it', () => {
    expect(decide({ ...view, now: monthOver, recording: { law: gpi } })).toEqual({
      allowed: false,
      because: 'mandate-needed',
      rules: ['BE-7'],
      granting: [
        { by: ['prosecutor'], how: 'mandate' },
        { by: ['records-officer'], how: 'emergency' },
      ],
    })
    expect(decide({ act: 'view', as: 'investigator', recording: { law: gpi } })).toMatchObject({
      granting: [{ by: ['records-officer'], how: 'assignment' }],
    })
    expect(decide({ act: 'export', as: 'administrator', recording: { law: gpi } })).toMatchObject({
      because: 'role',
      granting: [{ by: ['records-officer'], how: 'role' }],
    })
  })
  test('an emergency answers with its own rule, not with that of the purpose', () => {
    expect(decide({ ...view, now: monthOver, recording: { law: gpi }, grants: [emergency] })).toEqual({
      allowed: true,
      rules: ['EU-5'],
    })
  })
  test('each purpose is decided for itself', () => {
    const asked = { ...view, now: monthOver, recording: { law: gpi }, grants: [mandate] }
    const answers = resolveLaw(gpi).purposes.map(({ id }) => [id, answer(decide({ ...asked, purpose: id }))])
    expect(answers).toEqual([
      ['judicial-police', true],
      ['administrative-police', 'window-over'],
      ['complaint', 'window-over'],
    ])
  })
  test('only the prosecutor decides on mandates, and lists nothing', () => {
    const law = resolveLaw(gpi)
    const may = (role: Role) =>
      corpsActNames.filter((act) => decideCorpsAct(act, { id: me, roles: [role] }, law).allowed)
    expect(roles.filter((role) => may(role).includes('decide-mandates'))).toEqual(['prosecutor'])
    expect(may('prosecutor')).toEqual(['decide-mandates'])
  })
})

test('a municipality keeps as it chose: Winterswijk for 10 days, The Hague for 28, any other within 28', () => {
  expect([winterswijk, denHaag, boa].map((key) => resolveLaw(key).retention.keepFor)).toMatchObject([
    { value: { days: 10 }, ruleId: 'NL-WW-1' },
    { value: { days: 28 }, ruleId: 'NL-DH-1' },
    { least: { days: 1 }, most: { days: 28 }, ruleId: 'NL-1' },
  ])
})

test.each([
  ['be-gpi', 'TG.69.L3.00572/24', true],
  ['be-gpi', 'TG.69.L3.005721/2024', true],
  ['be-gpi', 'TG69L300572/24', false],
  ['nl-boa-den-haag', 'PL07B3 2023123456-1', true],
  ['nl-boa-den-haag', 'PL07B32023123456-1', true],
  ['nl-boa-den-haag', 'PL07 2023123456', false],
])('under %s, %s looks like the number of a report: %s', (packId, number, expected) => {
  const pattern = resolveLaw(makeLawKey(packId, 1, {})).holdKinds.find(({ id }) => id === 'report')?.numberPattern
  expect(new RegExp(pattern ?? '$.', 'u').test(number)).toBe(expected)
})
