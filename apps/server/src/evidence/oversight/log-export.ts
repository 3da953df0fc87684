import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { equalBytes, type Language, newId, type PersonActor, toHex } from '@getuige/base'
import { signCades } from '@getuige/pki'
import { AppError } from '#platform/errors'
import { describeEntries, type Filters, kindOf, toLogQuery } from './access-log.ts'
import type { OversightDeps } from './deps.ts'
import { csvFormat, jsonlFormat, type LogFileFormat, type LogFileHead } from './log-lines.ts'
import { findExport, insertExport, type LogExport } from './store.ts'

const pageEntries = 1000
const exportMinutes = 30

export type MadeExport = Readonly<{ id: string; fileName: string; entries: number; sha256: string; expiresAt: Date }>

/** Handed out: a copy of the log as the filters find it, signed in the name of the corps. */
export function openLogExports(deps: OversightDeps) {
  const { authority, clock, custody } = deps

  /** The file, a page of entries at a time. The same bytes each time, until words in it are erased. */
  async function* write(made: Pick<LogExport, 'corpsId' | 'format' | 'query' | 'heads' | 'madeAt'>) {
    const { corpsId, heads } = made
    const { filters, language } = made.query as unknown as { filters: Filters; language: Language }
    const format = formatOf(made.format, language)
    const { name, timeZone } = await deps.corpsOf(corpsId)
    const logs = await custody.logs(corpsId)
    const about: LogFileHead = {
      corps: { id: corpsId, name },
      madeAt: made.madeAt.toISOString(),
      filters: Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined)) as Record<
        string,
        string
      >,
      logs: logs.flatMap(({ id, origin }) => {
        const size = heads[id]
        return size === undefined ? [] : [{ origin, size }]
      }),
    }
    yield { text: format.head(about), entries: 0 }
    const query = toLogQuery(filters, timeZone)
    let after: { at: Date; serial: number } | undefined
    for (;;) {
      const page = await custody.search(corpsId, query, { after, limit: pageEntries, order: 'oldest-first' })
      const last = page.at(-1)
      if (last === undefined) return
      after = { at: last.at, serial: last.serial }
      // What came to its place after the copy was begun is in the next one.
      const known = page.filter(({ logId, logIndex }) => logIndex !== null && logIndex < (heads[logId] ?? 0))
      const described = await describeEntries(deps, corpsId, known)
      yield { text: described.map((entry) => format.line(entry)).join(''), entries: known.length }
    }
  }

  async function requireExport(actor: PersonActor, id: string): Promise<LogExport> {
    await deps.access.requireCorps('read-access-log', actor)
    const made = await findExport(deps.db.of(actor.corpsId), id, actor, clock.now())
    if (made === undefined) throw new AppError('package/not-found')
    return made
  }

  return {
    /**
     * Read everything once for its digest, sign that, and enter the disclosure; the file itself is made anew when it is
     * fetched, and never stored. Custody: `log-exported`. Throws `log/not-signed`, `export/signer-expired`.
     */
    async export(
      actor: PersonActor,
      filters: Filters,
      { format, language, reason }: Readonly<{ format: 'csv' | 'jsonl'; language: Language; reason: string }>,
    ): Promise<MadeExport> {
      await deps.access.requireCorps('read-access-log', actor)
      const signer = await authority.signer(actor.corpsId)
      await custody.requireSigned(actor.corpsId)
      const madeAt = clock.now()
      const heads = Object.fromEntries((await custody.logs(actor.corpsId)).map(({ id, size }) => [id, size]))
      const query = { filters: JSON.parse(JSON.stringify(filters)) as Record<string, string>, language }
      const begun = { corpsId: actor.corpsId, format, query, heads, madeAt }
      const digest = createHash('sha256')
      let entries = 0
      for await (const part of write(begun)) {
        digest.update(part.text)
        entries += part.entries
      }
      const sha256 = new Uint8Array(digest.digest())
      const signature = await signCades({ sha256 }, signer, madeAt)
      const made: LogExport = {
        ...begun,
        id: newId('package', madeAt),
        personId: actor.id,
        entries,
        sha256,
        signature,
        expiresAt: new Date(madeAt.getTime() + exportMinutes * 60_000),
      }
      await custody.act(actor, async (tx, record) => {
        await insertExport(tx, made)
        const details = { exportId: made.id, asked: kindOf(filters), format, entries, sha256: toHex(sha256), reason }
        await record({ type: 'log-exported', recordingId: null, details })
      })
      return { id: made.id, fileName: nameOf(made), entries, sha256: toHex(sha256), expiresAt: made.expiresAt }
    },

    /** Throws `package/not-found` when it is another's or its time is over. */
    async openFile(actor: PersonActor, id: string): Promise<{ name: string; type: string; body: Readable }> {
      const made = await requireExport(actor, id)
      const { language } = made.query as unknown as { language: Language }
      async function* body() {
        const digest = createHash('sha256')
        for await (const { text } of write(made)) {
          if (text === '') continue
          const bytes = Buffer.from(text)
          digest.update(bytes)
          yield bytes
        }
        // Breaks off, so that what arrived does not look whole: words in it were erased meanwhile.
        if (!equalBytes(new Uint8Array(digest.digest()), made.sha256))
          throw new Error(`${id} is no longer what was signed`)
      }
      return { name: nameOf(made), type: formatOf(made.format, language).type, body: Readable.from(body()) }
    },

    async openSignature(actor: PersonActor, id: string): Promise<{ name: string; bytes: Uint8Array }> {
      const made = await requireExport(actor, id)
      return { name: `${nameOf(made)}.p7s`, bytes: made.signature }
    },
  }
}

const formatOf = (name: 'csv' | 'jsonl', language: Language): LogFileFormat =>
  name === 'csv' ? csvFormat(language) : jsonlFormat

const nameOf = ({ format, madeAt }: Pick<LogExport, 'format' | 'madeAt'>) =>
  `access-log-${madeAt.toISOString().slice(0, 16).replaceAll(':', '')}.${format}`
