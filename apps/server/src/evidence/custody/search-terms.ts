import type { CorpsId, JsonValue } from '@getuige/base'
import { sql } from 'kysely'
import type { Database, Tx } from '#platform/database'

declare module '#platform/database' {
  interface Tables {
    custody_term: { corps_id: string; term: string; at: Date; serial: number; type: string }
    custody_terms_upto: { log_id: string; corps_id: string; size: number }
  }
}

type Described = Readonly<{
  actor: Readonly<Record<string, JsonValue>>
  details: Readonly<Record<string, JsonValue>>
}>

/** The details in which people say something. */
const wordDetails = ['reason', 'note', 'justification', 'number', 'reference'] as const
const longestWord = 64
const pageEntries = 4000

/** Words as they are compared: without case, accents and punctuation, and without what nobody sees in them. */
export function wordsOf(text: string): string[] {
  const plain = text
    .normalize('NFKD')
    .replaceAll(/[\p{M}\p{Default_Ignorable_Code_Point}]/gu, '')
    .toLowerCase()
  return [...new Set(plain.match(/[\p{L}\p{N}]+/gu))].map((word) => word.slice(0, longestWord))
}

/** What an entry is found by. None where its words are erased. */
function termsOf({ actor, details }: Described): string[] {
  const text = (value: JsonValue | undefined) => (typeof value === 'string' ? value : '')
  const id = text(actor['id'])
  const purpose = text(details['purpose'])
  return [
    ...(id === '' ? [] : [`by:${id}`]),
    ...wordsOf(`${text(actor['name'])} ${text(actor['title'])}`).map((word) => `name:${word}`),
    ...(purpose === '' ? [] : [`for:${purpose}`]),
    ...wordsOf(text(details['recipient'])).map((word) => `to:${word}`),
    ...wordsOf(wordDetails.map((name) => text(details[name])).join(' ')).map((word) => `word:${word}`),
  ]
}

/**
 * Note the terms of every entry that got its place since the last call, in the logs of one corps. May run twice, or stop
 * anywhere. Returns at once when there is nothing new.
 */
export async function noteTerms(database: Database, corpsId: CorpsId, signal?: AbortSignal): Promise<void> {
  const db = database.of(corpsId)
  const logs = await db
    .selectFrom('custody_log as l')
    .leftJoin('custody_terms_upto as t', 't.log_id', 'l.id')
    .select(['l.id', 'l.size', 't.size as done'])
    .where('l.corps_id', '=', corpsId)
    .execute()
  for (const log of logs) {
    if ((log.done ?? 0) >= log.size) continue
    if (log.done === null) {
      await db
        .insertInto('custody_terms_upto')
        .values({ log_id: log.id, corps_id: corpsId, size: 0 })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    }
    let isAll = false
    while (!isAll) {
      signal?.throwIfAborted()
      isAll = await db.transaction().execute((tx) => notePage(tx, corpsId, log.id))
    }
  }
}

async function notePage(tx: Tx, corpsId: CorpsId, logId: string): Promise<boolean> {
  const done = await lockTerms(tx, logId)
  const page = await tx
    .selectFrom('custody_entry')
    .select(['serial', 'at', 'type', 'actor', 'details'])
    .where('log_id', '=', logId)
    .where('log_index', '>=', done)
    .where('log_index', '<', done + pageEntries)
    .orderBy('log_index')
    .execute()
  const rows = page.flatMap(({ serial, at, type, ...said }) =>
    termsOf(said).map((term) => ({ term, serial, at, type })),
  )
  if (rows.length > 0) {
    await sql`insert into custody_term (corps_id, term, at, serial, type)
      select ${corpsId}, * from unnest(
        ${rows.map(({ term }) => term)}::text[], ${rows.map(({ at }) => at)}::timestamptz[],
        ${rows.map(({ serial }) => serial)}::bigint[], ${rows.map(({ type }) => type)}::text[])`.execute(tx)
  }
  const size = done + page.length
  await tx.updateTable('custody_terms_upto').set({ size }).where('log_id', '=', logId).execute()
  return page.length < pageEntries
}

/** How many entries have their terms noted. Locked: terms are noted and forgotten by turns. */
async function lockTerms(tx: Tx, logId: string): Promise<number> {
  const row = await tx
    .selectFrom('custody_terms_upto')
    .select('size')
    .where('log_id', '=', logId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  return row.size
}

/** In the transaction that erases the words of these entries. */
export async function forgetTerms(tx: Tx, logIds: readonly string[], serials: readonly number[]): Promise<void> {
  for (const logId of logIds.toSorted()) await lockTerms(tx, logId)
  await sql`delete from custody_term where serial = any(${serials}::bigint[])`.execute(tx)
}
