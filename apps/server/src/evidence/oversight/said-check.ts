import type { JsonValue } from '@getuige/base'
import { sql } from 'kysely'
import type { Reader } from '#platform/database'

export type SaidFinding = Readonly<{
  what: 'marker-differs' | 'correction-differs' | 'tags-differ' | 'proxy-differs' | 'sidecar-differs' | 'probe-differs'
  /** A sentence for the operator: ids, no names and no words of anybody. */
  sentence: string
}>

/**
 * Hold what people said of recordings that are kept, and what was found and made of them, against the custody log: notes,
 * corrections of clocks and their order, tags, what came beside them, how long they last and whether they are damaged,
 * and of a proxy its digests, size and maker. What the log has lawfully lost the words of is passed over. That the entries are those that were signed is what custody checks. `snapshot` sees every
 * corps, at one moment.
 */
export async function checkSaid(snapshot: Reader): Promise<readonly SaidFinding[]> {
  return [
    ...(await judge(snapshot, 'marker-differs', alteredMarkers, 'a marker')),
    ...(await judge(snapshot, 'correction-differs', alteredCorrections, 'a correction of its clock')),
    ...(await judgeTags(snapshot)),
    ...(await judge(snapshot, 'proxy-differs', alteredProxies, 'its proxy')),
    ...(await judge(snapshot, 'sidecar-differs', alteredSidecars, 'what came beside it')),
    ...(await judge(snapshot, 'probe-differs', alteredProbes, 'its length, damage or playing')),
  ]
}

type Altered = Readonly<{ id: string; recordingId: string }>

async function judge(
  db: Reader,
  what: SaidFinding['what'],
  query: ReturnType<typeof sql<Altered>>,
  which: string,
): Promise<SaidFinding[]> {
  const { rows } = await query.execute(db)
  return rows.map(({ id, recordingId }) => {
    const named = id === recordingId ? which : `${which} (${id})`
    return { what, sentence: `recording ${recordingId}: ${named} is not as it was entered` }
  })
}

const kept = sql`r.state in ('stored', 'viewable')`
const hasWords = sql`octet_length(e.salt) > 0`
/** A row has the moment within its act; its entry that at which the act began. */
const isElsewhen = (madeAt: string) => sql`abs(extract(epoch from e.at - ${sql.ref(madeAt)})) > 3600`

/** Of rows by their last entry; and of entries by which there should be a row. */
const alteredMarkers = sql<Altered>`
  select m.id, m.recording_id as "recordingId" from recording_marker m
    join recording r on r.id = m.recording_id and ${kept}
    left join lateral (select e.* from custody_entry e where e.recording_id = m.recording_id and e.corps_id = m.corps_id
      and e.type in ('marker-added', 'marker-changed', 'marker-removed') and e.details->>'markerId' = m.id
      order by e.serial desc limit 1) e on true
    where not exists (select from custody_entry f where f.recording_id = m.recording_id
        and f.type in ('marker-added', 'marker-changed') and octet_length(f.salt) = 0)
      and (e.id is null or e.type = 'marker-removed' or e.actor->>'id' <> m.made_by
        or e.details->'atMs' is distinct from to_jsonb(m.at_ms) or e.details->>'note' is distinct from m.note
        or e.details->'toMs' is distinct from coalesce(to_jsonb(m.to_ms), 'null'::jsonb)
        or exists (select from custody_entry e where e.recording_id = m.recording_id and e.type = 'marker-added'
          and e.details->>'markerId' = m.id and (${isElsewhen('m.made_at')}
            or exists (select from custody_entry v where v.recording_id = m.recording_id and v.type = 'viewing-started'
              and v.details->>'viewingId' = e.details->>'viewingId' and v.details->>'purpose' <> m.purpose))))
  union all
  select e.details->>'markerId', e.recording_id from custody_entry e
    join recording r on r.id = e.recording_id and ${kept}
    where e.type = 'marker-added' and ${hasWords}
      and not exists (select from recording_marker m where m.id = e.details->>'markerId')
      and not exists (select from custody_entry g where g.recording_id = e.recording_id
        and g.type = 'marker-removed' and g.details->>'markerId' = e.details->>'markerId')
  order by 2, 1`

const alteredCorrections = sql<Altered>`
  select coalesce(k.id, e.details->>'correctionId') as id, r.id as "recordingId"
    from (select * from custody_entry where type = 'clock-corrected' and octet_length(salt) > 0) e
    full join clock_correction k on k.id = e.details->>'correctionId' and k.corps_id = e.corps_id
    join recording r on r.id = coalesce(k.recording_id, e.recording_id) and ${kept}
    where (e.id is null and not exists (select from custody_entry f where f.recording_id = k.recording_id
        and f.type = 'clock-corrected' and octet_length(f.salt) = 0))
      or (e.id is not null and (k.id is null or k.recording_id <> e.recording_id or e.actor->>'id' <> k.made_by
        or e.details->'offsetMs' is distinct from to_jsonb(k.offset_ms) or e.details->>'reason' is distinct from k.reason
        or e.details->>'againstId' is distinct from k.against_id or ${isElsewhen('k.made_at')}
        or exists (select from clock_correction l join custody_entry f on f.recording_id = l.recording_id
            and f.type = 'clock-corrected' and f.details->>'correctionId' = l.id
          where l.recording_id = k.recording_id and l.place < k.place and f.serial > e.serial)))
  order by 2, 1`

/** An entry of a clip names the original, beside which it lies. */
const alteredSidecars = sql<Altered>`
  select coalesce(s.id, r.id) as id, r.id as "recordingId"
    from (select * from custody_entry where type = 'sidecar-received' and octet_length(salt) > 0
      and not jsonb_exists(details, 'originalId')) e
    full join recording_sidecar s on s.recording_id = e.recording_id and s.corps_id = e.corps_id
      and encode(s.sha256, 'hex') = e.details->>'sha256'
    join recording r on r.id = coalesce(s.recording_id, e.recording_id) and ${kept}
    left join vault_object o on o.recording_id = s.recording_id and o.kind = 'sidecar/' || s.id
    where (e.id is null and not exists (select from custody_entry f where f.recording_id = s.recording_id
        and f.type = 'sidecar-received' and octet_length(f.salt) = 0))
      or (e.id is not null and (s.id is null or o.object_key is null or s.by_dock <> (e.actor->>'kind' = 'dock')
        or s.kind is distinct from e.details->>'format'
        or to_jsonb(s.size_bytes) is distinct from e.details->'sizeBytes'
        or to_jsonb(o.plain_bytes) is distinct from e.details->'sizeBytes'))
  order by 2, 1`

/**
 * What was found when it was probed stays, but for a length that its proxy gave; and what could be played then can be
 * played.
 */
const alteredProbes = sql<Altered>`
  select r.id, r.id as "recordingId" from recording r
    join lateral (select e.* from custody_entry e where e.recording_id = r.id and e.corps_id = r.corps_id
      and e.type = 'recording-probed' order by e.serial desc limit 1) e on ${hasWords}
    where r.state = 'viewable' and (r.damage is distinct from e.details->>'damage'
      or coalesce(to_jsonb(r.duration_ms), 'null'::jsonb) is distinct from coalesce((
        select p.details->'durationMs' from custody_entry p where p.recording_id = r.id and p.corps_id = r.corps_id
          and p.type = 'proxy-made' order by p.serial desc limit 1), e.details->'durationMs')
      or (e.details->'playable' = 'true'::jsonb and (r.playable is not true or coalesce(r.rendition, '') not in ('direct', 'proxy'))))
    order by r.id`

/** A proxy that is played is the last that was entered, and its object is the one that was sealed then. */
const alteredProxies = sql<Altered>`
  select r.id, r.id as "recordingId" from recording r
    left join vault_object o on o.recording_id = r.id and o.kind = 'proxy'
    left join lateral (select e.* from custody_entry e where e.recording_id = r.id and e.corps_id = r.corps_id
      and e.type = 'proxy-made' order by e.serial desc limit 1) e on true
    where ${kept} and (r.rendition = 'proxy' or r.proxy is not null or o.object_key is not null)
      and (e.id is null or (${hasWords} and (r.rendition is distinct from 'proxy'
        or r.proxy->>'sha256' is distinct from e.details->>'sha256'
        or r.proxy->'sizeBytes' is distinct from e.details->'sizeBytes'
        or r.proxy->>'method' is distinct from e.details->>'method'
        or r.proxy->>'madeBy' is distinct from e.details->>'madeBy'
        or to_jsonb(o.plain_bytes) is distinct from e.details->'sizeBytes'
        or encode(o.payload_sha256, 'hex') is distinct from e.details->>'payloadSha256')))
  order by r.id`

type Tagged = Readonly<{ id: string; tags: readonly string[]; changes: readonly Record<string, JsonValue>[] }>

async function judgeTags(db: Reader): Promise<SaidFinding[]> {
  const { rows } = await sql<Tagged>`
    select r.id, r.tags, coalesce(jsonb_agg(e.details order by e.serial) filter (where e.id is not null), '[]') as changes
      from recording r left join custody_entry e on e.recording_id = r.id and e.type = 'tags-changed'
      where ${kept} and (cardinality(r.tags) > 0 or e.id is not null)
      group by r.id having bool_and(e.id is null or ${hasWords}) order by r.id`.execute(db)
  return rows.flatMap(({ id, tags, changes }): SaidFinding[] => {
    const entered = new Set<string>()
    for (const { added, removed } of changes) {
      for (const tag of textsOf(removed)) entered.delete(tag)
      for (const tag of textsOf(added)) entered.add(tag)
    }
    const isSame = entered.size === new Set(tags).size && tags.every((tag) => entered.has(tag))
    return isSame
      ? []
      : [{ what: 'tags-differ', sentence: `recording ${id}: its tags are not those that were entered` }]
  })
}

const textsOf = (value: JsonValue | undefined): readonly string[] =>
  Array.isArray(value) ? value.flatMap((each) => (typeof each === 'string' ? [each] : [])) : []
