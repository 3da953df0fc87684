import { createHash } from 'node:crypto'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from, to } from 'pg-copy-streams'
import { type Connection, poolConfig } from '../database/index.ts'
import { StartError } from '../errors/index.ts'

/** A table as it lies in a back-up: columns in the order of its parts. */
export type Table = Readonly<{ name: string; columns: readonly string[] }>
/** Where a sequence stands; null when it was never asked. */
export type Sequence = Readonly<{ name: string; lastValue: string | null }>
/** What a table holds: rows, and the SHA-256 (hex) of their COPY text in the order in which they lie. */
export type Contents = Readonly<{ rows: number; sha256: string }>

/** A part holds whole rows, and about so many bytes. */
const partBytes = 4 * 1024 * 1024

/**
 * A connection of its own whose COPY text means the same on every server: UTC, ISO dates, hexadecimal bytes. It sees the
 * rows of every corps; `listTables` makes sure that nothing else hides any.
 */
export async function connectForCopy(connection: Connection): Promise<pg.Client & AsyncDisposable> {
  const client = new pg.Client(poolConfig(connection))
  // What breaks it is told by the query that was under way.
  client.on('error', () => undefined)
  await client.connect()
  await client.query(`set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres';
    set bytea_output = 'hex'; set extra_float_digits = 1; set client_encoding = 'UTF8'; set getuige.corps = '*';
    set synchronize_seqscans = off; set statement_timeout = 0; set idle_in_transaction_session_timeout = 0`)
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() })
}

/**
 * The tables of the product, by name. What pg-boss keeps is in a schema of its own and not among them. Throws where rows
 * may be hidden otherwise than by the corps that they belong to: nothing is ever left out unnoticed.
 */
export async function listTables(client: pg.Client): Promise<Table[]> {
  const { rows: hiding } = await client.query<{ name: string }>(`
    select distinct c.relname as name
    from pg_class c left join pg_policy p on p.polrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and row_security_active(c.oid)
      and (p.polname <> 'corps_in_view' or p.polcmd <> '*' or not p.polpermissive or p.polname is null)`)
  const [hidden] = hiding
  if (hidden !== undefined)
    throw new StartError(`Rows of ${hidden.name} may be hidden by a policy that is not of Getuige: remove it first.`)
  const { rows } = await client.query<{ name: string; columns: string[] }>(`
    select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
    group by c.relname order by c.relname`)
  return rows
}

export async function listSequences(client: pg.Client): Promise<Sequence[]> {
  const { rows } = await client.query<Sequence>(`
    select sequencename as name, last_value::text as "lastValue"
    from pg_sequences where schemaname = 'public' order by sequencename`)
  return rows
}

export async function setSequences(client: pg.Client, sequences: readonly Sequence[]): Promise<void> {
  for (const { name, lastValue } of sequences) {
    if (lastValue === null) continue
    await client.query('select setval($1::regclass, $2::bigint)', [quoted(name), lastValue])
  }
}

/** The rows of a table, or of a query, as COPY text, in parts of whole rows. Returns what there was. */
export async function* copyOut(client: pg.Client, what: Table | string): AsyncGenerator<Buffer, Contents> {
  const source = typeof what === 'string' ? `(${what})` : `public.${quoted(what.name)} (${columnList(what)})`
  const stream = client.query(to(`copy ${source} to stdout`))
  const hash = createHash('sha256')
  let rows = 0
  let waiting: Buffer[] = []
  let waitingBytes = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk)
    rows += countNewlines(chunk)
    waiting.push(chunk)
    waitingBytes += chunk.length
    // In COPY text a newline always ends a row.
    const rowEnd = chunk.lastIndexOf(0x0a) + 1
    if (waitingBytes < partBytes || rowEnd === 0) continue
    const whole = Buffer.concat(waiting)
    const end = whole.length - chunk.length + rowEnd
    yield whole.subarray(0, end)
    waiting = [whole.subarray(end)]
    waitingBytes = whole.length - end
  }
  if (waitingBytes > 0) yield Buffer.concat(waiting)
  return { rows, sha256: hash.digest('hex') }
}

/** Load COPY text into a table. Returns what went in; nothing has, when it throws or the transaction is undone. */
export async function copyIn(client: pg.Client, table: Table, parts: AsyncIterable<Uint8Array>): Promise<Contents> {
  const stream = client.query(from(`copy ${quoted(table.name)} (${columnList(table)}) from stdin`))
  const hash = createHash('sha256')
  await pipeline(async function* () {
    for await (const part of parts) {
      hash.update(part)
      yield part
    }
  }, stream)
  return { rows: stream.rowCount, sha256: hash.digest('hex') }
}

/** The rows that lie in a table now. */
export async function readContents(client: pg.Client, table: Table): Promise<Contents> {
  const parts = copyOut(client, table)
  for (;;) {
    const next = await parts.next()
    if (next.done === true) return next.value
  }
}

/**
 * Do `load` while no rule between tables, no trigger and no isolation is in force, and put them back after, which checks
 * every row against the rules.
 * In the caller's transaction: when it fails, the transaction must be undone.
 */
export async function withoutRules(client: pg.Client, load: () => Promise<void>): Promise<void> {
  const { rows: foreignKeys } = await client.query<{ table: string; name: string; definition: string }>(`
    select r.relname as table, c.conname as name, pg_get_constraintdef(c.oid) as definition
    from pg_constraint c join pg_class r on r.oid = c.conrelid
    where c.contype = 'f' and r.relnamespace = 'public'::regnamespace`)
  const { rows: triggers } = await client.query<{ table: string; name: string; mode: string }>(`
    select r.relname as table, t.tgname as name, t.tgenabled as mode
    from pg_trigger t join pg_class r on r.oid = t.tgrelid
    where not t.tgisinternal and t.tgenabled <> 'D' and r.relnamespace = 'public'::regnamespace`)
  // COPY does not load a table whose rows are hidden from some.
  const { rows: forced } = await client.query<{ table: string }>(`
    select relname as table from pg_class where relforcerowsecurity and relnamespace = 'public'::regnamespace`)
  const alter = (table: string, change: string) => client.query(`alter table public.${quoted(table)} ${change}`)
  for (const { table, name } of foreignKeys) await alter(table, `drop constraint ${quoted(name)}`)
  for (const { table, name } of triggers) await alter(table, `disable trigger ${quoted(name)}`)
  for (const { table } of forced) await alter(table, 'no force row level security')
  await load()
  for (const { table } of forced) await alter(table, 'force row level security')
  const mode: Readonly<Record<string, string>> = { O: '', A: 'always ', R: 'replica ' }
  for (const { table, name, definition } of foreignKeys)
    await alter(table, `add constraint ${quoted(name)} ${definition}`)
  for (const trigger of triggers)
    await alter(trigger.table, `enable ${mode[trigger.mode] ?? ''}trigger ${quoted(trigger.name)}`)
}

const columnList = ({ columns }: Table): string => columns.map(quoted).join(', ')
export const quoted = (name: string): string => pg.escapeIdentifier(name)

function countNewlines(chunk: Buffer): number {
  let count = 0
  for (let at = chunk.indexOf(0x0a); at !== -1; at = chunk.indexOf(0x0a, at + 1)) count += 1
  return count
}
