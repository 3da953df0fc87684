import { fc } from '@fast-check/vitest'
import { type CorpsId, newId, type PersonId, type RecordingId, roles } from '@getuige/base'
import {
  type ActName,
  actNames,
  type Condition,
  conditionFor,
  decideAct,
  type LawKey,
  makeLawKey,
  packs,
  purposefulActNames,
  type RecordingFacts,
  resolveLaw,
} from '@getuige/law'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, migrate, openDatabase } from '#platform/database'
import { createEmptyDatabase } from '../../../../../tests/setup/database.ts'
import { filterUnder, findLaws, onlyWearer } from './filter.ts'
import { findGrants } from './grants.ts'

let database: Awaited<ReturnType<typeof createEmptyDatabase>>
let db: Database
beforeAll(async () => {
  database = await createEmptyDatabase()
  db = openDatabase(database.connection)
  await migrate(db)
})
afterAll(async () => {
  await db.destroy()
  await database.drop()
})

/** Every pack, as it comes and with what a corps may set. */
const laws: readonly LawKey[] = packs.flatMap(({ id, version, retention, purposes }) => {
  const chosen = purposes.filter(({ isOptional }) => isOptional).map((purpose) => purpose.id)
  return [
    makeLawKey(id, version, {}),
    makeLawKey(id, version, { keepFor: retention.keepFor.least, purposes: chosen }),
    makeLawKey(id, version, { keepFor: retention.keepFor.most }),
  ]
})
const reaching = ['records-officer', 'investigator', 'complaint-handler', 'trainer', 'enforcer'] as const
const anyLaw = makeLawKey('nl-boa', 1, {})
const purposeIds = [...new Set(packs.flatMap(({ purposes }) => purposes.map(({ id }) => id))), 'no-such-purpose']
const asks: readonly Readonly<{ act: ActName; purposeId?: string }>[] = actNames.flatMap((act) => [
  { act },
  ...(purposefulActNames.some((each) => each === act) ? purposeIds.map((purposeId) => ({ act, purposeId })) : []),
])

const minuteMs = 60_000
const dayMs = 1440 * minuteMs

/** The instants at which a window opens or closes for these people, and those just beside them. */
function boundariesOf(law: LawKey, now: Date): readonly number[] {
  const cutOffs = (condition: Condition): number[] => {
    if (condition.kind === 'recorded-since') return [condition.at.getTime()]
    return 'of' in condition ? condition.of.flatMap(cutOffs) : []
  }
  const everybody = { id: 'person_x', roles }
  return cutOffs(conditionFor('view', everybody, resolveLaw(law), now)).flatMap((at) => [at - 1, at, at + 1])
}

/** A clock near midnight, and near a change of the hour, is where calendar days go wrong. */
const anyNow = fc.oneof(
  fc.date({ min: new Date('2024-01-01'), max: new Date('2029-01-01'), noInvalidDate: true }),
  fc
    .tuple(
      fc.constantFrom('2026-03-29', '2026-10-25', '2028-02-29', '2026-03-31', '2027-01-01'),
      fc.integer({ min: -2, max: 26 * 60 }),
    )
    .map(([day, minutes]) => new Date(Date.parse(`${day}T00:00:00Z`) + minutes * minuteMs)),
)

const anyRecording = fc.record({
  law: fc.nat(2),
  wearer: fc.constantFrom('me', 'other', null),
  state: fc.constantFrom('stored', 'viewable', 'viewable', 'viewable', 'erasing', 'erased'),
  playable: fc.constantFrom(true, true, false, null),
  isHeld: fc.boolean(),
  ageMinutes: fc.integer({ min: 0, max: 400 * 1440 }),
  /** Rather at a boundary of its law; which one. */
  atBoundary: fc.option(fc.nat(8)),
})
const anyGrant = fc.record({
  kind: fc.constantFrom('assignment', 'assignment', 'mandate', 'emergency'),
  person: fc.constantFrom('me', 'me', 'other'),
  purpose: fc.constantFrom(...purposeIds),
  on: fc.nat(11),
  /** Minutes from now; 0 is the very instant. */
  from: fc.constantFrom(-dayMs, -1, 0, 1),
  until: fc.constantFrom(0, 1, dayMs),
  hasEnded: fc.constantFrom(false, false, false, true),
})
const anyWorld = fc.record({
  now: anyNow,
  laws: fc.uniqueArray(fc.constantFrom(...laws), { minLength: 1, maxLength: 3 }),
  roles: fc.uniqueArray(fc.oneof(fc.constantFrom(...roles), fc.constantFrom(...reaching)), {
    minLength: 1,
    maxLength: 3,
  }),
  recordings: fc.array(anyRecording, { minLength: 1, maxLength: 12 }),
  grants: fc.array(anyGrant, { maxLength: 8 }),
})
type AnyWorld = ReturnType<typeof anyWorld.generate>['value']

type Laid = Readonly<{
  world: AnyWorld
  corpsId: CorpsId
  me: Readonly<{ id: PersonId; roles: AnyWorld['roles'] }>
  recordings: readonly (RecordingFacts & Readonly<{ id: RecordingId }>)[]
}>
type Rows = Record<'corps' | 'person' | 'camera' | 'recording' | 'access_grant', object[]>

/** Each world is a corps of its own, so that they lie beside one another as those of a real installation do. */
function layWorld(world: AnyWorld, rows: Rows): Laid {
  const { now } = world
  const corpsId = newId('corps', now)
  const people = { me: newId('person', now), other: newId('person', now) }
  const cameraId = newId('camera', now)
  rows.corps.push({ id: corpsId, name: 'Corps', time_zone: 'Europe/Brussels', created_at: now })
  for (const [name, id] of Object.entries(people)) {
    rows.person.push({
      id,
      corps_id: corpsId,
      name,
      title: '',
      login: id,
      roles: name === 'me' ? world.roles : ['enforcer'],
      password_hash: '',
      must_change_password: false,
      created_at: now,
    })
  }
  rows.camera.push({ id: cameraId, corps_id: corpsId, label: 'Camera', serial: 'C', created_at: now })
  const recordings = world.recordings.map(({ law: which, wearer, ageMinutes, atBoundary, ...recording }) => {
    const law = world.laws[which % world.laws.length] ?? anyLaw
    const boundaries = boundariesOf(law, now)
    const boundary = atBoundary === null ? undefined : boundaries[atBoundary % Math.max(1, boundaries.length)]
    return {
      ...recording,
      id: newId('recording', now),
      law,
      wearerId: wearer === null ? null : people[wearer],
      recordedAt: new Date(boundary ?? now.getTime() - ageMinutes * minuteMs),
    }
  })
  for (const { id, law, wearerId, recordedAt, state, playable, isHeld } of recordings) {
    const bytes = `\\x${Buffer.from(id).toString('hex')}`
    rows.recording.push({
      id,
      corps_id: corpsId,
      state,
      camera_id: cameraId,
      wearer_id: wearerId,
      recorded_at: recordedAt,
      recorded_at_from: 'file',
      received_at: now,
      size_bytes: 1,
      sha256: bytes,
      payload_sha256: bytes,
      original_name: '',
      law,
      due_at: now,
      due_on: '2026-01-01',
      is_held: isHeld,
      playable,
      damage: 'none',
      has_storyboard: false,
      activation: 'missing',
    })
  }
  for (const { kind, person, purpose, on, from, until, hasEnded } of world.grants) {
    if (from >= until) continue
    const at = (minutes: number) => new Date(now.getTime() + minutes * (Math.abs(minutes) === 1 ? 1 : minuteMs))
    rows.access_grant.push({
      id: newId('grant', now),
      corps_id: corpsId,
      recording_id: recordings[on % recordings.length]?.id,
      kind,
      person_id: kind === 'mandate' ? null : people[person],
      purpose_id: kind === 'assignment' ? purpose : null,
      from_at: at(from),
      until_at: at(until),
      ended_at: hasEnded ? now : null,
      made_at: now,
      made_by: people.other,
      details: {},
    })
  }
  return { world, corpsId, me: { id: people.me, roles: world.roles }, recordings }
}

async function insertAll(rows: Rows): Promise<void> {
  for (const [table, all] of Object.entries(rows)) {
    const names = Object.keys(all[0] ?? {})
    const columns = sql.join(names.map((name) => sql.ref(name)))
    await sql`insert into ${sql.table(table)} (${columns})
      select ${columns} from jsonb_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(all)}::jsonb)`.execute(
      db.everyCorps,
    )
  }
}

/** What each ask lists, in the order of the asks. */
async function listBySql({ corpsId, me, world: { now } }: Laid): Promise<string[][]> {
  const reader = db.of(corpsId)
  const its = await findLaws(reader, corpsId)
  const listed = asks.map(({ act, purposeId }, index) => {
    const filter = filterUnder(its, { corpsId, person: me, act, purposeId, now })
    return sql<string[] | null>`array_agg(recording.id) filter (where ${filter})`.as(`ask${index}`)
  })
  const row: Record<string, string[] | null> = await reader
    .selectFrom('recording')
    .select(listed)
    .where('corps_id', '=', corpsId)
    .executeTakeFirstOrThrow()
  return asks.map((_ask, index) => (row[`ask${index}`] ?? []).toSorted())
}

/** Of each ask, the wearer of all that it may list, where there is such a one. */
async function findOnlyWearers({ corpsId, me, world: { now } }: Laid) {
  const its = await findLaws(db.of(corpsId), corpsId)
  return asks.map(({ act, purposeId }) => onlyWearer(its, { corpsId, person: me, act, purposeId, now }))
}

async function listByDecisions({ corpsId, me, recordings, world: { now } }: Laid): Promise<string[][]> {
  const grants = await findGrants(
    db.of(corpsId),
    recordings.map(({ id }) => id),
  )
  return asks.map(({ act, purposeId }) =>
    recordings
      .filter((one) => decideAct(act, me, one, grants.get(one.id) ?? [], now, purposeId).allowed)
      .map(({ id }) => id)
      .toSorted(),
  )
}

test('in 2,000 random worlds a list holds exactly the recordings that the single decision allows', async () => {
  const rows: Rows = { corps: [], person: [], camera: [], recording: [], access_grant: [] }
  const worlds = fc.sample(anyWorld, { numRuns: 2000, seed: 20_261_122 }).map((world) => layWorld(world, rows))
  await insertAll(rows)
  await sql`analyze`.execute(db.everyCorps)

  const counts = { allowed: 0, refused: 0, ofOneWearer: 0 }
  let next = 0
  const compare = async () => {
    for (let laid = worlds[next]; laid !== undefined; laid = worlds[next]) {
      next += 1
      const [bySql, byDecisions, onlyWearers] = await Promise.all([
        listBySql(laid),
        listByDecisions(laid),
        findOnlyWearers(laid),
      ])
      for (const [index, ids] of byDecisions.entries()) {
        const disagree = JSON.stringify(bySql[index]) !== JSON.stringify(ids)
        expect(disagree && { ask: asks[index], listed: bySql[index], decided: ids, ...laid }).toBe(false)
        const only = onlyWearers[index]
        const othersToo =
          only !== undefined && laid.recordings.some((one) => ids.includes(one.id) && one.wearerId !== only)
        expect(othersToo && { ask: asks[index], only, ...laid }).toBe(false)
        if (only !== undefined) counts.ofOneWearer += ids.length
        counts.allowed += ids.length
        counts.refused += laid.recordings.length - ids.length
      }
    }
  }
  await Promise.all([compare(), compare(), compare()])
  // Worlds in which nobody may do anything would agree as well.
  expect(counts.allowed).toBeGreaterThan(10_000)
  expect(counts.refused).toBeGreaterThan(20_000)
  expect(counts.ofOneWearer).toBeGreaterThan(100)
})
