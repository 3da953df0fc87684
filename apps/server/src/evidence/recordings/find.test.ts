import { fc } from '@fast-check/vitest'
import { newId, type RecordingId } from '@getuige/base'
import type { RecordingFilters } from '@getuige/contract'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { wordsOf } from '#custody'
import { migrate, openDatabase, type Database, runSql } from '#platform/database'
import { createEmptyDatabase } from '../../../../../tests/setup/database.ts'
import { openRecordings, type ListQuery, type Recordings } from './index.ts'

let db: Database
let recordings: Recordings
let anyWay: Recordings
const stack = new AsyncDisposableStack()
beforeAll(async () => {
  const database = stack.use(await createEmptyDatabase())
  db = openDatabase(database.connection)
  stack.defer(() => db.destroy())
  await migrate(db)
  recordings = openRecordings({ db })
  let turn = 0
  anyWay = openRecordings({
    db,
    // Whatever way is chosen, only how long it takes may differ.
    chooseWay: ({ each: measured }) => {
      const drawn = fc.sample(fc.tuple(fc.shuffledSubarray(measured.map(({ one }) => one)), fc.nat(9), fc.nat(9)), {
        numRuns: 1,
        seed: (turn += 1),
      })
      const [chosen, beside, each] = drawn[0] ?? [[], 0, 0]
      const [lead = null, ...others] = chosen
      const cut = beside % (others.length + 1)
      return { lead, beside: others.slice(0, cut), lookedUp: others.slice(cut), fewRows: each % 4, each: each + 1 }
    },
  })
})
afterAll(() => stack.disposeAsync())

const now = new Date('2026-11-22T12:00:00Z')
const minuteMs = 60_000
const vocabulary = ['plein', 'plan', 'straat', 'Étoile', 'etage', 'zaak7', 'zaak77', '12', 'ĳsbaan', 'übung', 'Fête']
const tags = ['carnaval', 'plein 5', 'match/finale', 'été']
const numbers = ['PL1500-2026123456-1', 'PL1500 2026123456 2', 'AN.12/77']
const purposes = ['report', 'complaint']
const cameras = ['Camera plein', 'Camera 12', 'Réserve']
const wearers = ['Jan Étoile', 'Fatima Zaak7', 'Jan de Vries']
/** Around the corner, on a square, on both sides of 180°, at a pole, and on the equator. */
const places: readonly (readonly [number, number])[] = [
  [52.0705, 4.3007],
  [52.0706, 4.3011],
  [52.1, 4.4],
  [-17.5, 179.9999],
  [-17.5, -180],
  [-17.4, -179.9],
  [90, 12],
  [0, 0],
]

const anyWords = fc.array(fc.constantFrom(...vocabulary), { maxLength: 3 }).map((words) => words.join(' '))
const anyOne = fc.record({
  minutes: fc.nat(40),
  camera: fc.nat(2),
  wearer: fc.option(fc.nat(2)),
  state: fc.constantFrom('stored', 'viewable', 'viewable', 'viewable', 'erased'),
  name: anyWords,
  notes: fc.array(anyWords, { maxLength: 2 }),
  tags: fc.subarray(tags),
  files: fc.subarray(numbers),
  purposes: fc.subarray(purposes),
  places: fc.subarray([...places], { maxLength: 3 }),
  seconds: fc.option(fc.constantFrom(1, 8, 29.9, 30, 31, 600, 100_000)),
  isHeld: fc.boolean(),
  rendition: fc.constantFrom('direct', 'direct', 'proxy', 'making', null),
  damage: fc.constantFrom('none', 'none', 'truncated'),
  /** What the person may know of it, of its files, and of its notes. */
  known: fc.constantFrom('all', 'all', 'all', 'not-notes', 'as-wearer', 'nothing'),
})
type One = ReturnType<typeof anyOne.generate>['value'] & { id: RecordingId; at: Date }

const everyFilter = fc.record(
  {
    show: fc.constantFrom('all', 'viewable', 'held', 'damaged', 'waiting', 'erased'),
    q: fc.oneof(
      anyWords,
      fc
        .tuple(anyWords, fc.constantFrom(...vocabulary, 'jan', 'camera', 'fatima', 'PL1500'), fc.nat(5))
        .map(([words, last, letters]) => `${words} ${last.slice(0, letters + 1)}`.trim()),
      fc.constantFrom(
        '100%',
        `'; drop table recording; --`,
        '\\',
        '%',
        '_',
        'x'.repeat(100),
        'ﬁ',
        '💥',
        'plein\u0301 ',
      ),
    ),
    tag: fc.constantFrom(...tags, 'Carnaval', 'nergens'),
    file: fc.constantFrom(...numbers, 'pl1500/2026123456/1', 'pl1500'),
    purpose: fc.constantFrom(...purposes, 'training'),
    place: fc.constantFrom(
      '4.3,52.07,4.301,52.071',
      '4.30065,52.07045,4.30075,52.07055',
      '4,52,5,53',
      '-180,-90,180,90',
      '179,-18,-179,-17',
      '179.9999,-18,180,-17',
      '-180,-18,-179.95,-17',
      '170,-20,190,-10',
      '-400,-90,400,90',
      '0,89.9,20,90',
      '-0.0001,-0.0001,0.0001,0.0001',
      '10,10,11,11',
    ),
    longerThan: fc.constantFrom(0, 8, 30, 31, 700, 1_000_000),
    shorterThan: fc.constantFrom(0, 8, 30, 650, 1_000_000),
    camera: fc.nat(2),
    wearer: fc.nat(2),
    from: fc.nat(40),
    until: fc.nat(40),
  },
  { requiredKeys: [] },
)
type Filters = ReturnType<typeof everyFilter.generate>['value']
/** Of all that can be asked a few things at once, so that something is found. */
const anyFilters = fc.tuple(everyFilter, fc.array(fc.nat(11), { minLength: 1, maxLength: 3 })).map(([all, which]) => {
  const keys = ['q', 'q', 'q', ...Object.keys(all)]
  const kept = new Set(which.map((i) => keys[i % keys.length]))
  const some: Filters = Object.fromEntries(Object.entries(all).filter(([key]) => kept.has(key)))
  return some
})

/** A corps of its own, whose recordings are told what they are found by as acts tell it. */
async function layRegister(all: readonly Omit<One, 'id' | 'at'>[]) {
  const corpsId = newId('corps', now)
  const everybody = { corps_id: corpsId, created_at: now }
  const cameraIds = cameras.map(() => newId('camera', now))
  const wearerIds = wearers.map(() => newId('person', now))
  const laid: One[] = all.map((one) => ({
    ...one,
    id: newId('recording', now),
    at: new Date(now.getTime() - one.minutes * minuteMs),
  }))
  await db
    .of(corpsId)
    .transaction()
    .execute(async (tx) => {
      await runSql(
        tx,
        `insert into corps (id, name, time_zone, created_at) values ($1, 'Corps', 'Europe/Brussels', $2)`,
        [corpsId, now],
      )
      for (const [i, id] of cameraIds.entries())
        await tx
          .insertInto('camera')
          .values({ id, label: cameras[i] ?? '', serial: `SN-${i}`, ...everybody })
          .execute()
      for (const [i, id] of wearerIds.entries())
        await runSql(
          tx,
          `insert into person (id, corps_id, name, title, login, roles, password_hash, must_change_password, created_at)
          values ($1, $2, $3, '', $1, '{enforcer}', '', false, $4)`,
          [id, corpsId, wearers[i], now],
        )
      for (const one of laid) {
        const digest = Buffer.from(one.id)
        await recordings.insert(tx, {
          id: one.id,
          corpsId,
          cameraId: cameraIds[one.camera] as never,
          wearerId: one.wearer === null ? null : (wearerIds[one.wearer] as never),
          recordedAt: one.at,
          recordedAtFrom: 'file',
          receivedAt: now,
          sizeBytes: 1,
          sha256: digest,
          payloadSha256: digest,
          originalName: one.name,
          law: one.known as never,
          dueAt: now,
          dueOn: '2026-12-01',
          activation: 'missing',
        })
        for (const [i, note] of one.notes.entries())
          await recordings.tellTerms(tx, one.id, 'note', `marker_${i}`, [note])
        await recordings.tellTags(tx, one.id, one.tags)
        for (const [i, number] of one.files.entries())
          await recordings.tellTerms(tx, one.id, 'file', `hold_${i}`, [number])
        for (const purpose of one.purposes) await recordings.tellTerms(tx, one.id, 'purpose', purpose, [purpose])
        await recordings.tellPlaces(
          tx,
          one.id,
          one.places.map(([latitude, longitude]) => ({ latitude, longitude })),
        )
        await runSql(
          tx,
          'update recording set duration_ms = $2, is_held = $3, damage = $4, rendition = $5, playable = true where id = $1',
          [one.id, one.seconds === null ? null : one.seconds * 1000, one.isHeld, one.damage, one.rendition],
        )
        const row = await recordings.lock(tx, corpsId, one.id)
        if (one.state !== 'stored')
          await recordings.changeStates(tx, [row], one.state === 'viewable' ? 'viewable' : 'erasing', now)
        if (one.state === 'erased') {
          await recordings.changeStates(tx, [{ ...row, state: 'erasing' }], 'erased', now)
        }
      }
    })
  return { corpsId, laid, cameraIds, wearerIds }
}
type Laid = Awaited<ReturnType<typeof layRegister>>

function toQuery(
  { corpsId, cameraIds, wearerIds }: Laid,
  { camera, wearer, from, until, ...filters }: Filters,
): ListQuery {
  // Nobody is asked for by whoever may know of their own only, and it comes to the same.
  const onlyWornBy = wearer === undefined ? undefined : wearerIds[wearer]
  const knowsOnlyTheirOwn = onlyWornBy !== undefined && camera === undefined
  const asked: RecordingFilters = {
    ...filters,
    ...(camera === undefined ? {} : { cameraId: cameraIds[camera] }),
    ...(wearer === undefined || knowsOnlyTheirOwn ? {} : { wearerId: wearerIds[wearer] }),
  }
  return {
    corpsId,
    filters: asked,
    visible: knowsOnlyTheirOwn
      ? sql<boolean>`(recording.wearer_id = ${onlyWornBy} and recording.law <> 'nothing')`
      : sql<boolean>`recording.law <> 'nothing'`,
    readable: {
      files: sql<boolean>`recording.law <> 'as-wearer'`,
      notes: sql<boolean>`recording.law = 'all'`,
      ...(knowsOnlyTheirOwn ? { onlyWornBy } : {}),
    },
    between: {
      fromAt: from === undefined ? undefined : new Date(now.getTime() - from * minuteMs),
      untilAt: until === undefined ? undefined : new Date(now.getTime() - until * minuteMs),
    },
    dueSoonBefore: now,
  }
}

/** Whether one recording is found, said as plainly as can be. */
function isFound(one: One, filters: Filters, show: string): boolean {
  const isKept = one.state !== 'erased'
  const fitsShow = {
    all: isKept,
    viewable: one.state === 'viewable',
    held: isKept && one.isHeld,
    damaged: isKept && one.damage !== 'none',
    waiting: one.state === 'stored' || (one.state === 'viewable' && one.rendition === 'making'),
    erased: !isKept,
  }[show]
  const readsFiles = isKept && one.known !== 'as-wearer'
  const readsNotes = isKept && one.known === 'all'
  const words = [
    cameras[one.camera] ?? '',
    `SN-${one.camera}`,
    one.wearer === null ? '' : (wearers[one.wearer] ?? ''),
    ...(isKept ? [one.name, ...one.tags] : []),
    ...(readsFiles ? one.files : []),
    ...(readsNotes ? one.notes : []),
  ].flatMap(wordsOf)
  const asked = (filters.q ?? '').split(/\s+/).flatMap(wordsOf)
  const hasWords =
    (filters.q ?? '').trim() === '' ||
    (asked.length > 0 &&
      asked.every((word, i) => words.some((its) => (i === asked.length - 1 ? its.startsWith(word) : its === word))))
  const { tag, file, purpose, place, longerThan, shorterThan, camera, wearer, from, until } = filters
  const parts = (number: string) => wordsOf(number).join(' ')
  const [west = 0, south = 0, east = 0, north = 0] = (place ?? '').split(',').map(Number)
  const near = 0.00005 + 1e-9
  const isIn = ([latitude, longitude]: readonly [number, number]) =>
    latitude >= south - near &&
    latitude <= north + near &&
    [-720, -360, 0, 360, 720].some(
      (turn) => longitude + turn >= west - near && longitude + turn <= (east < west ? east + 360 : east) + near,
    )
  return (
    fitsShow === true &&
    one.known !== 'nothing' &&
    hasWords &&
    (tag === undefined || (isKept && one.tags.includes(tag.toLowerCase()))) &&
    (file === undefined || (readsFiles && one.files.some((number) => parts(number) === parts(file)))) &&
    (purpose === undefined || (readsFiles && one.purposes.includes(purpose))) &&
    (place === undefined || (isKept && one.places.some(isIn))) &&
    (longerThan === undefined || (one.seconds !== null && one.seconds >= longerThan)) &&
    (shorterThan === undefined || (one.seconds !== null && one.seconds <= shorterThan)) &&
    (camera === undefined || one.camera === camera) &&
    (wearer === undefined || one.wearer === wearer) &&
    (from === undefined || one.minutes <= from || (one.seconds ?? 0) > (one.minutes - from) * 60) &&
    (until === undefined || one.minutes > until)
  )
}

const inOrder = (a: One, b: One) => b.at.getTime() - a.at.getTime() || (a.id < b.id ? 1 : -1)

async function listAll(by: Recordings, query: ListQuery, pageSize: number): Promise<string[]> {
  const ids: string[] = []
  for (let after: { recordedAt: Date; id: string } | undefined; ;) {
    const page = await by.list(query, after, pageSize)
    ids.push(...page.map(({ id }) => id))
    const last = page.at(-1)
    if (page.length < pageSize || last === undefined) return ids
    after = { recordedAt: last.recordedAt, id: last.id }
  }
}

test('whatever is asked, exactly those are found that one by one fit the question, in order and counted', async () => {
  const registers = await Promise.all(
    fc.sample(fc.array(anyOne, { minLength: 30, maxLength: 60 }), { numRuns: 4, seed: 7 }).map(layRegister),
  )
  await runSql(db.everyCorps, 'analyze')
  let found = 0
  const compare = async (laid: Laid, seed: number) => {
    for (const filters of fc.sample(anyFilters, { numRuns: 500, seed })) {
      const query = toQuery(laid, filters)
      const show = filters.show ?? 'all'
      const expected = laid.laid
        .filter((one) => isFound(one, filters, show))
        .toSorted(inOrder)
        .map(({ id }) => id)
      const by = expected.length % 2 === 0 ? recordings : anyWay
      const listed = await listAll(by, query, 11)
      expect({ filters, ids: listed }).toEqual({ filters, ids: expected })
      found += expected.length
      if (expected.length % 4 !== 1) continue
      const counts: Record<string, number | null> = await by.countByShow(query, { withinMs: 180_000 })
      for (const each of ['all', 'viewable', 'held', 'damaged', 'waiting', 'erased']) {
        const count = laid.laid.filter((one) => isFound(one, filters, each)).length
        expect({ filters, each, count: counts[each] }).toEqual({ filters, each, count })
      }
    }
  }
  await Promise.all(registers.map((laid, i) => compare(laid, 100 + i)))
  // Questions that find nothing would agree as well.
  expect(found).toBeGreaterThan(3000)
})

test('cameras and wearers to choose from are those of the recordings that one may know of', async () => {
  const [all] = fc.sample(fc.array(anyOne, { minLength: 8, maxLength: 8 }), { numRuns: 1, seed: 9 })
  const laid = await layRegister(all ?? [])
  const labels = (of: readonly (number | null)[], names: readonly string[]) =>
    [...new Set(of.flatMap((one) => (one === null ? [] : (names[one] ?? []))))].toSorted()
  for (const [i, wearerId] of laid.wearerIds.entries()) {
    const known = laid.laid.filter(({ wearer, known: may }) => wearer === i && may !== 'nothing')
    const visible = sql<boolean>`(recording.wearer_id = ${wearerId} and recording.law <> 'nothing')`
    for (const onlyWornBy of [wearerId, undefined]) {
      const choices = await recordings.choices(laid.corpsId, { visible, onlyWornBy })
      expect(choices.cameras.map(({ label }) => label).toSorted()).toEqual(
        labels(
          known.map(({ camera }) => camera),
          cameras,
        ),
      )
      expect(choices.wearers.map(({ name }) => name)).toEqual(
        labels(
          known.map(({ wearer }) => wearer),
          wearers,
        ),
      )
    }
  }
  const everyone = await recordings.choices(laid.corpsId, { visible: sql<boolean>`true` })
  expect(everyone.wearers.length).toBeGreaterThan(1)
})

test('what cannot be counted in time is told as not known, and counted again when it can be', async () => {
  const [laid] = await Promise.all(
    fc.sample(fc.array(anyOne, { minLength: 30, maxLength: 60 }), { numRuns: 1, seed: 8 }).map(layRegister),
  )
  if (laid === undefined) throw new Error('no register')
  const unknown = {
    all: null,
    viewable: null,
    held: null,
    'due-soon': null,
    damaged: null,
    waiting: null,
    erased: null,
  }
  await db.everyCorps.transaction().execute(async (tx) => {
    await runSql(tx, 'lock table recording in access exclusive mode')
    for (const filters of [{}, { q: 'plein' }, { tag: 'carnaval' }]) {
      expect(await recordings.countByShow(toQuery(laid, filters), { withinMs: 100 })).toEqual(unknown)
    }
  })
  const counts = await recordings.countByShow(toQuery(laid, {}), { withinMs: 180_000 })
  expect(Object.values(counts)).not.toContain(null)
  expect(await recordings.countByShow(toQuery(laid, {}), { which: ['held'], withinMs: 180_000 })).toEqual({
    ...unknown,
    held: counts.held,
  })
})
