import type { CorpsId, RecordingId } from '@getuige/base'
import type { LogQuery } from '../apps/server/src/evidence/custody/index.ts'
import { noteTerms } from '../apps/server/src/evidence/custody/search-terms.ts'
import { searchLog } from '../apps/server/src/evidence/custody/search.ts'
import { type Database, runSql } from '../apps/server/src/platform/database/index.ts'
import { atMost, besides, type Measured, median, percentile, round } from './figures.ts'
import { openScratchDatabase } from './scratch-database.ts'

export type AccessLogOptions = Readonly<{ entries: number; searches: number }>

const corpsCount = 4
const page = 50
const own = 'corps_1' as CorpsId

/** What an officer of oversight asks. Of each kind: common and rare, new and old, found and not found. */
const questions: Readonly<Record<string, (turn: number) => LogQuery>> = {
  'the newest of every verb': () => ({
    types: ['viewing-started', 'package-exported', 'hold-placed', 'recording-received'],
  }),
  'what one person did': (turn) => ({ actorId: `person_1_${turn % 200}` }),
  'disclosures of one person, which are rare': (turn) => ({
    actorId: `person_1_${turn % 200}`,
    types: ['package-exported'],
  }),
  'one recording': (turn) => ({ recordingId: `rec_1_${turn * 37}` as RecordingId }),
  'a purpose in a month': (turn) => ({
    purpose: 'complaint',
    from: new Date(Date.UTC(2026, turn % 9, 1)),
    until: new Date(Date.UTC(2026, (turn % 9) + 1, 1)),
  }),
  'a recipient': (turn) => ({ recipient: `parket ${turn % 40}` }),
  'a common word': () => ({ words: 'aangifte' }),
  'two words, one of them rare': (turn) => ({ words: `aangifte zaak${turn * 11}` }),
  'the beginning of a word': (turn) => ({ words: `zaak${100 + turn}*` }),
  'a word that nobody said': () => ({ words: 'nergens' }),
}

/**
 * The access log searched as its endpoint does, in a log of several corps; the same questions in turn by a superuser, from
 * whom row-level security hides nothing and to whom it costs nothing.
 */
export async function measureAccessLog({ entries, searches }: AccessLogOptions): Promise<Measured> {
  await using scratch = await openScratchDatabase()
  const { db, unrestricted } = scratch
  await seed(db, entries)
  const startedAt = performance.now()
  for (let corps = 1; corps <= corpsCount; corps += 1) await noteTerms(db, `corps_${corps}` as CorpsId)
  const noteSeconds = (performance.now() - startedAt) / 1000
  await runSql(unrestricted.everyCorps, 'vacuum analyze')

  const took = new Map<string, { isolated: number[]; plain: number[]; found: number }>()
  for (let turn = -3; turn < searches; turn += 1) {
    for (const [what, ask] of Object.entries(questions)) {
      const known = took.get(what) ?? { isolated: [], plain: [], found: 0 }
      took.set(what, known)
      const query = ask(turn + 3)
      const search = async (database: Database) => {
        const start = performance.now()
        const found = await searchLog(database.of(own), own, query, { limit: page + 1 })
        return { ms: performance.now() - start, found }
      }
      const [isolated, plain] = [await search(db), await search(unrestricted)]
      if (isolated.found.length !== plain.found.length) throw new Error(`${what}: not the same is found`)
      if (turn < 0) continue // the first ones warm up
      known.isolated.push(isolated.ms)
      known.plain.push(plain.ms)
      known.found += isolated.found.length
    }
  }
  const all = [...took.values()]
  return {
    name: 'access-log',
    verdicts: [
      atMost(
        `search of ${entries} entries, p95`,
        percentile(
          all.flatMap(({ isolated }) => isolated),
          0.95,
        ),
        50,
        'ms',
      ),
      besides(
        'the same, unrestricted, p95',
        percentile(
          all.flatMap(({ plain }) => plain),
          0.95,
        ),
        'ms',
      ),
      ...[...took].map(([what, { isolated, plain }]) =>
        besides(
          `${what}: p95 ${round(percentile(isolated, 0.95))} ms, unrestricted ${round(percentile(plain, 0.95))} ms, p50`,
          median(isolated),
          'ms',
        ),
      ),
      besides('entries noted a second', entries / noteSeconds, '/s'),
    ],
    figures: {
      noteSeconds: round(noteSeconds),
      ...Object.fromEntries([...took].map(([what, { found }]) => [`found: ${what}`, found])),
    },
  }
}

/** Entries as acts make them, without leaves that anybody could check: nothing here looks at those. */
async function seed(db: Database, entries: number): Promise<void> {
  const run = (text: string, values: unknown[] = []) => runSql(db.everyCorps, text, values)
  for (let corps = 1; corps <= corpsCount; corps += 1) {
    const each = Math.floor(entries / corpsCount)
    await run(
      `insert into custody_log (id, corps_id, year, origin, size, root)
      values ($1 || '.2026', $1, 2026, 'bench/' || $1 || '/2026', $2, '')`,
      [`corps_${corps}`, each],
    )
    await run(
      `insert into custody_entry (id, log_id, corps_id, recording_id, type, actor, at, details, salt, leaf, log_index)
      select 'entry_' || $1::int || '_' || n, 'corps_' || $1::int || '.2026', 'corps_' || $1::int,
        'rec_' || $1::int || '_' || (n / 7), kind,
        case when kind in ('recording-received', 'recording-probed') then '{"kind":"system"}'::jsonb
          else jsonb_build_object('kind', 'person', 'id', 'person_' || $1::int || '_' || (n * 7919 % 200),
            'name', 'Persoon ' || (n * 7919 % 200), 'title', 'inspecteur', 'roles', '["records-officer"]'::jsonb) end,
        timestamptz '2026-01-01' + n * interval '300 days' / $2::int,
        case when kind in ('recording-received', 'recording-probed') then jsonb_build_object('sizeBytes', n)
          else jsonb_build_object('purpose', (array['report', 'complaint', 'training'])[1 + n % 3],
            'reason', 'Aangifte door de wijkagent in zaak' || n, 'reference', 'PL1500 ' || n,
            'recipient', case when kind = 'package-exported' then 'Parket ' || (n * 31 % 40) end) end,
        decode(repeat('00', 32), 'hex'), decode(repeat('00', 300), 'hex'), n
      from (select n, (array['recording-received', 'recording-probed', 'preview-shown', 'viewing-started',
          'viewing-started', 'hold-placed', case when n % 700 = 6 then 'package-exported' else 'viewing-started' end])[1 + n % 7] as kind
        from generate_series(0, $2::int - 1) as n) as made`,
      [corps, each],
    )
  }
}
