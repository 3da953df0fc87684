import { type Database, runSql } from '../apps/server/src/platform/database/index.ts'

/** The first has seven of ten recordings; its questions are asked. */
export const corpsOf = (c: number) => `corps_${String(c).padStart(26, '0')}`
export const personOf = (c: number, p: number) => `person_${c}${String(p).padStart(25, '0')}`
export const cameraOf = (c: number, p: number) => `camera_${c}${String(p).padStart(25, '0')}`
export const corpsCount = 4
export const camerasEach = 400
export const newest = Date.parse('2026-11-22T12:00:00Z')
/** So many years of recordings there are, however many those are. */
const years = 3

/** Words as a language has them: few are said all the time, most hardly ever. */
export const vocabulary = 20_000
const syllables = [
  'ba',
  'der',
  'ka',
  'lo',
  'mi',
  'ren',
  'so',
  'tus',
  'vel',
  'zin',
  'gra',
  'huis',
  'pel',
  'nor',
  'wijk',
  'dam',
]
export function wordNumber(rank: number): string {
  let [word, rest] = ['', rank * 7919 + 16]
  for (; rest > 0; rest = Math.floor(rest / syllables.length)) word += syllables[rest % syllables.length] ?? ''
  return word
}
export const tagCount = 300
export const tagNumber = (rank: number) => wordNumber(rank + 30_000)
/** Cities, with how many of a hundred recordings are made around each; the first the corps' own. */
export const cities = [
  { latitude: 52.0705, longitude: 4.3007, share: 55 },
  { latitude: 51.9225, longitude: 4.4792, share: 15 },
  { latitude: 52.3702, longitude: 4.8952, share: 15 },
  { latitude: 50.8503, longitude: 4.3517, share: 10 },
  { latitude: 51.2194, longitude: 4.4025, share: 5 },
] as const

/**
 * A register as years of use leave it, written as a back-up that is loaded would be: rows first, indexes after. Foreign
 * keys and words hold by construction; a sample is held against what the server itself would have told.
 */
export async function seed(unrestricted: Database, recordings: number, say: (what: string) => void): Promise<void> {
  await unrestricted.everyCorps.connection().execute(async (connection) => {
    const startedAt = performance.now()
    const run = async (what: string, text: string) => {
      await runSql(connection, text)
      if (what !== '') say(`${what}: ${Math.round((performance.now() - startedAt) / 1000)} s`)
    }
    await run('', `set session_replication_role = replica`)
    await run('', 'set synchronous_commit = off')
    await run('', 'alter system set autovacuum = off')
    await run('', 'select pg_reload_conf()')
    await run('', `set maintenance_work_mem = '2GB'`)
    await run('', `set work_mem = '512MB'`)
    await run('', 'set max_parallel_maintenance_workers = 0')
    await run('', `select setseed(0.42)`)
    await run('', 'set max_parallel_workers_per_gather = 0')
    await run(
      '',
      `create temp table word as select * from unnest(array[${quoted(vocabulary, wordNumber)}]) with ordinality as w (word, rank)`,
    )
    await run(
      '',
      `create temp table tag_name as select * from unnest(array[${quoted(tagCount, tagNumber)}]) with ordinality as w (word, rank)`,
    )
    await run('', 'create unique index on word (rank) include (word)')
    await run('', 'create unique index on tag_name (rank) include (word)')
    await run(
      '',
      `insert into corps (id, name, time_zone, created_at)
      select 'corps_' || lpad(c::text, 26, '0'), 'Corps ' || c, 'Europe/Brussels', now() from generate_series(1, ${corpsCount}) c`,
    )
    await run(
      '',
      `insert into person (id, corps_id, name, login, title, roles, password_hash, must_change_password, created_at)
      select 'person_' || c || lpad(p::text, 25, '0'), 'corps_' || lpad(c::text, 26, '0'),
        (array['Jan','Sara','Piet','Fatima','Luc','Noor','Els','Tom','Mia','Bram'])[1 + p % 10] || ' ' || initcap(w.word),
        'login-' || c || '-' || p, '', '{enforcer}', '', false, now()
      from generate_series(1, ${corpsCount}) c, generate_series(1, ${camerasEach}) p join word w on w.rank = p + 5000`,
    )
    await run(
      '',
      `insert into camera (id, corps_id, label, serial, created_at)
      select 'camera_' || c || lpad(p::text, 25, '0'), 'corps_' || lpad(c::text, 26, '0'), 'Camera ' || p, 'X60A' || (10000 + p), now()
      from generate_series(1, ${corpsCount}) c, generate_series(1, ${camerasEach}) p`,
    )

    const indexes = (await runSql(
      connection,
      `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as made, indrelid::regclass::text as of from pg_index i
      where indrelid in ('recording'::regclass, 'recording_term'::regclass, 'recording_cell'::regclass)
        and not exists (select from pg_constraint where conindid = i.indexrelid)`,
    )) as { name: string; made: string }[]
    for (const { name } of indexes) await run('', `drop index ${name}`)

    await run(
      '',
      `create temp table made as
      select n, 'rec_' || lpad(n::text, 26, '0') as id,
        case when n % 10 < 7 then 1 else 2 + n % 3 end as c,
        1 + floor(${camerasEach} * random())::int as p,
        timestamptz '2026-11-22T12:00:00Z' - (${recordings} - n) * interval '1 second' * ${(years * 365 * 86_400) / recordings}
          - random() * interval '10 hours' as at,
        random() as r, random() as length, random() as said, random() as seen
      from generate_series(1, ${recordings}) n`,
    )
    await run('', `alter table made add column kept boolean generated always as (n % 5 <> 0 or n % 2000 = 0) stored`)
    await run('recordings thought out', 'analyze made')
    await run(
      'recordings',
      `insert into recording (id, corps_id, state, camera_id, wearer_id, recorded_at, recorded_at_from, received_at,
        size_bytes, sha256, payload_sha256, original_name, law, due_at, due_on, is_held, playable, damage, activation, duration_ms, rendition)
      select id, 'corps_' || lpad(c::text, 26, '0'),
        case when n % 2000 = 0 then 'stored' when n % 5 = 0 then 'erased' else 'viewable' end,
        'camera_' || c || lpad(p::text, 25, '0'), 'person_' || c || lpad(p::text, 25, '0'), at, 'file', at + interval '8 hours', 100000000,
        sha256(n::text::bytea), sha256(n::text::bytea),
        case when not kept then ''
          when n / 10 % 10 < 5 then to_char(at, '"BWC2_"YYYYMMDD_HH24MISS_') || lpad((n % 10000)::text, 4, '0') || '.MP4'
          when n / 10 % 10 < 9 then 'GH01' || lpad((n % 10000)::text, 4, '0') || '.MP4'
          else to_char(at, '"Axon_Body_3_Video_"YYYY-MM-DD_HH24MI_') || 'X60A' || (10000 + p) || '.mp4' end,
        'nl-boa@1', at + interval '1100 days', (at + interval '1100 days')::date, n % 1000 = 1, n % 2000 <> 0,
        case when n % 10007 = 3 then 'truncated' else 'none' end, 'warned',
        -- Most last a few minutes, few an hour, hardly any three.
        1000 * exp(3 + 2.6 * length + 4 * power(length, 12)), 'direct'
      from made order by n`,
    )
    const insertTerms = (source: string, key: string, terms: string, where: string) =>
      run(
        `words of each ${source}`,
        `insert into recording_term (corps_id, term, recorded_at, recording_id, source, key)
        select 'corps_' || lpad(c::text, 26, '0'), its.term, at, id, '${source}', ${key}
        from made cross join lateral (select distinct term from ${terms}) as its where kept and ${where}`,
      )
    await insertTerms(
      'name',
      "''",
      `unnest(
      case when n / 10 % 10 < 5 then array['bwc2', to_char(at, 'YYYYMMDD'), to_char(at, 'HH24MISS'), lpad((n % 10000)::text, 4, '0'), 'mp4']
        when n / 10 % 10 < 9 then array['gh01' || lpad((n % 10000)::text, 4, '0'), 'mp4']
        else array['axon', 'body', '3', 'video', to_char(at, 'YYYY'), to_char(at, 'MM'), to_char(at, 'DD'), to_char(at, 'HH24MI'),
          'x60a' || (10000 + p), 'mp4'] end) as term`,
      'true',
    )
    const skewed = (most: number, random: string) =>
      `least(${most}, ceil(power(${most}, mod((${random})::numeric, 1)::float8)))::bigint`
    await insertTerms(
      'tag',
      "''",
      `(select unnest(array[word, '#' || word]) as term from tag_name
      where rank = ${skewed(tagCount, 'made.r * 7')}) as tags`,
      'r < 0.15',
    )
    await insertTerms(
      'file',
      "'hold_' || n",
      `unnest(
      array['pl1500', '2026' || (100000 + n / 50), '1', '=pl1500 2026' || (100000 + n / 50) || ' 1']) as term`,
      'n % 50 < 2',
    )
    await insertTerms(
      'note',
      "'marker_' || n",
      `(select word as term from generate_series(1, 8) s
      join word on rank = ${skewed(vocabulary, 'made.said * 10 * (s * 37 + 1) * 1.618')}) as notes`,
      'said < 0.1',
    )
    const purpose = "(array['report', 'complaint', 'training'])[1 + n % 3]"
    await insertTerms('purpose', purpose, `unnest(array['@' || ${purpose}]) as term`, 'seen < 0.1')

    // Around the middle of a city more than at its edges; one of twelve moves.
    await run(
      '',
      `create temp table city as select * from (values
      ${cities
        .map(({ latitude, longitude, share }, i) => {
          const before = cities.slice(0, i).reduce((sum, one) => sum + one.share, 0)
          return `(${latitude}, ${longitude}, ${before / 100}, ${(before + share) / 100})`
        })
        .join(',')}) as c (latitude, longitude, low, high)`,
    )
    await run(
      'places',
      `insert into recording_place (recording_id, corps_id, latitudes, longitudes)
      select id, 'corps_' || lpad(c::text, 26, '0'), array_agg(round((latitude + north + step * 0.0009) * 10000)::int),
        array_agg(round((longitude + east + step * 0.0014) * 10000)::int)
      from (select made.*, city.latitude, city.longitude, 0.03 * sqrt(-2 * ln(1 - random())) * cos(6.2832 * random()) as north,
          0.05 * sqrt(-2 * ln(1 - random())) * cos(6.2832 * random()) as east
        from made join city on made.seen >= city.low and made.seen < city.high where kept and r > 0.2 offset 0) as placed
        cross join lateral generate_series(0, case when n % 12 = 0 then 11 else 0 end) as step
      group by id, c`,
    )
    const level = (i: number, perDegree: number) =>
      `(${i}::bigint << 44) + (floor((lat / 10000.0::float8 + 90) * ${perDegree})::bigint << 22) + floor((long / 10000.0::float8 + 180) * ${perDegree})::bigint`
    await run(
      'squares',
      `insert into recording_cell (corps_id, cell, recorded_at, recording_id)
      select distinct p.corps_id, cell, m.at, p.recording_id
      from recording_place p join made m on m.id = p.recording_id cross join lateral unnest(p.latitudes, p.longitudes) as at (lat, long)
        cross join lateral unnest(array[${[1024, 128, 8, 0.5].map((perDegree, i) => level(i, perDegree)).join(', ')}]) as cell`,
    )
    await run(
      '',
      `insert into access_grant (id, corps_id, recording_id, kind, person_id, purpose_id, from_at, until_at, made_at, made_by)
      select 'grant_' || row_number() over (), corps_id, id, 'assignment', 'person_1' || lpad((1 + row_number() over () % 5)::text, 25, '0'),
        'report', '2026-01-01', '2027-01-01', '2026-01-01', 'person_1' || lpad('2', 25, '0')
      from (select id, corps_id from recording where corps_id = '${corpsOf(1)}' and state = 'viewable' order by sha256 limit 1000) as chosen`,
    )
    for (const { made } of indexes) await run('', made)
    await run('indexes', 'drop table made, word, tag_name, city')
    await run('looked through', 'vacuum analyze')
    await run('', 'alter system reset autovacuum')
    await run('', 'select pg_reload_conf()')
    await run('on disk', 'checkpoint')
  })
}

const quoted = (count: number, nameOf: (rank: number) => string) =>
  Array.from({ length: count }, (_nothing, i) => `'${nameOf(i + 1)}'`).join(',')
