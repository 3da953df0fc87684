import type { RecordingId } from '@getuige/base'
import { sql } from 'kysely'
import { wordsOf } from '#custody'
import type { Reader } from '#platform/database'
import type { ListQuery } from './query.ts'
import { listTerms, mayRead } from './sought.ts'
import { fileTerm, tagTerm } from './terms.ts'

export type Suggestion = Readonly<{ kind: 'tag' | 'file' | 'word'; term: string; recordings: number }>

const mostSuggested = 12
/** Who may know of so few recordings is told of the words of those. */
const fewRecordings = 1000
/** Words looked at of each kind, and recordings looked at for each word. */
const looked = { terms: 120, recordings: 200 }

/**
 * What completes the last word of `text`: tags, numbers of files and words of recordings that the person may know of, as
 * far as they may read them; those of most recordings first, counted up to a few hundred.
 */
export async function suggestTerms(
  db: Reader,
  query: Pick<ListQuery, 'corpsId' | 'visible' | 'readable'>,
  text: string,
): Promise<Suggestion[]> {
  const last = wordsOf(text).at(-1)
  if (last === undefined) return []
  const starts = [tagTerm(text), fileTerm(text), last]
  const { corpsId, visible, readable } = query
  const kept = sql`recording.corps_id = ${corpsId} and recording.state in ('stored', 'viewable') and ${visible}`
  const { rows: few } = await sql<{ id: RecordingId }>`
    select recording.id from recording where ${kept} limit ${fewRecordings + 1}`.execute(db)
  const mayReadIt = mayRead(sql`t.source`, readable)
  if (few.length <= fewRecordings) {
    const begins = starts.map((start) => sql`(t.term >= ${start} and t.term < ${`${start}\u{10ffff}`})`)
    const { rows } = await sql<Counted>`select t.term, count(distinct t.recording_id) as recordings
      from recording join recording_term t on t.recording_id = recording.id
      where recording.id = any(${few.map(({ id }) => id)}::text[]) and (${sql.join(begins, sql` or `)}) and ${mayReadIt}
      group by t.term`.execute(db)
    return toSuggestions(rows)
  }
  const terms = (await Promise.all(starts.map((start) => listTerms(db, corpsId, start, looked.terms)))).flat()
  const { rows } = await sql<Counted>`select its.term, (
      select count(distinct t.recording_id) from (
        select t.recording_id, t.source from recording_term t
        where t.corps_id = ${corpsId} and t.term = its.term collate "C"
        order by t.recorded_at desc, t.recording_id desc limit ${looked.recordings}
      ) as t cross join lateral (
        select from recording where recording.id = t.recording_id and ${kept} and ${mayReadIt} limit 1
      ) as known
    ) as recordings from unnest(${terms}::text[]) as its (term)`.execute(db)
  return toSuggestions(rows)
}

type Counted = Readonly<{ term: string; recordings: number }>

function toSuggestions(counted: readonly Counted[]): Suggestion[] {
  return counted
    .filter(({ recordings }) => recordings > 0)
    .map(({ term, recordings }): Suggestion => {
      if (term.startsWith('#')) return { kind: 'tag', term: term.slice(1), recordings }
      if (term.startsWith('=')) return { kind: 'file', term: term.slice(1), recordings }
      return { kind: 'word', term, recordings }
    })
    .toSorted((a, b) => b.recordings - a.recordings || (a.term < b.term ? -1 : 1))
    .slice(0, mostSuggested)
}
