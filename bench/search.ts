import { readFile, writeFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import type { CorpsId, Role } from '@getuige/base'
import type { RecordingFilters } from '@getuige/contract'
import { filterUnder, findLaws, onlyWearer } from '../apps/server/src/evidence/access/filter.ts'
import { openRecordings } from '../apps/server/src/evidence/recordings/index.ts'
import { betweenMoments } from '../apps/server/src/evidence/recordings/query.ts'
import { type Database, runSql } from '../apps/server/src/platform/database/index.ts'
import { atMost, besides, type Measured, percentile, round } from './figures.ts'
import { openScratchDatabase, type ScratchDatabase } from './scratch-database.ts'
import {
  cameraOf,
  cities,
  corpsOf,
  newest,
  personOf,
  seed,
  tagCount,
  tagNumber,
  vocabulary,
  wordNumber,
} from './search-register.ts'

export type SearchOptions = Readonly<{
  recordings: number
  searches: number
  /** Where the register is, or is made and stays; a temporary one when undefined. */
  folder: string | undefined
  /** Only the questions whose names have it. */
  only: string | undefined
}>

const own = corpsOf(1) as CorpsId
const pageSize = 50
const dayMs = 86_400_000

type Question = Readonly<{ filters: RecordingFilters; role?: Role; id?: string; after?: number }>

/** A pick that differs each turn, and is the same in each run. */
const pick = (turn: number, most: number) => (((turn + 7) * 7919 * 31) % most) + 1
/** By how often it is said: of the first hundred, of those in the middle, and of the last. */
const common = (turn: number) => wordNumber(pick(turn, 100))
const middling = (turn: number) => wordNumber(1000 + pick(turn, 2000))
const rare = (turn: number) => wordNumber(vocabulary - pick(turn, 5000))
const around = (turn: number, halfKm: number, offKm = 0) => {
  const city = cities[turn % 3] ?? cities[0]
  const [latitude, longitude] = [
    city.latitude + ((turn % 5) - 2) * 0.004 + offKm / 111,
    city.longitude + ((turn % 7) - 3) * 0.005,
  ]
  const [north, east] = [halfKm / 111, halfKm / 68]
  return [longitude - east, latitude - north, longitude + east, latitude + north]
    .map((degrees) => degrees.toFixed(5))
    .join(',')
}
const dayAt = (turn: number) => new Date(newest - pick(turn, 900) * dayMs).toISOString().slice(0, 10)

/** What people ask of a register. Of each kind: common and rare, found and not found, alone and together. */
const questions: Readonly<Record<string, (turn: number) => Question>> = {
  'nothing but the newest': () => ({ filters: {} }),
  'from anywhere in the list': (turn) => ({ filters: {}, after: pick(turn, 900) }),
  'a rare word': (turn) => ({ filters: { q: rare(turn) } }),
  'a common word': (turn) => ({ filters: { q: common(turn) } }),
  'a common word, from anywhere': (turn) => ({ filters: { q: common(turn) }, after: pick(turn, 900) }),
  'two common words': (turn) => ({ filters: { q: `${common(turn)} ${common(turn + 3)}` } }),
  'two words that are neither': (turn) => ({ filters: { q: `${middling(turn)} ${middling(turn + 1)}` } }),
  'a common word and a rare one': (turn) => ({ filters: { q: `${common(turn)} ${rare(turn)}` } }),
  'three common words': (turn) => ({ filters: { q: `${common(turn)} ${common(turn + 1)} ${common(turn + 2)}` } }),
  'a word that nobody wrote': (turn) => ({ filters: { q: `nergens${turn}` } }),
  'one letter typed': (turn) => ({ filters: { q: common(turn).slice(0, 1) } }),
  'two letters typed': (turn) => ({ filters: { q: middling(turn).slice(0, 2) } }),
  'three letters typed': (turn) => ({ filters: { q: middling(turn).slice(0, 3) } }),
  'four letters typed': (turn) => ({ filters: { q: rare(turn).slice(0, 4) } }),
  'five letters typed': (turn) => ({ filters: { q: rare(turn).slice(0, 5) } }),
  'a word and two letters of the next': (turn) => ({ filters: { q: `${common(turn)} ${middling(turn).slice(0, 2)}` } }),
  'a word and four letters of the next': (turn) => ({ filters: { q: `${common(turn)} ${rare(turn).slice(0, 4)}` } }),
  'digits typed, as of an old day': (turn) => ({
    filters: {
      q: dayAt(turn)
        .replaceAll('-', '')
        .slice(0, 4 + (turn % 4)),
    },
  }),
  'the name of a wearer': (turn) => ({ filters: { q: wordNumber(5000 + pick(turn, 400)) } }),
  'a first name, which many have': () => ({ filters: { q: 'fatima' } }),
  'the name of a file': (turn) => ({
    filters: { q: `Axon_Body_3_Video_${dayAt(turn)}_1430_X60A${10_000 + pick(turn, 400)}.mp4` },
  }),
  'a common tag': (turn) => ({ filters: { tag: tagNumber(pick(turn, 10)) } }),
  'a rare tag': (turn) => ({ filters: { tag: tagNumber(tagCount - pick(turn, 100)) } }),
  'a file number': (turn) => ({ filters: { file: `PL1500-2026${100_000 + pick(turn, 1900)}-1` } }),
  'a file number typed as words': (turn) => ({ filters: { q: `pl1500 2026${100_000 + pick(turn, 1900)}` } }),
  'a purpose': () => ({ filters: { purpose: 'complaint' } }),
  'a street': (turn) => ({ filters: { place: around(turn, 0.1) } }),
  'a district': (turn) => ({ filters: { place: around(turn, 1) } }),
  'a city': (turn) => ({ filters: { place: around(turn, 8) } }),
  'a country': (turn) => ({ filters: { place: around(turn, 150) } }),
  'the edge of a city': (turn) => ({ filters: { place: around(turn, 0.8, 13) } }),
  'a place where nobody was': (turn) => ({ filters: { place: around(turn, 10, 400) } }),
  'a wearer': (turn) => ({ filters: { wearerId: personOf(1, pick(turn, 400)) as never } }),
  'a wearer and a day': (turn) => ({
    filters: { wearerId: personOf(1, pick(turn, 400)) as never, from: dayAt(turn), to: dayAt(turn) },
  }),
  'long ones': () => ({ filters: { longerThan: 3600 } }),
  'very long ones': () => ({ filters: { longerThan: 18_000 } }),
  'longer than any': () => ({ filters: { longerThan: 100_000 } }),
  'short ones': () => ({ filters: { shorterThan: 25 } }),
  'a word within a district': (turn) => ({ filters: { q: common(turn), place: around(turn, 1) } }),
  'a word within a city on a day': (turn) => ({
    filters: { q: common(turn), place: around(turn, 8), from: dayAt(turn), to: dayAt(turn) },
  }),
  'a word of a wearer': (turn) => ({ filters: { q: common(turn), wearerId: personOf(1, pick(turn, 400)) as never } }),
  'a tag with a camera': (turn) => ({
    filters: { tag: tagNumber(pick(turn, 10)), cameraId: cameraOf(1, pick(turn, 400)) as never },
  }),
  'a district in a month': (turn) => ({
    filters: { place: around(turn, 1), from: `${dayAt(turn).slice(0, 7)}-01`, to: `${dayAt(turn).slice(0, 7)}-28` },
  }),
  'a word that is held': (turn) => ({ filters: { q: common(turn), show: 'held' } }),
  'a word with a purpose': (turn) => ({ filters: { q: common(turn), purpose: 'report' } }),
  'long ones in a district': (turn) => ({ filters: { place: around(turn, 1), longerThan: 3600 } }),
  'a word of long ones': (turn) => ({ filters: { q: common(turn), longerThan: 3600 } }),
  'a word, by an investigator': (turn) => ({
    filters: { q: common(turn) },
    role: 'investigator',
    id: personOf(1, 1 + (turn % 5)),
  }),
  'letters typed by an investigator': (turn) => ({
    filters: { q: middling(turn).slice(0, 2) },
    role: 'investigator',
    id: personOf(1, 1 + (turn % 5)),
  }),
  'a district, by a wearer of their own': (turn) => ({
    filters: { place: around(turn, 1) },
    role: 'enforcer',
    id: personOf(1, pick(turn, 400)),
  }),
  'a word, by a wearer of their own': (turn) => ({
    filters: { q: 'axon' },
    role: 'enforcer',
    id: personOf(1, pick(turn, 400)),
  }),
}

/**
 * Recordings searched as the endpoint does, in a register of several corps; the same questions in turn by a superuser,
 * from whom row-level security hides nothing and to whom it costs nothing.
 */
export async function measureSearch({ recordings, searches, folder, only }: SearchOptions): Promise<Measured> {
  if (folder !== undefined) {
    // What breaks off is thrown away, so nothing is waited for until all is there.
    await using hasty = await openScratchDatabase({ folder, durable: false })
    await seedOnce(hasty, recordings)
  }
  await using scratch = await openScratchDatabase({ folder })
  const { db, unrestricted } = scratch
  const register = await seedOnce(scratch, recordings)
  const [loadBefore = 0] = loadavg()
  const asked = searches === 0 ? new Map<string, Took>() : await askAll(db, unrestricted, searches, only)
  const [size] = (await runSql(
    unrestricted.everyCorps,
    `select pg_database_size(current_database()) / 1024 ^ 3 as gib, (select count(*) from recording_term) as terms`,
  )) as { gib: number; terms: number }[]
  const load = { loadBefore: round(loadBefore), loadAfter: round(loadavg()[0] ?? 0) }
  return toMeasured(asked, { ...register, ...load, searches, gib: round(size?.gib ?? 0), terms: size?.terms ?? 0 })
}

type Register = Readonly<{ recordings: number; seedSeconds: number }>

/** The register of a folder is taken as it was made; half of one is refused. */
async function seedOnce({ unrestricted, folder }: ScratchDatabase, recordings: number): Promise<Register> {
  const made = join(folder, 'made.json')
  const known = await readFile(made, 'utf8').catch(() => undefined)
  if (known !== undefined) return JSON.parse(known) as Register
  const [begun] = await runSql(unrestricted.everyCorps, 'select from corps limit 1')
  if (begun !== undefined) throw new Error(`${folder} holds a register that was not finished: remove it`)
  const startedAt = performance.now()
  await seed(unrestricted, recordings, (what) => console.error(`  ${what}`))
  const register = { recordings, seedSeconds: round((performance.now() - startedAt) / 1000) }
  await writeFile(made, JSON.stringify(register))
  return register
}

type Took = { isolated: number[]; plain: number[]; counted: number[]; found: number }

async function askAll(
  db: Database,
  unrestricted: Database,
  searches: number,
  only: string | undefined,
): Promise<ReadonlyMap<string, Took>> {
  const took = new Map<string, Took>()
  for (let turn = -2; turn < searches; turn += 1) {
    for (const [what, ask] of Object.entries(questions)) {
      if (only !== undefined && !what.includes(only)) continue
      const known = took.get(what) ?? { isolated: [], plain: [], counted: [], found: 0 }
      took.set(what, known)
      const question = ask(turn + 2)
      const isolated = await search(db, question)
      const plain = await search(unrestricted, question)
      if (isolated.found !== plain.found) throw new Error(`${what}: not the same is found`)
      // The counts of a screen come with its list, and take longer: now and then is enough to know.
      const counted = turn % 5 === 0 ? await search(db, question, true) : undefined
      if (turn < 0) continue // the first ones warm up
      known.isolated.push(isolated.ms)
      known.plain.push(plain.ms)
      known.found += isolated.found
      if (counted !== undefined) known.counted.push(counted.ms)
    }
  }
  return took
}

async function search(
  db: Database,
  { filters, role = 'records-officer', id = personOf(1, 1), after }: Question,
  counts = false,
) {
  const reader = db.of(own)
  const start = performance.now()
  const laws = await findLaws(reader, own)
  const known = { corpsId: own, person: { id, roles: [role] }, now: new Date(newest) }
  const query = {
    corpsId: own,
    filters,
    damagedIds: [],
    dueSoonBefore: new Date(newest + 7 * dayMs),
    visible: filterUnder(laws, { ...known, act: 'know' }),
    readable: {
      files: filterUnder(laws, { ...known, act: 'know', exceptAsWearer: true }),
      // Whatever the law says of when: words of notes are what there is to find here.
      notes: filterUnder(laws, { ...known, act: 'know', exceptAsWearer: true }),
      onlyWornBy: onlyWearer(laws, { ...known, act: 'know' }),
    },
    between: betweenMoments(filters, 'UTC'),
  }
  const recordings = openRecordings({ db })
  const from = after === undefined ? undefined : { recordedAt: new Date(newest - after * dayMs), id: 'rec_' }
  const found = counts
    ? ((await recordings.countByShow(query)).all ?? 0)
    : (await recordings.list(query, from, pageSize + 1)).length
  return { ms: performance.now() - start, found }
}

function toMeasured(took: ReadonlyMap<string, Took>, figures: Measured['figures']): Measured {
  const all = [...took.values()]
  if (all.length === 0) return { name: 'search', verdicts: [], figures }
  const every = (which: 'isolated' | 'plain' | 'counted') => all.flatMap((one) => one[which])
  return {
    name: 'search',
    verdicts: [
      atMost('lists of all questions, p95', percentile(every('isolated'), 0.95), 100, 'ms'),
      besides('the same, p50', percentile(every('isolated'), 0.5), 'ms'),
      besides('without row-level security, p95', percentile(every('plain'), 0.95), 'ms'),
      besides('without row-level security, p50', percentile(every('plain'), 0.5), 'ms'),
      besides('its counts, asked beside, p50', percentile(every('counted'), 0.5), 'ms'),
      besides('its counts, asked beside, p95', percentile(every('counted'), 0.95), 'ms'),
      ...[...took].map(([what, { isolated, plain, counted, found }]) =>
        atMost(
          `${what}: p50 ${round(percentile(isolated, 0.5))}, plain p95 ${round(percentile(plain, 0.95))}, counts ${round(percentile(counted, 0.5))}, found ${found / isolated.length}; p95`,
          percentile(isolated, 0.95),
          100,
          'ms',
        ),
      ),
    ],
    figures,
  }
}
