import { canonicalJson, type Language } from '@getuige/base'
import type { AccessLogEntry } from '@getuige/contract'

/** What stands before the entries and says what the file is. */
export type LogFileHead = Readonly<{
  corps: Readonly<{ id: string; name: string }>
  madeAt: string
  /** As they were given. */
  filters: Readonly<Record<string, string>>
  /** Of each log that entries come from: how far it had come. */
  logs: readonly Readonly<{ origin: string; size: number }>[]
}>
export type LogFileFormat = Readonly<{
  name: 'csv' | 'jsonl'
  type: string
  head(about: LogFileHead): string
  line(entry: AccessLogEntry): string
}>

/** `docs/formats/access-log.md` names them too. */
export const csvColumns = [
  'at',
  'verb',
  'type',
  'actor kind',
  'actor id',
  'actor name',
  'actor title',
  'actor roles',
  'recording id',
  'camera',
  'purpose',
  'reason',
  'reference',
  'legal basis',
  'rules',
  'recipient',
  'entry id',
  'log',
  'index',
] as const

const byteOrderMark = '\ufeff'

/**
 * RFC 4180, in UTF-8 with a byte order mark, because spreadsheets take it for something else without. `language` of the
 * words of the law alone.
 */
export const csvFormat = (language: Language): LogFileFormat => ({
  name: 'csv',
  type: 'text/csv; charset=utf-8',
  head: () => byteOrderMark + csvLine(csvColumns),
  line: (entry) => {
    const { actor } = entry
    const person = actor?.kind === 'person' ? actor : null
    return csvLine([
      entry.at,
      entry.verb ?? '',
      entry.type,
      actor?.kind ?? 'erased',
      person?.id ?? '',
      actor === null || actor.kind === 'system' ? '' : actor.name,
      person?.title ?? '',
      person?.roles.join(' ') ?? '',
      entry.recording?.id ?? '',
      entry.recording?.camera ?? '',
      entry.purpose?.id ?? '',
      entry.reason ?? '',
      entry.reference ?? '',
      entry.legalBasis?.[language] ?? '',
      entry.ruleIds.join(' '),
      entry.recipient ?? '',
      entry.id,
      entry.log.origin,
      String(entry.log.index),
    ])
  },
})

/** An object a line: what the file is, then an entry each. */
export const jsonlFormat: LogFileFormat = {
  name: 'jsonl',
  type: 'application/jsonl; charset=utf-8',
  head: ({ corps, filters, logs, madeAt }) =>
    `${canonicalJson({ format: 'getuige-access-log', version: 1, corps, filters, logs: [...logs], madeAt })}\n`,
  line: (entry) => `${JSON.stringify(entry)}\n`,
}

export const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`

/**
 * A cell that a spreadsheet would take for a formula begins with an apostrophe instead: names and reasons are words of
 * others.
 */
function csvCell(text: string): string {
  const plain = /^[=+\-@\t\r\uff0b\uff0d\uff1d\uff20]/u.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}
