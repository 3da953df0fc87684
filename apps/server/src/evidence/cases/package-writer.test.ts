import { execFileSync, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { newId } from '@getuige/base'
import {
  formatCheckpoint,
  formatTlogProof,
  leafHash,
  leafOf,
  makeInclusionProof,
  newNoteKey,
  containerMembers,
  signNote,
  treeRoot,
} from '@getuige/proof'
import { issueCertificate, makeAuthority, newSigner, newSigningKey, publicKeyOfPrivate, toPem } from '@getuige/pki'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findTool, reportMissingTool } from '../../../../../tests/outside-tools.ts'
import { findBouncyCastle } from '../../../../../tests/third-party/java/bouncy-castle.ts'
import {
  makeTimeStampAuthority,
  type TimeStampAuthority,
} from '../../../../../tests/third-party/openssl/time-stamp-authority.ts'
import { quietLog } from '#platform/log'
import { openTimeStamps, type TimeStamps } from '#platform/time-stamp'
import { howToVerifyHtml } from './how-to-verify.ts'
import { writePackage } from './package-writer.ts'
import type { PackagedEntry, PackageInput } from './package-writer.ts'

const folder = mkdtempSync(join(tmpdir(), 'getuige-package-'))
afterAll(() => rmSync(folder, { recursive: true }))

const createdAt = new Date('2026-03-28T12:00:00Z')
const key = newNoteKey('police.example/corps_01', new Uint8Array(32).fill(21))
const recordingId = newId('recording', createdAt)
const bytes = randomBytes(300_000)
const sha256 = createHash('sha256').update(bytes).digest('hex')

const authorityKey = await newSigningKey()
const signingKey = await newSigningKey()
const name = 'Politie Voorbeeld'
const ca = await makeAuthority({ key: authorityKey, name: `${name} (authority)`, at: new Date(), years: 20 })
const certificate = await issueCertificate({
  publicKey: await publicKeyOfPrivate(signingKey),
  authority: { certificate: ca, key: authorityKey },
  name,
  at: new Date(),
  years: 2,
})
const signer = await newSigner(signingKey, [certificate, ca])
const caFile = join(folder, 'ca.pem')
writeFileSync(caFile, toPem(ca))
const noStamps: TimeStamps = { isConfigured: false, stamp: () => Promise.resolve(undefined) }

const verifier = fileURLToPath(new URL('../../../../verify/src/main.ts', import.meta.url))

function makeInput(): PackageInput {
  const details = [{ sha256, sizeBytes: bytes.length }, { recipient: 'the court' }]
  const entries = ['recording-received', 'package-exported'].map((type, i) => {
    const at = createdAt.toISOString()
    const fields = { actor: { kind: 'system' }, at, details: details[i] ?? {}, recordingId, type }
    const entrySalt = randomBytes(32)
    return { origin: `${key.name}/${2025 + i}`, index: 1, fields, entrySalt, leaf: leafOf(fields, entrySalt) }
  })
  const trail = entries.map((entry): PackagedEntry => {
    const leaves = [leafHash(Buffer.from('of another recording')), leafHash(entry.leaf)]
    const text = formatCheckpoint({ origin: entry.origin, size: 2, root: treeRoot(leaves) })
    const checkpoint = signNote(text, key.name, key.seed)
    return { ...entry, proof: formatTlogProof({ index: 1, path: makeInclusionProof(leaves, 1), checkpoint }) }
  })
  return {
    packageId: 'pkg_01',
    createdAt,
    corpsName: 'Politie  van\nVoorbeeld',
    timeZone: 'Europe/Brussels',
    formerHeads: new Map(),
    recordings: [
      { recordingId, name: `${recordingId}.mp4`, sizeBytes: bytes.length, sha256, open: () => Readable.from([bytes]) },
    ],
    trail,
    vkey: key.vkey,
    signer,
    signedAt: new Date(),
    timeStamps: noStamps,
  }
}

/** The input with its one recording told or opened otherwise. */
function withRecording(change: Partial<PackageInput['recordings'][number]>): PackageInput {
  const input = makeInput()
  return { ...input, recordings: input.recordings.map((recording) => ({ ...recording, ...change })) }
}

async function writeFile(input: PackageInput): Promise<string> {
  const path = join(folder, 'package.zip')
  writeFileSync(path, await buffer(writePackage(input)))
  return path
}

test('what the writer writes, the verifier finds intact', async () => {
  const { status, stdout } = spawnSync(
    execPath,
    [verifier, await writeFile(makeInput()), '--key', key.vkey, '--ca', caFile, '--lang', 'en'],
    { encoding: 'utf8' },
  )
  expect(stdout.trimEnd().endsWith('Intact.'), stdout).toBe(true)
  expect(status).toBe(0)
})

test('mimetype is the first thing in the file, as ASiC wants it', async () => {
  const head = readFileSync(await writeFile(makeInput())).subarray(30, 69)
  expect(head.toString()).toBe('mimetypeapplication/vnd.etsi.asic-e+zip')
})

describe('a package never looks whole when', () => {
  const changed = Buffer.from(bytes)
  changed[150_000] = (changed[150_000] ?? 0) ^ 1
  const reads: [what: string, open: () => Readable | Promise<Readable>][] = [
    ['a recording has changed since it was received', () => Readable.from([changed])],
    ['a recording is cut short', () => Readable.from([bytes.subarray(1)])],
    ['a recording is longer than it was', () => Readable.from([bytes, Buffer.from('x')])],
    ['a recording cannot be opened', () => Promise.reject(new Error('no such object'))],
    [
      'a recording stops halfway',
      () =>
        Readable.from(
          (function* () {
            yield bytes.subarray(0, 1000)
            throw new Error('disk gone')
          })(),
        ),
    ],
  ]
  test.each(reads)('%s', async (_what, open) => {
    const sent: Buffer[] = []
    const stream = writePackage(withRecording({ open }))
    stream.on('data', (chunk: Buffer) => sent.push(chunk))
    await expect(new Promise((resolve, reject) => stream.on('end', resolve).on('error', reject))).rejects.toThrow(/./)
    expect(Buffer.concat(sent).includes('PK\u0005\u0006')).toBe(false)
  })
})

describe('nothing is sent of a package', () => {
  const input = makeInput()
  const [first, second] = input.trail
  if (first === undefined || second === undefined) throw new Error('two entries were made')
  const inputs: [what: string, made: PackageInput][] = [
    ['without a recording', { ...input, recordings: [] }],
    ['without a trail', { ...input, trail: [] }],
    ['whose trail does not tell of reception', { ...input, trail: [second] }],
    ['whose trail tells another digest', withRecording({ sha256: '0'.repeat(64) })],
    ['whose recording goes by another name', withRecording({ name: `${newId('recording', createdAt)}.mp4` })],
    ['whose recording has a name that climbs out', withRecording({ name: '../x.mp4' })],
    ['with an entry whose proof is of another', { ...input, trail: [first, { ...second, proof: first.proof }] }],
    [
      'with an entry that says what its leaf does not',
      { ...input, trail: [first, { ...second, fields: { ...second.fields, type: 'hold-placed' } }] },
    ],
    [
      'with an entry about another recording',
      { ...input, trail: [first, { ...second, fields: { ...second.fields, recordingId: null } }] },
    ],
    ['signed with another key than that of the certificate', { ...input, signer: { ...signer, chain: [ca] } }],
  ]
  test.each(inputs)('%s', async (_what, made) => {
    const sent: Buffer[] = []
    const stream = writePackage(made)
    stream.on('data', (chunk: Buffer) => sent.push(chunk))
    await expect(new Promise((resolve, reject) => stream.on('end', resolve).on('error', reject))).rejects.toThrow(/./)
    expect(sent).toEqual([])
  })
})

test('when the reader hangs up, the recording is let go', async () => {
  const stalled = new Readable({ read: () => undefined })
  stalled.push(bytes.subarray(0, 1000))
  const closed = new Promise((resolve) => stalled.once('error', () => undefined).once('close', resolve))
  const stream = writePackage(
    withRecording({
      open: () => {
        setImmediate(() => stream.destroy())
        return stalled
      },
    }),
  )
  stream.resume()
  await closed
  expect(stalled.destroyed).toBe(true)
})

test('the page speaks every language and loads nothing', () => {
  const page = howToVerifyHtml()
  for (const language of ['nl', 'fr', 'de', 'en'])
    expect(page).toContain(`<section id="${language}" lang="${language}">`)
  expect(page).not.toMatch(/<script|<link|<img|src=|url\(|https?:/)
})

const unzip = findTool('unzip')
const sha256sum = findTool('sha256sum')
const openssl = findTool('openssl')
if (unzip === undefined) reportMissingTool('unzip', 'that unzip reads an export package')
if (sha256sum === undefined) reportMissingTool('sha256sum', 'that sha256sum accepts the manifest of an export package')
if (openssl === undefined) {
  reportMissingTool('openssl', 'that OpenSSL accepts the signature and the time stamp of an export package')
}
const bouncyCastle = findBouncyCastle(
  'that Bouncy Castle accepts the signature and the time stamp of an export package',
)

describe.runIf(unzip !== undefined && openssl !== undefined)('a stamped package', () => {
  const { signature, signedManifest, stampedManifest, timestamp, manifest } = containerMembers
  const target = join(folder, 'unpacked')
  const inFolder = (member: string) => join(target, member)
  let path = ''
  let authority: TimeStampAuthority | undefined
  const stampsCaFile = () => authority?.caFile ?? ''
  beforeAll(async () => {
    authority = makeTimeStampAuthority(openssl ?? '')
    const { url } = await authority.listen()
    const timeStamps = await openTimeStamps({ urls: [url], caFile: authority.caFile }, quietLog())
    path = await writeFile({ ...makeInput(), timeStamps })
    execFileSync(unzip ?? '', ['-q', path, '-d', target])
  })
  afterAll(() => authority?.[Symbol.asyncDispose]())

  test('is whole for unzip, and damaged it is not', () => {
    expect(execFileSync(unzip ?? '', ['-tq', path], { encoding: 'utf8' })).toContain('No errors detected')
    const damaged = readFileSync(path)
    const at = damaged.indexOf(bytes) + 1000
    damaged[at] = (damaged[at] ?? 0) ^ 1
    writeFileSync(`${path}.damaged`, damaged)
    expect(() => execFileSync(unzip ?? '', ['-tq', `${path}.damaged`], { stdio: 'pipe' })).toThrow('Command failed')
  })

  test.runIf(sha256sum !== undefined)(
    'is as its manifest says for sha256sum, and with another recording it is not',
    () => {
      const check = () =>
        execFileSync(sha256sum ?? '', ['--strict', '--quiet', '-c', manifest], { cwd: target, stdio: 'pipe' })
      check()
      writeFileSync(inFolder(`data/recordings/${recordingId}.mp4`), 'another recording')
      expect(check).toThrow('Command failed')
    },
  )

  test('is validly signed and stamped for OpenSSL and Bouncy Castle, and with other lists it is not', () => {
    const changed = (member: string) => {
      const file = inFolder(`${member}.changed`)
      writeFileSync(file, readFileSync(inFolder(member), 'utf8').replace('DigestValue>', 'DigestValue> '))
      return file
    }
    const call = (...args: string[]) => execFileSync(openssl ?? '', args, { cwd: target, stdio: 'pipe' })
    const checkSignature = (list: string) =>
      call(
        'cms',
        '-verify',
        '-cades',
        '-binary',
        '-inform',
        'DER',
        '-in',
        signature,
        '-content',
        list,
        '-CAfile',
        caFile,
        '-purpose',
        'any',
        '-out',
        'out',
      )
    const checkStamp = (list: string) =>
      call('ts', '-verify', '-data', list, '-in', timestamp, '-token_in', '-CAfile', stampsCaFile())
    checkSignature(signedManifest)
    checkStamp(stampedManifest)
    expect(() => checkSignature(changed(signedManifest))).toThrow('Command failed')
    expect(() => checkStamp(changed(stampedManifest))).toThrow('Command failed')

    const signed = { kind: 'cades', file: inFolder(signature), caFile } as const
    const stamped = { kind: 'timestamp', file: inFolder(timestamp), caFile: stampsCaFile() } as const
    const said = bouncyCastle?.([
      { ...signed, data: inFolder(signedManifest) },
      { ...stamped, data: inFolder(stampedManifest) },
      { ...signed, data: changed(signedManifest) },
      { ...stamped, data: changed(stampedManifest) },
    ])
    if (said === undefined) return
    expect(said.slice(0, 2)).toEqual(['valid', 'valid'])
    expect(said[2]).toContain('message-digest attribute value does not match')
    expect(said[3]).toContain('not so: the stamp is of the data')
  })
})
