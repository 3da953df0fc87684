import { type PersonActor, type PersonId, type RecordingId, type Role, roles } from '@getuige/base'
import {
  actNames,
  conditionFor,
  decideAct,
  type Grant,
  makeLawKey,
  packs,
  type PersonFacts,
  type RecordingFacts,
  resolveLaw,
} from '@getuige/law'
import { openDecisions } from '../apps/server/src/evidence/access/decisions.ts'
import { openRecordings } from '../apps/server/src/evidence/recordings/index.ts'
import { atMost, besides, type Measured, percentile, round } from './figures.ts'
import { openScratchDatabase } from './scratch-database.ts'
import { corpsId, seed } from './list.ts'

const dayMs = 24 * 60 * 60 * 1000
const batch = 32

/**
 * One decision about one recording, over every pack, role, act and purpose, at random ages and with and without grants;
 * against a call of a function that decides nothing, in the same run. A single call is too short for the clock, so calls
 * are timed in batches of mixed questions.
 */
export function measureDecision(options: Readonly<{ decisions: number }>): Measured {
  const questions = makeQuestions(4096)
  const decided = time(questions, options.decisions, ({ act, person, recording, grants, now, purposeId }) =>
    decideAct(act, person, recording, grants, now, purposeId),
  )
  const bare = time(questions, options.decisions, decideNothing)
  const condition = time(questions, options.decisions / 4, ({ act, person, recording, now, purposeId }) =>
    conditionFor(act, person, resolveLaw(recording.law), now, purposeId),
  )
  return {
    name: 'decision',
    verdicts: [
      atMost('a decision about one recording, p50', percentile(decided, 0.5), 50, 'µs'),
      besides('a decision about one recording, p99', percentile(decided, 0.99), 'µs'),
      besides('against a call that decides nothing', percentile(decided, 0.5) / percentile(bare, 0.5)),
      besides('the condition of a list, p50', percentile(condition, 0.5), 'µs'),
    ],
    figures: {
      decisions: options.decisions,
      questions: questions.length,
      bareNs: round(percentile(bare, 0.5) * 1000),
      p50Ns: round(percentile(decided, 0.5) * 1000),
      p99Ns: round(percentile(decided, 0.99) * 1000),
    },
  }
}

type Question = Readonly<{
  act: (typeof actNames)[number]
  person: PersonFacts
  recording: RecordingFacts
  grants: readonly Grant[]
  now: Date
  purposeId: string | undefined
}>

/** Facts of all kinds. The moment of asking moves on through one day, as it does in a server. */
function makeQuestions(count: number): readonly Question[] {
  const startedAt = Date.parse('2026-03-02T07:00:00Z')
  const always = { fromAt: new Date(0), untilAt: new Date('2100-01-01T00:00:00Z') }
  const laws = packs.map(({ id, version }) => resolveLaw(makeLawKey(id, version, {})))
  const pick = <T>(from: readonly T[]): T => {
    const one = from[Math.floor(Math.random() * from.length)]
    if (one === undefined) throw new Error('nothing to pick from')
    return one
  }
  return Array.from({ length: count }, (_, at): Question => {
    const law = pick(laws)
    const purposeId = pick([null, ...law.purposes.map(({ id }) => id)])
    const assignment: Grant = { kind: 'assignment', personId: 'me', purposeId: purposeId ?? 'complaint', ...always }
    return {
      act: pick(actNames),
      person: { id: 'me', roles: pick([[pick(roles)], ['records-officer'], [pick(roles), pick(roles)]]) },
      recording: {
        wearerId: pick(['me', 'somebody else', null]),
        recordedAt: new Date(startedAt - Math.random() * 60 * dayMs),
        state: 'viewable',
        playable: true,
        isHeld: pick([true, false]),
        law: law.key,
      },
      grants: pick([[], [], [assignment], [assignment, { kind: 'mandate', ...always }]]),
      now: new Date(startedAt + at * 1000),
      purposeId: purposeId ?? undefined,
    }
  })
}

let kept: unknown
function decideNothing(question: Question): unknown {
  kept = question
  return kept
}

/** Microseconds of one call, of many batches. */
function time(questions: readonly Question[], calls: number, call: (question: Question) => unknown): readonly number[] {
  const times: number[] = []
  let at = 0
  const batches = Math.floor(calls / batch)
  for (let each = -batches / 10; each < batches; each += 1) {
    const startedAt = performance.now()
    for (let one = 0; one < batch; one += 1) {
      const question = questions[at]
      at = (at + 1) % questions.length
      if (question !== undefined) kept = call(question)
    }
    if (each >= 0) times.push(((performance.now() - startedAt) * 1000) / batch)
  }
  return times
}

const rows = 20_000

/**
 * A decision on rows as they are: the recording is found, what was granted on it where the plain rules refuse, and then
 * it is decided, under row-level security; against finding the recording alone, as a superuser, in the same run.
 */
export async function measureDecisionOnRows(options: Readonly<{ decisions: number }>): Promise<Measured> {
  await using scratch = await openScratchDatabase()
  const { db, unrestricted } = scratch
  await seed(db, rows)

  const [isolated, plain] = [openRecordings({ db }), openRecordings({ db: unrestricted })]
  const now = new Date('2026-11-22T12:00:00Z')
  const lawKeyAt = () => Promise.reject(new Error('every recording keeps its own law'))
  const { decide } = openDecisions({ clock: { now: () => now }, lawKeyAt })
  const reader = db.of(corpsId)
  const id = 'per_1_1' as PersonId
  const as = (role: Role): PersonActor => ({ kind: 'person', id, corpsId, name: '', title: '', roles: [role] })
  const decideAs = (role: Role) => async (recordingId: RecordingId) => {
    const recording = await isolated.find(corpsId, recordingId, reader)
    if (recording !== undefined) await decide(reader, 'view', as(role), recording, 'report')
  }
  const asked = {
    officer: decideAs('records-officer'),
    investigator: decideAs('investigator'),
    bare: (recordingId: RecordingId) => plain.find(corpsId, recordingId),
  }
  const took: Record<keyof typeof asked, number[]> = { officer: [], investigator: [], bare: [] }
  for (let turn = -100; turn < options.decisions; turn += 1) {
    const recordingId = `rec_${String(1 + (((turn + 100) * 7919) % rows)).padStart(10, '0')}` as RecordingId
    for (const who of ['bare', 'officer', 'investigator'] as const) {
      const startedAt = performance.now()
      await asked[who](recordingId)
      if (turn >= 0) took[who].push(performance.now() - startedAt)
    }
  }
  const p50 = (who: keyof typeof asked) => percentile(took[who], 0.5)
  return {
    name: 'decision-on-rows',
    verdicts: [
      besides('found and decided, by the plain rules, p50', p50('officer'), 'ms'),
      besides('found, grants looked up and decided, p50', p50('investigator'), 'ms'),
      besides('the plain rules against finding the recording alone, p50', p50('officer') / p50('bare')),
      besides('with grants against finding the recording alone, p50', p50('investigator') / p50('bare')),
    ],
    figures: { decisions: options.decisions, recordings: rows, bareP50Ms: round(p50('bare')) },
  }
}
