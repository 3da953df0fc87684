import type { RecordingId } from '@getuige/base'
import { sql } from 'kysely'
import { wordsOf } from '#custody'
import type { Tx } from '#platform/database'

declare module '#platform/database' {
  interface Tables {
    recording_term: {
      corps_id: string
      term: string
      recorded_at: Date
      recording_id: string
      source: string
      key: string
    }
  }
}

/** Who told a word: the name of the file, a tag, a number of a file, a note within a viewing, a purpose it was used for. */
export type TermSource = 'name' | 'tag' | 'file' | 'note' | 'purpose'

const longestTerm = 300
/** A tag, number or purpose as a whole, after a sign that is in no word. */
const whole = (sign: '#' | '=' | '@', text: string) => `${sign}${text}`.slice(0, longestTerm)

export const tagTerm = (tag: string): string => whole('#', tag.normalize('NFKC').toLowerCase())
/** Numbers are the same whatever stands between their parts. */
export const fileTerm = (number: string): string => whole('=', numberParts(number))
export const purposeTerm = (purposeId: string): string => whole('@', purposeId)

/** In the order in which they stand. */
const numberParts = (number: string) => wordsOf(number).join(' ')

function termsOf(source: TermSource, text: string): string[] {
  switch (source) {
    case 'name':
    case 'note':
      return wordsOf(text)
    case 'tag':
      return [...wordsOf(text), tagTerm(text)]
    case 'file':
      return [...wordsOf(text), fileTerm(text)]
    case 'purpose':
      return [purposeTerm(text)]
  }
}

/**
 * What a recording is found by from now on, instead of what was told under this source and key before; no texts: by
 * nothing of it. The caller holds the lock of the recording, or has just inserted it.
 */
export async function tellTerms(
  tx: Tx,
  recordingId: RecordingId,
  source: TermSource,
  key: string,
  texts: readonly string[],
): Promise<void> {
  const terms = [...new Set(texts.flatMap((text) => termsOf(source, text)))]
  await sql`with gone as (
      delete from recording_term
        where recording_id = ${recordingId} and source = ${source} and key = ${key} and term <> all(${terms}::text[])
    )
    insert into recording_term (corps_id, term, recorded_at, recording_id, source, key)
      select r.corps_id, told.term, r.recorded_at, r.id, ${source}, ${key}
      from recording r cross join unnest(${terms}::text[]) as told (term)
      where r.id = ${recordingId} and not exists (select from recording_term t where t.recording_id = r.id
        and t.source = ${source} and t.key = ${key} and t.term = told.term)`.execute(tx)
}

/** In the transaction that erases these recordings. */
export async function forgetTerms(tx: Tx, recordingIds: readonly RecordingId[]): Promise<void> {
  await sql`delete from recording_term where recording_id = any(${recordingIds}::text[])`.execute(tx)
  await sql`delete from recording_untold where recording_id = any(${recordingIds}::text[])`.execute(tx)
}
