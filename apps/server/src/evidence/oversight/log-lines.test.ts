import type { EntryId, PersonId, RecordingId } from '@getuige/base'
import type { AccessLogEntry } from '@getuige/contract'
import { expect, test } from 'vitest'
import { csvColumns, csvFormat, csvLine, jsonlFormat } from './log-lines.ts'

const entry: AccessLogEntry = {
  id: 'entry_1' as EntryId,
  at: '2026-11-22T12:00:00.000Z',
  verb: 'consult',
  type: 'viewing-started',
  label: { nl: 'Bekeken', fr: 'Consulté', de: 'Eingesehen', en: 'Viewed' },
  actor: { kind: 'person', id: 'person_1' as PersonId, name: '=HYPERLINK("http://x")', title: '', roles: ['trainer'] },
  recording: { id: 'rec_1' as RecordingId, camera: 'Camera 1' },
  purpose: { id: 'report', label: null },
  reason: 'Hij zei "stop",\nen liep weg',
  reference: '+31',
  legalBasis: null,
  ruleIds: ['A', 'B'],
  recipient: null,
  asked: null,
  log: { origin: 'getuige.test/corps_1/2026', index: 7 },
}

test('a line is that of RFC 4180: quotes doubled, breaks kept, CRLF at the end', () => {
  expect(csvLine(['a', 'b"c', 'd,e', 'f\ng'])).toBe('a,"b""c","d,e","f\ng"\r\n')
  const line = csvFormat('nl').line(entry)
  expect(line).toContain('"Hij zei ""stop"",\nen liep weg"')
  expect(line.endsWith(',getuige.test/corps_1/2026,7\r\n')).toBe(true)
})

test('words of others never begin a formula', () => {
  for (const sign of ['=', '+', '-', '@', '\t', '\r', '＝'])
    expect(
      csvLine([`${sign}1+1`])
        .replaceAll('"', '')
        .startsWith(`'${sign}`),
    ).toBe(true)
  expect(csvFormat('nl').line(entry)).toContain(`"'=HYPERLINK(""http://x"")"`)
  expect(csvFormat('nl').line(entry)).toContain(",'+31,")
})

test('erased words are told as erased, in as many columns', () => {
  const erased: AccessLogEntry = { ...entry, actor: null, reason: null, reference: null, purpose: null, ruleIds: [] }
  const cells = csvFormat('nl').line(erased).trimEnd().split(',')
  expect(cells).toHaveLength(csvColumns.length)
  expect(cells[3]).toBe('erased')
})

test('lines of JSON begin with what the file is', () => {
  const head = jsonlFormat.head({
    corps: { id: 'corps_1', name: 'Corps' },
    madeAt: entry.at,
    filters: { verb: 'consult' },
    logs: [{ origin: entry.log.origin, size: 8 }],
  })
  expect(JSON.parse(head)).toMatchObject({ format: 'getuige-access-log', version: 1, logs: [{ size: 8 }] })
  expect(JSON.parse(jsonlFormat.line(entry))).toEqual(entry)
})
