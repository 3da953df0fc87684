import { readFileSync } from 'node:fs'
import { fromHex, toHex, utf8 } from '@getuige/base'
import type { JsonValue } from '@getuige/base'
import { sha256 } from '@noble/hashes/sha2.js'
import { describe, expect, test } from 'vitest'
import * as proof from './index.ts'
import { ProofError } from './index.ts'

/** tests/vectors was made by another implementation, in another language: a second one can use it as it is. */
function readVectors<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../../tests/vectors/${name}.json`, import.meta.url), 'utf8')) as T
}

type Named = { name: string }
const noReader: proof.TileReader = { readTiles: () => Promise.reject(new Error('no tile was kept')) }

describe('a Merkle tree', () => {
  type Inclusion = Named & {
    index: number
    size: number
    leafHash: string
    root: string
    path: string[]
    valid: boolean
  }
  type Consistency = Named & {
    oldSize: number
    size: number
    oldRoot: string
    root: string
    path: string[]
    valid: boolean
  }
  const vectors = readVectors<{
    entries: string[]
    leafHashes: string[]
    roots: string[]
    inclusion: Inclusion[]
    consistency: Consistency[]
  }>('merkle')
  const leafHashes = vectors.entries.map((entry) => proof.leafHash(fromHex(entry)))

  test('has the leaf hashes and roots that RFC 6962 gives', () => {
    expect(leafHashes.map(toHex)).toEqual(vectors.leafHashes)
    expect(vectors.roots.map((_, size) => toHex(proof.treeRoot(leafHashes.slice(0, size))))).toEqual(vectors.roots)
  })

  test.each(vectors.inclusion)('inclusion, $name: $valid', ({ index, size, leafHash, root, path, valid }) => {
    const claim = { index, size, leafHash: fromHex(leafHash), root: fromHex(root), path: path.map(fromHex) }
    expect(proof.verifyInclusion(claim)).toBe(valid)
    if (valid) expect(proof.makeInclusionProof(leafHashes.slice(0, size), index).map(toHex)).toEqual(path)
  })

  test.each(vectors.consistency)('consistency, $name: $valid', ({ oldSize, size, oldRoot, root, path, valid }) => {
    const claim = { oldSize, size, oldRoot: fromHex(oldRoot), root: fromHex(root), path: path.map(fromHex) }
    expect(proof.verifyConsistency(claim)).toBe(valid)
    if (valid) expect(proof.makeConsistencyProof(leafHashes.slice(0, size), oldSize).map(toHex)).toEqual(path)
  })
})

describe('tiles', () => {
  type Place = { level: number; index: number; width: number }
  const vectors = readVectors<{
    paths: (Place & { path: string })[]
    bundlePaths: { index: number; width: number; path: string }[]
    brokenPaths: Place[]
    tree: {
      size: number
      root: string
      edge: Place[]
      tileDigests: Record<string, string>
      roots: Record<string, string>
    }
    bundles: (Named & { entries: string[]; bytes: string })[]
    brokenBundles: (Named & { bytes: string })[]
  }>('tiles')

  test('have the paths of the specification', () => {
    for (const { level, index, width, path } of vectors.paths) expect(proof.tilePath(level, index, width)).toBe(path)
    for (const { index, width, path } of vectors.bundlePaths) expect(proof.entryBundlePath(index, width)).toBe(path)
    for (const { level, index, width } of vectors.brokenPaths) {
      expect(() => proof.tilePath(level, index, width)).toThrow(RangeError)
    }
  })

  test('of a tree of 70,000 are those another implementation made', async () => {
    const { size, root, edge, tileDigests, roots } = vectors.tree
    const leafHashes = Array.from({ length: size }, (_, i) => proof.leafHash(utf8(String(i))))
    const whole = await proof.appendToTiles(noReader, 0, leafHashes)
    const byPath = new Map(whole.tiles.map((tile) => [proof.tilePath(tile.level, tile.index, tile.width), tile.bytes]))
    expect(toHex(whole.root)).toBe(root)
    expect(proof.edgeTiles(size)).toEqual(edge)
    for (const [path, digest] of Object.entries(tileDigests)) {
      expect(toHex(sha256(byPath.get(path) ?? new Uint8Array(0))), path).toBe(digest)
    }
    for (const [part, partRoot] of Object.entries(roots)) {
      expect(toHex((await proof.appendToTiles(noReader, 0, leafHashes.slice(0, Number(part)))).root)).toBe(partRoot)
    }
  })

  test.each(vectors.bundles)('bundle with $name', ({ entries, bytes }) => {
    expect(toHex(proof.encodeEntryBundle(entries.map(fromHex)))).toBe(bytes)
    expect(proof.parseEntryBundle(fromHex(bytes)).map(toHex)).toEqual(entries)
  })

  test.each(vectors.brokenBundles)('a bundle is refused: $name', ({ bytes }) => {
    expect(() => proof.parseEntryBundle(fromHex(bytes))).toThrow(ProofError)
  })
})

describe('a signed note', () => {
  type Note = Named & { note: string; vkeys: string[] }
  const vectors = readVectors<{
    keys: (Named & { seed: string; vkey: string })[]
    brokenVkeys: string[]
    valid: (Note & { text: string; verifiedBy: string[] })[]
    broken: Note[]
  }>('signed-note')

  test.each(vectors.keys)('key $name', ({ name, seed, vkey }) => {
    const key = proof.newNoteKey(name, fromHex(seed))
    expect(key.vkey).toBe(vkey)
    expect(proof.parseVkey(vkey)).toMatchObject({ name, publicKey: key.publicKey })
    expect(proof.parsePublicKeyPem(proof.formatPublicKeyPem(key.publicKey))).toEqual(key.publicKey)
  })
  test.each(vectors.brokenVkeys)('the verifier key %o is refused', (vkey) => {
    expect(() => proof.parseVkey(vkey)).toThrow(ProofError)
  })
  test.each(vectors.valid)('$name', ({ note, vkeys, text, verifiedBy }) => {
    expect(proof.verifyNote(note, vkeys)).toEqual({ text, verifiedBy })
  })
  test.each(vectors.broken)('is refused: $name', ({ note, vkeys }) => {
    expect(() => proof.verifyNote(note, vkeys)).toThrow(ProofError)
  })
  test('is signed to the same bytes as by another implementation', () => {
    const [key] = vectors.keys
    const expected = vectors.valid.find(({ name }) => name === 'one signature')
    if (key === undefined || expected === undefined) throw new Error('the vector is missing')
    expect(proof.signNote(expected.text, key.name, fromHex(key.seed))).toBe(expected.note)
  })
})

describe('a checkpoint', () => {
  const vectors = readVectors<{
    valid: { text: string; origin: string; size: number; root: string; extensions: string[] }[]
    broken: (Named & { text: string })[]
    notes: { vkey: string; valid: string[]; broken: (Named & { note: string })[] }
  }>('checkpoint')

  test.each(vectors.valid)('of size $size', ({ text, origin, size, root, extensions }) => {
    const checkpoint = { origin, size, root: fromHex(root), extensions }
    expect(proof.parseCheckpoint(text)).toEqual(checkpoint)
    expect(proof.formatCheckpoint(checkpoint)).toBe(text)
  })
  test.each(vectors.broken)('is refused: $name', ({ text }) => {
    expect(() => proof.parseCheckpoint(text)).toThrow(ProofError)
  })
  test('counts only when signed by a key of its log', () => {
    for (const note of vectors.notes.valid) expect(proof.verifyCheckpoint(note, vectors.notes.vkey).size).toBe(7)
    for (const { note } of vectors.notes.broken) {
      expect(() => proof.verifyCheckpoint(note, vectors.notes.vkey)).toThrow(ProofError)
    }
  })
})

describe('a proof that an entry is in the log', () => {
  type Proof = Named & { entry: string; proof: string }
  const vectors = readVectors<{
    vkey: string
    valid: (Proof & { index: number; size: number; extra?: string })[]
    broken: Proof[]
  }>('tlog-proof')

  test.each(vectors.valid)('$name', ({ entry, proof: text, index, size, extra }) => {
    expect(proof.verifyTlogProof(text, fromHex(entry), vectors.vkey)).toMatchObject({ index, checkpoint: { size } })
    const parsed = proof.parseTlogProof(text)
    expect(parsed.extra && toHex(parsed.extra)).toBe(extra)
    expect(proof.formatTlogProof(parsed)).toBe(text)
  })
  test.each(vectors.broken)('is refused: $name', ({ entry, proof: text }) => {
    expect(() => proof.verifyTlogProof(text, fromHex(entry), vectors.vkey)).toThrow(ProofError)
  })
})

describe('a leaf of the custody log', () => {
  type Opening = Named & { field: string; value: JsonValue; salt: string }
  const vectors = readVectors<{
    fields: Record<string, JsonValue>
    entrySalt: string
    leaf: string
    openings: Opening[]
    brokenOpenings: Opening[]
    brokenLeaves: (Named & { leaf: string })[]
  }>('commitments')
  const leaf = utf8(vectors.leaf)

  test('is made of the commitments that another implementation makes, and of nothing else', () => {
    expect(new TextDecoder().decode(proof.leafOf(vectors.fields, fromHex(vectors.entrySalt)))).toBe(vectors.leaf)
    expect([...proof.parseLeaf(leaf).keys()]).toEqual([...proof.custodyFields])
  })
  test.each(vectors.openings)('opens its field $field', ({ field, value, salt }) => {
    const opening = proof.openField(vectors.fields, fromHex(vectors.entrySalt), field)
    expect(opening).toEqual({ field, value, salt: fromHex(salt) })
    expect(proof.verifyOpening(leaf, opening)).toBe(true)
  })
  test.each(vectors.brokenOpenings)('is not opened by $name', ({ field, value, salt }) => {
    expect(proof.verifyOpening(leaf, { field, value, salt: fromHex(salt) })).toBe(false)
  })
  test.each(vectors.brokenLeaves)('is refused: $name', ({ leaf: text }) => {
    expect(() => proof.parseLeaf(utf8(text))).toThrow(ProofError)
  })
})

describe('a receipt', () => {
  const vectors = readVectors<{
    vkey: string
    valid: {
      note: string
      recordingId: string
      corpsId: string
      sha256: string
      sizeBytes: number
      receivedAt: string
    }[]
    broken: (Named & { note: string })[]
  }>('receipt')

  test.each(vectors.valid)('for $recordingId', ({ note, receivedAt, ...rest }) => {
    const receipt = { ...rest, receivedAt: new Date(receivedAt) }
    expect(proof.verifyReceipt(note, vectors.vkey)).toEqual(receipt)
    expect(note.startsWith(`${proof.formatReceipt(receipt)}\n— `)).toBe(true)
  })
  test.each(vectors.broken)('is refused: $name', ({ note }) => {
    expect(() => proof.verifyReceipt(note, vectors.vkey)).toThrow(ProofError)
  })
})

describe('a sealed object', () => {
  const vectors = readVectors<{
    identities: { secret: string; identity: string; recipient: string }[]
    brokenRecipients: (Named & { recipient: string })[]
    wrapped: { fileKey: string; ephemeralSecret: string; recipient: string; header: string }
    headers: (Named & { header: string; identity: string; fileKey: string })[]
    brokenHeaders: (Named & { header: string })[]
    payload: {
      fileKey: string
      nonce: string
      key: string
      sizes: [number, number][]
      brokenSizes: number[]
      nonces: [number, boolean, string][]
    }
  }>('age')
  const [owner] = vectors.identities
  const { fileKey, ephemeralSecret, recipient, header } = vectors.wrapped

  test.each(vectors.identities)('identity of $recipient', ({ secret, identity, recipient: its }) => {
    expect(proof.newIdentity(fromHex(secret))).toEqual({ identity, recipient: its })
    expect(proof.recipientOf(identity)).toBe(its)
  })
  test.each(vectors.brokenRecipients)('is not sealed to a recipient that is $name', ({ recipient: broken }) => {
    expect(() => proof.wrapForRecipient(fromHex(fileKey), broken, fromHex(ephemeralSecret))).toThrow(ProofError)
  })
  test('has the header that another implementation makes', () => {
    const stanza = proof.wrapForRecipient(fromHex(fileKey), recipient, fromHex(ephemeralSecret))
    expect(new TextDecoder().decode(proof.formatHeader(fromHex(fileKey), [stanza]))).toBe(header)
  })
  test.each(vectors.headers)('opens with a header of $name', ({ header: text, identity, fileKey: expected }) => {
    expect(toHex(proof.unwrapWithIdentity(utf8(text), identity))).toBe(expected)
    const { stanzas } = proof.parseHeader(utf8(text))
    expect(new TextDecoder().decode(proof.formatHeader(fromHex(expected), stanzas))).toBe(text)
  })
  test.each(vectors.brokenHeaders)('does not open: $name', ({ header: text }) => {
    expect(() => proof.unwrapWithIdentity(utf8(text), owner?.identity ?? '')).toThrow(ProofError)
  })
  test('has the payload key, sizes and nonces of the specification', () => {
    const { payload } = vectors
    expect(toHex(proof.payloadKey(fromHex(payload.fileKey), fromHex(payload.nonce)))).toBe(payload.key)
    for (const [plain, sealed] of payload.sizes) {
      expect(proof.payloadSize(plain)).toBe(sealed)
      expect(proof.plainSize(sealed)).toBe(plain)
    }
    for (const size of payload.brokenSizes) expect(() => proof.plainSize(size), String(size)).toThrow(ProofError)
    for (const [n, isLast, nonce] of payload.nonces) expect(toHex(proof.chunkNonce(n, isLast))).toBe(nonce)
  })
})
