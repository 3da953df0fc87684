import { hash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { utf8 } from '@getuige/base'
import {
  addCosignatures,
  chooseSha256,
  cosign,
  formatCheckpoint,
  newNoteKey,
  newWitnessKey,
  parseCheckpoint,
  readUnverifiedNote,
  signNote,
} from '@getuige/proof'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { changed, corps, origin, publishLog, writeFiles } from '../testing/published-log.ts'
import type { Files } from '../testing/published-log.ts'
import { checkLog } from './check-log.ts'
import type { LogCheckName, LogProblem, LogQuestion, LogReport } from './check-log.ts'
import { logCheckWords } from './log-words.ts'
import { runLogCheck } from './run.ts'
import { SourceError } from './source.ts'
import type { Source } from './source.ts'

const shorterSize = 1000
/** Three levels of tiles, each with a partial one. */
const size = 65_536 + 256 + 8
const stranger = newNoteKey(corps.name, new Uint8Array(32).fill(2))
const witness = newWitnessKey('witness.example/w', new Uint8Array(32).fill(3))
const at = new Date('2026-03-28T10:15:00Z')

chooseSha256((bytes) => hash('sha256', bytes, 'buffer'))

let log: Awaited<ReturnType<typeof publishLog>>
let rewritten: Awaited<ReturnType<typeof publishLog>>
let checkpoint: string
let good: Files
/** A log with fewer tiles, where what is checked is not the tiles. */
let shorter: typeof log
let smallCheckpoint: string
let small: Files
beforeAll(async () => {
  log = await publishLog(size)
  shorter = await publishLog(shorterSize)
  smallCheckpoint = await shorter.checkpointAt()
  small = changed(shorter.files, { checkpoint: smallCheckpoint })
  rewritten = await publishLog(shorterSize, (index) => utf8(index < 300 ? `entry ${index}` : `another ${index}`))
  checkpoint = await log.checkpointAt()
  good = changed(log.files, { checkpoint })
})

const sourceOf = (files: Files): Source => ({ read: (path) => Promise.resolve(files.get(path)) })
const check = (files: Files, question: Partial<LogQuestion> = {}) =>
  checkLog({ source: sourceOf(files), key: corps.vkey, witnesses: [], since: [], withEntries: true, ...question })
const statusOf = ({ findings }: LogReport, check: LogCheckName) =>
  findings.find((finding) => finding.check === check)?.status
const brokenIn = ({ findings }: LogReport) =>
  findings.flatMap(({ check, status, problems }) =>
    status === 'broken'
      ? problems.map(({ code, subject }): [string, LogProblem['code'], string] => [check, code, subject])
      : [],
  )
const textOf = (note: string) => readUnverifiedNote(note).text
const cosigned = (note: string, key = witness) => addCosignatures(note, [cosign(textOf(note), at, key)])
const flip = (path: string, files = small, byte = 5) => {
  const bytes = files.get(path) ?? new Uint8Array(0)
  return { [path]: bytes.with(byte, (bytes[byte] ?? 0) ^ 1) }
}
/** The checkpoint with another size or root, signed by the corps: by someone who has the key. */
const resigned = (change: { size?: number; root?: Uint8Array; origin?: string }) =>
  signNote(formatCheckpoint({ ...parseCheckpoint(textOf(smallCheckpoint)), ...change }), corps.name, corps.seed)

test('a log is intact when all that could be checked holds, and says what was not', async () => {
  const report = await check(good)
  expect(report).toMatchObject({ verdict: 'intact', log: { origin, size } })
  expect(report.findings.map(({ status }) => status)).toEqual([
    'ok',
    'ok',
    'not-checked',
    'not-checked',
    'ok',
    'ok',
    'ok',
  ])
  const since = [{ name: 'old', note: await log.checkpointAt(300) }]
  const files = changed(good, { checkpoint: cosigned(checkpoint) })
  const whole = await check(files, { since, witnesses: [witness.vkey] })
  expect(whole.findings.every(({ status }) => status === 'ok')).toBe(true)
  expect(whole.cosignatures).toEqual([{ witness: witness.name, size, at: at.toISOString() }])
})

test('an empty log is one whose checkpoint says so', async () => {
  const empty = resigned({ size: 0 })
  expect(brokenIn(await check(new Map([['checkpoint', utf8(empty)]])))).toEqual([['root', 'root-differs', '']])
  const none = await publishLog(0)
  expect((await check(new Map([['checkpoint', utf8(await none.checkpointAt())]]))).verdict).toBe('intact')
})

test('every part that a reader may ask for is read, and nothing else', async () => {
  const asked = new Set<string>()
  const source: Source = { read: (path) => Promise.resolve(good.get(asked.add(path) && path)) }
  expect((await check(good, { source })).verdict).toBe('intact')
  expect([...asked].toSorted()).toEqual([...good.keys()].toSorted())
})

const edge = { tile: 'tile/0/003.p/232', above: 'tile/1/000.p/3', bundle: 'tile/entries/003.p/232' }
type Flawed = [what: string, changes: () => Record<string, Uint8Array | string | undefined>, ...found: string[]]
const flawed: Flawed[] = [
  ['a lowest tile altered', () => flip('tile/0/001'), `tiles ${edge.above}`, 'root', 'entries tile/entries/001'],
  ['the lowest partial tile altered', () => flip(edge.tile), 'root', `entries ${edge.bundle}`],
  ['a lowest tile missing', () => ({ 'tile/0/001': undefined }), 'tiles tile/0/001'],
  ['a lowest tile cut short', () => ({ 'tile/0/001': new Uint8Array(8000) }), 'tiles tile/0/001'],
  ['a lowest tile too long', () => ({ 'tile/0/001': new Uint8Array(8224) }), 'tiles tile/0/001'],
  ['a partial tile above altered', () => flip(edge.above), `tiles ${edge.above}`],
  ['the top tile missing', () => ({ [edge.above]: undefined }), `tiles ${edge.above}`],
  ['an entry altered', () => flip('tile/entries/002', small, 40), 'entries tile/entries/002'],
  ['the last entry altered', () => flip(edge.bundle, small, 270), `entries ${edge.bundle}`],
  ['entries missing', () => ({ 'tile/entries/002': undefined }), 'entries tile/entries/002'],
  [
    'entries cut short',
    () => ({ 'tile/entries/002': small.get('tile/entries/002')?.subarray(0, 700) }),
    'entries tile/entries/002',
  ],
  [
    'an entry removed',
    () => ({ 'tile/entries/002': small.get('tile/entries/002')?.subarray(34) }),
    'entries tile/entries/002',
  ],
  [
    'an entry added',
    () => ({
      [edge.bundle]: Buffer.concat([
        small.get(edge.bundle) ?? '',
        small.get(edge.bundle)?.subarray(34 * 231) ?? '',
      ] as Uint8Array[]),
    }),
    `entries ${edge.bundle}`,
  ],
  ['bundles exchanged', () => ({ 'tile/entries/002': small.get('tile/entries/000') }), 'entries tile/entries/002'],
  ['another root signed', () => ({ checkpoint: resigned({ root: new Uint8Array(32) }) }), 'root'],
  ['fewer entries signed', () => ({ checkpoint: resigned({ size: shorterSize - 232 }) }), 'root'],
  ['more entries signed', () => ({ checkpoint: resigned({ size: shorterSize + 1 }) }), 'tiles tile/0/003.p/233'],
  [
    'a checkpoint signed by a stranger',
    () => ({ checkpoint: signNote(textOf(smallCheckpoint), corps.name, stranger.seed) }),
    'signature',
  ],
  [
    'a checkpoint altered',
    () => ({ checkpoint: smallCheckpoint.replace(`\n${shorterSize}\n`, `\n${shorterSize - 232}\n`) }),
    'signature',
    'root',
  ],
  [
    'a checkpoint of a log that the key is not of',
    () => ({ checkpoint: resigned({ origin: 'log.example/corps_2/2026' }) }),
    'signature',
  ],
  ['no checkpoint', () => ({ checkpoint: undefined }), 'checkpoint'],
  ['a checkpoint that is none', () => ({ checkpoint: 'hello\n' }), 'checkpoint'],
]
test.each(flawed)('is not intact: %s', async (_what, changes, ...found) => {
  const report = await check(changed(small, changes()))
  expect(report.verdict).toBe('altered')
  const seen = brokenIn(report).map(([check, , subject]) => `${check} ${subject}`.trim())
  expect(new Set(seen)).toEqual(new Set(found))
  for (const { check, status } of report.findings) {
    if (['root', 'entries'].includes(check) && seen.some((line) => line.startsWith('tiles tile/0/')))
      expect(status).toBe('not-checked')
  }
})

const tall: Flawed[] = [
  ['a lowest tile altered', () => flip('tile/0/003', good), 'tile/1/000', 'tile/2/000.p/1'],
  ['a full tile above altered', () => flip('tile/1/000', good), 'tile/1/000'],
  ['a full tile above missing', () => ({ 'tile/1/000': undefined }), 'tile/1/000'],
  ['a partial tile above altered', () => flip('tile/1/001.p/1', good), 'tile/1/001.p/1'],
  ['the top tile missing', () => ({ 'tile/2/000.p/1': undefined }), 'tile/2/000.p/1'],
]
test.each(tall)('of three levels, each is held against the one below: %s', async (_what, changes, ...found) => {
  const report = await check(changed(good, changes()), { withEntries: false })
  const tiles = report.findings.find(({ check }) => check === 'tiles')
  expect(tiles?.problems.map(({ subject }) => subject)).toEqual(found)
})

test('a log of which everything is gone is told in few lines', async () => {
  const report = await check(new Map([['checkpoint', utf8(checkpoint)]]))
  const tiles = report.findings.find(({ check }) => check === 'tiles')
  expect(tiles?.problems).toHaveLength(21)
  expect(tiles?.problems.at(-1)).toEqual({ code: 'and-more', subject: '238' })
})

test('a log that has grown, and removed its partial tiles since, is read by the full ones', async () => {
  const older = await log.checkpointAt(65_536 + 100)
  expect((await check(changed(log.files, { checkpoint: older }))).verdict).toBe('intact')
})

describe('a checkpoint that was kept', () => {
  const cases: [what: string, code: LogProblem['code'], note: () => Promise<string>][] = [
    ['of a log since rewritten', 'inconsistent', () => rewritten.checkpointAt(900)],
    ['of a longer log', 'log-shorter', () => Promise.resolve(resigned({ size: size + 1 }))],
    ['of the same size with another root', 'inconsistent', () => rewritten.checkpointAt(1000)],
    ['of another year', 'of-another-log', () => Promise.resolve(resigned({ origin: 'log.example/corps_1/2025' }))],
    ['signed by a stranger', 'old-unsigned', () => shorter.checkpointAt(300, stranger)],
    ['that is none', 'old-unsigned', () => Promise.resolve('hello\n')],
  ]
  test.each(cases)('%s: %s', async (_what, code, note) => {
    const since = [
      { name: 'fine', note: await shorter.checkpointAt(1) },
      { name: 'kept', note: await note() },
    ]
    expect(brokenIn(await check(small, { since }))).toEqual([['consistency', code, 'kept']])
  })
  test('is held against the tiles also where these are missing: nothing is taken for granted', async () => {
    const since = [{ name: 'kept', note: await shorter.checkpointAt(700) }]
    expect(statusOf(await check(small, { since }), 'consistency')).toBe('ok')
    const without = changed(small, { 'tile/0/002': undefined })
    expect(statusOf(await check(without, { since }), 'consistency')).toBe('broken')
  })
})

describe('a witness', () => {
  const ask = (changes: Record<string, string | undefined>) =>
    check(changed(small, changes), { witnesses: [witness.vkey], withEntries: false })

  test('may have cosigned an older checkpoint, which the log must still contain', async () => {
    const report = await ask({ 'checkpoint.cosigned': cosigned(await shorter.checkpointAt(650)) })
    expect(statusOf(report, 'cosignatures')).toBe('ok')
    expect(report.cosignatures).toEqual([{ witness: witness.name, size: 650, at: at.toISOString() }])
    const other = await ask({ 'checkpoint.cosigned': cosigned(await rewritten.checkpointAt(900)) })
    expect(brokenIn(other).map(([, code]) => code)).toEqual(['inconsistent', 'not-cosigned'])
    const unsigned = await ask({ 'checkpoint.cosigned': cosigned(await shorter.checkpointAt(650, stranger)) })
    expect(statusOf(unsigned, 'cosignatures')).toBe('broken')
  })
  test('counts only by its own key and for this checkpoint', async () => {
    expect(brokenIn(await ask({}))).toEqual([['cosignatures', 'not-cosigned', witness.name]])
    const impostor = newWitnessKey(witness.name, new Uint8Array(32).fill(4))
    expect(brokenIn(await ask({ checkpoint: cosigned(smallCheckpoint, impostor) }))[0]?.[1]).toBe('not-cosigned')
    const elsewhere = addCosignatures(smallCheckpoint, [cosign(textOf(await shorter.checkpointAt(9)), at, witness)])
    expect(brokenIn(await ask({ checkpoint: elsewhere }))[0]?.[1]).toBe('cosignature-wrong')
  })
})

test('without a key, or where the log cannot be reached, the answer is that nothing is established', async () => {
  expect((await check(small, { key: undefined })).verdict).toBe('not-checked')
  const away: Source = { read: () => Promise.reject(new SourceError('no route to host')) }
  const report = await check(small, { source: away })
  expect(report.verdict).toBe('not-checked')
  expect(report.findings.every(({ status }) => status === 'not-checked')).toBe(true)
  const failing: Source = {
    read: (path) =>
      path === 'tile/0/002' ? Promise.reject(new SourceError('cut off')) : Promise.resolve(small.get(path)),
  }
  const cut = await check(small, { source: failing })
  expect(cut.verdict).toBe('not-checked')
  expect(statusOf(cut, 'entries')).toBe('not-checked')
})

describe('the command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'getuige-log-check-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  beforeAll(async () => {
    const small = await publishLog(700)
    writeFiles(join(folder, 'log'), changed(small.files, { checkpoint: await small.checkpointAt() }))
    writeFiles(
      join(folder, 'bad'),
      changed(small.files, { checkpoint: await small.checkpointAt(), 'tile/0/000': undefined }),
    )
    writeFileSync(join(folder, 'checkpoint.old'), await small.checkpointAt(300))
  })
  async function command(...args: string[]) {
    const [written, complained]: [string[], string[]] = [[], []]
    const code = await runLogCheck(args, {
      write: (line) => written.push(line),
      complain: (line) => complained.push(line),
    })
    return { code, text: written.join('\n'), complaint: complained.join('\n') }
  }
  const log700 = join(folder, 'log')
  const since = ['--since', join(folder, 'checkpoint.old')]

  test('reads a folder, a file: address and a server alike, also one that is busy for a moment', async () => {
    let answers = 0
    const server = createServer((request, response) => {
      answers += 1
      const file = join(folder, request.url ?? '')
      if (answers === 3) response.writeHead(503).end()
      else if (existsSync(file)) response.end(readFileSync(file))
      else response.writeHead(404).end()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    for (const place of [log700, pathToFileURL(log700).href, `${address}/log/`]) {
      expect(await command(place, '--key', corps.vkey, ...since), place).toMatchObject({ code: 0 })
    }
    expect(await command(`${address}/bad`, '--key', corps.vkey)).toMatchObject({ code: 1 })
    server.closeAllConnections()
    server.close()
    expect(await command(`${address}/log`, '--key', corps.vkey)).toMatchObject({ code: 2 })
  })

  test.each(['nl', 'fr', 'de', 'en'] as const)('tells every check in the language asked for: %s', async (language) => {
    const { text } = await command(log700, '--lang', language)
    for (const words of Object.values(logCheckWords)) expect(text).toContain(words[language])
  })

  test('answers as JSON, and says what it was not asked rightly', async () => {
    const { text } = await command(log700, '--key', corps.vkey, '--no-entries', '--json')
    expect(JSON.parse(text)).toMatchObject({ place: log700, verdict: 'intact', log: { origin, size: 700 } })
    for (const wrong of [
      [],
      [log700, 'x'],
      [log700, '--what'],
      [log700, '--key', witness.vkey],
      [log700, '--witness', corps.vkey],
      [log700, '--since', 'nowhere'],
      [log700, '--lang', 'es'],
    ]) {
      expect(await command(...wrong), wrong.join(' ')).toMatchObject({ code: 2, text: '' })
    }
    expect((await command('--help')).code).toBe(0)
  })
})
