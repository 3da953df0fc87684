import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { languages } from '@getuige/base'
import type { JsonValue } from '@getuige/base'
import { formatCheckpoint, formatTlogProof, newNoteKey, signNote } from '@getuige/proof'
import { afterAll, describe, expect, test } from 'vitest'
import { findTool, reportMissingTool } from '../../../../../tests/outside-tools.ts'
import { makeReport, type ReportInput } from './report.ts'
import { entryWords } from './report-words.ts'

const folder = mkdtempSync(join(tmpdir(), 'getuige-report-'))
afterAll(() => rmSync(folder, { recursive: true }))

const key = newNoteKey('politie.example/corps_01j9zk3v8q', new Uint8Array(32).fill(21))
const recordingId = 'rec_01k4c8e5m2q7r9t1v3x5z7b9d1'
const sha256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'
const person = (name: string, role = 'records-officer'): JsonValue => ({ kind: 'person', id: 'person_1', name, role })
const legalBasis = {
  nl: 'Behandeling van een klacht (NL-DH-4; Awb hoofdstuk 9)',
  fr: 'Traitement d’une plainte (NL-DH-4 ; Awb chapitre 9)',
  de: 'Bearbeitung einer Beschwerde (NL-DH-4; Awb Kapitel 9)',
  en: 'Handling of a complaint (NL-DH-4; Awb chapter 9)',
}
const reason = 'Verdachte ontkent dat er is gewaarschuwd; officier vraagt om de volledige opname.'

type Act = readonly [at: string, type: string, actor: JsonValue, details: Record<string, JsonValue>]
const acts: readonly Act[] = [
  [
    '2025-12-31T23:10:00.000Z',
    'recording-received',
    { kind: 'dock', id: 'dock_1', name: 'Kazerne Zuid' },
    {
      cameraId: 'cam_01k4c8e5m2q7r9t1v3x5z7b9d1',
      wearerId: 'person_01k4c8e5m2q7r9t1v3x5z7b9d1',
      sha256,
      payloadSha256: sha256,
      sizeBytes: 104_857_600,
      recordedAt: '2025-12-31T20:02:11.000Z',
      recordedAtFrom: 'file',
      dueAt: '2026-01-28T20:02:11.000Z',
      lawPackId: 'nl-boa-den-haag',
    },
  ],
  [
    '2025-12-31T23:10:04.120Z',
    'recording-probed',
    { kind: 'system' },
    { container: 'mp4', durationMs: 754_320, damage: 'none', playable: true, storyboard: 'node-av' },
  ],
  [
    '2026-01-02T08:00:00.000Z',
    'activation-completed',
    person('Zoë Überschär', 'enforcer'),
    {
      firstWarningAt: '2025-12-31T20:01:40.000Z',
      secondWarningAt: null,
      exception: 'immediate-danger',
      trigger: 'aggression',
      effect: 'calmed',
      note: 'Een omstander greep in.',
      standing: 'exception',
      ruleId: 'NL-DH-2',
    },
  ],
  [
    '2026-01-02T09:15:00.000Z',
    'viewing-started',
    person('Noor de Wit'),
    { viewingId: 'view_01', purpose: 'report', reference: 'PV-2026-0017', reason, legalBasis, ruleId: 'NL-DH-4' },
  ],
  [
    '2026-01-02T09:20:00.000Z',
    'hold-placed',
    person('Noor de Wit'),
    { holdId: 'hold_01', kind: 'report', number: 'PV-2026-0017', reason },
  ],
  [
    '2026-01-05T10:00:00.000Z',
    'package-exported',
    person('Αλέξανδρος Ярослав 王小明'),
    {
      packageId: 'pkg_01k4c8e5m2q7r9t1v3x5z7b9d1',
      recipient: 'Parket Den Haag, officier van justitie',
      reference: 'PV-2026-0017',
      reason,
      purpose: 'report',
      legalBasis,
      ruleId: 'NL-DH-4',
    },
  ],
]

function makeInput(some: readonly Act[] = acts): ReportInput {
  return {
    packageId: 'pkg_01k4c8e5m2q7r9t1v3x5z7b9d1',
    createdAt: new Date('2026-01-05T10:00:00.000Z'),
    corpsName: 'Gemeente Den Haag\nHandhaving',
    timeZone: 'Europe/Amsterdam',
    recordings: [{ recordingId, name: `${recordingId}.mp4`, sizeBytes: 104_857_600, sha256 }],
    trail: some.map(([at, type, actor, details], index) => {
      const origin = `${key.name}/${at.slice(0, 4)}`
      const checkpoint = signNote(
        formatCheckpoint({ origin, size: 900, root: new Uint8Array(32).fill(7) }),
        key.name,
        key.seed,
      )
      return {
        origin,
        index,
        leaf: new Uint8Array(1),
        fields: { actor, at, details, recordingId, type },
        entrySalt: new Uint8Array(32),
        proof: formatTlogProof({ index, path: [], checkpoint }),
      }
    }),
    vkey: key.vkey,
  }
}

test('the report for machines says what the trail says, in order, in canonical JSON', async () => {
  const report = await makeReport(makeInput())
  expect([...report.keys()]).toEqual(['report.json', ...languages.map((language) => `report.${language}.pdf`)])
  const json = JSON.parse(Buffer.from(report.get('report.json') ?? []).toString()) as Record<string, JsonValue>
  expect(json).toMatchObject({
    corps: { name: 'Gemeente Den Haag Handhaving', timeZone: 'Europe/Amsterdam' },
    format: 'getuige custody report v1',
    package: { createdAt: '2026-01-05T10:00:00.000Z', id: 'pkg_01k4c8e5m2q7r9t1v3x5z7b9d1' },
    recordings: [{ id: recordingId, name: `${recordingId}.mp4`, sha256, sizeBytes: 104_857_600 }],
    logs: [{ origin: `${key.name}/2025`, size: 900 }, { origin: `${key.name}/2026` }],
    signer: { vkey: key.vkey },
  })
  expect(json['entries']).toEqual(
    acts.map(([at, type, actor, details], index) => ({
      actor,
      at,
      details,
      index,
      log: index < 2 ? 1 : 2,
      recordingId,
      type,
    })),
  )
})

test('the same package has the same report, byte for byte', async () => {
  expect(await makeReport(makeInput())).toEqual(await makeReport(makeInput()))
})

test('every kind of entry is told in every language', () => {
  const listed = [
    ['../../../../../packages/contract/src/recordings.ts', /trailEntryTypes = \[(.*?)\]/s],
    ['../../operations/corps/deps.ts', /type CorpsEntryType =(.*?)\n\n/s],
    ['../custody/entries.ts', /type EntryType =(.*?)\n\n/s],
  ] as const
  const types = listed.flatMap(([file, list]) => {
    const names = list.exec(readFileSync(new URL(file, import.meta.url), 'utf8'))?.[1] ?? ''
    return [...names.matchAll(/'([a-z-]+)'/g)].map(([, type]) => type)
  })
  expect(types).toContain('recording-received')
  expect(types).toContain('corps-established')
  expect(types).toContain('law-adopted')
  for (const type of types) {
    const words = Object.entries(entryWords).find(([known]) => known === type)?.[1]
    for (const language of languages) expect(words?.[language], `${type} in ${language}`).toMatch(/\S/)
  }
})

const pdftotext = findTool('pdftotext')
const pdfinfo = findTool('pdfinfo')
if (pdftotext === undefined || pdfinfo === undefined) {
  reportMissingTool('pdftotext', 'that the printed custody report says all that the trail says')
}

describe.runIf(pdftotext !== undefined && pdfinfo !== undefined)('on paper', () => {
  const long = `${'Er is veel te zeggen. '.repeat(400)}Einde.`
  const reversed = 'Jan \u202etset'
  const report = makeReport(
    makeInput([
      ...acts,
      ['2026-01-06T08:00:00.000Z', 'told-by-a-later-version', person(reversed), { later: [1], note: long }],
    ]),
  )
  const pathOf = async (language: string) => {
    const path = join(folder, `report.${language}.pdf`)
    writeFileSync(path, (await report).get(`report.${language}.pdf`) ?? '')
    return path
  }
  const read = async (language: string) => {
    const printed = execFileSync(pdftotext ?? '', ['-enc', 'UTF-8', await pathOf(language), '-'], { encoding: 'utf8' })
    return printed.replaceAll(/\s+/g, ' ')
  }

  test.each(languages)('every act stands in it, with who, when, what and why: %s', async (language) => {
    const text = await read(language)
    for (const [, type] of acts)
      expect(text).toContain(entryWords[type as keyof typeof entryWords][language].split('|')[0])
    expect(text).toContain('2026-01-01 00:10:00 +01:00') // the clock in Amsterdam, in the year after that of UTC
    expect(text).toContain('2025-12-31 23:10:00.000 UTC')
    expect(text).toContain('9f86d081 884c7d65 9a2feaa0 c55ad015 a3bf4f1b 2b0b822c d15d6c15 b0f00a08')
    expect(text).toContain('Parket Den Haag, officier van justitie')
    expect(text).toContain(legalBasis[language])
    expect(text).toContain('Verdachte ontkent dat er is gewaarschuwd;')
  })

  test('a name in any script is told: what the font lacks by its code points, and nothing steers the reading', async () => {
    const text = await read('nl')
    expect(text).toContain('Zoë Überschär')
    expect(text).toContain('Αλέξανδρος Ярослав [U+738B][U+5C0F][U+660E]')
    expect(text).toContain('Jan [U+202E]tset')
  })

  test('what a later version enters is told under the name it has in the log', async () => {
    const text = await read('fr')
    expect(text).toContain('told-by-a-later-version')
    expect(text).toContain('later : [1]')
  })

  test('a text longer than a page goes on over the next, to its end', async () => {
    const text = await read('de')
    expect(text.split('Er is veel te zeggen.').length - 1).toBe(400)
    expect(text).toContain('Einde.')
  })

  test.each([
    ['nl', 'Bewaarketen'],
    ['fr', 'Chaîne de conservation'],
    ['de', 'Nachweiskette'],
    ['en', 'Custody trail'],
  ])('it is tagged for screen readers and has its title: %s', async (language, title) => {
    const info = execFileSync(pdfinfo ?? '', [await pathOf(language)], { encoding: 'utf8' })
    expect(info).toMatch(/Tagged: +yes/)
    expect(info).toContain(`${title} pkg_01k4c8e5m2q7r9t1v3x5z7b9d1`)
    const structure = execFileSync(pdfinfo ?? '', ['-struct', await pathOf(language)], { encoding: 'utf8' })
    for (const kind of ['H1', 'H2', 'Table', 'TH', 'TD']) expect(structure).toContain(kind)
  })
})
