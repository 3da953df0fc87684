import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { payloadSize } from '@getuige/proof'
import { type Keystore, openFileKeystore } from '#platform/keystore'
import { openStaging, type Staging } from '#platform/object-store'
import { closeDraft, Draft, type DraftRef, draftSource, stagedFile } from './draft.ts'

let folder: string
let keystore: Keystore
let staging: Staging

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'getuige-draft-'))
  keystore = await openFileKeystore(join(folder, 'keys'))
  staging = await openStaging(join(folder, 'staging'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

const refOf = (plain: Uint8Array): DraftRef => ({
  draftId: 'up_1',
  objectKey: 'corps/rec.age',
  sizeBytes: plain.length,
})
const reopen = async (ref: DraftRef) => Draft.open(await openFileKeystore(join(folder, 'keys')), staging, ref)
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

describe('receiving a recording', () => {
  test.each([1, 65_535, 65_536, 65_537, 3 * 65_536, 1_000_003])(
    'of %i bytes gives back the same bytes, and both digests',
    async (size) => {
      const plain = randomBytes(size)
      const ref = refOf(plain)
      await using draft = await Draft.open(keystore, staging, ref)
      for (let at = 0; at < size; at += 40_000) await draft.append(plain.subarray(at, at + 40_000))
      await draft.flush()

      const { sha256, payloadSha256, fileKey } = draft.finish()
      const stored = await readFile(stagedFile(staging, ref))
      expect(stored.length).toBe(payloadSize(size))
      expect(digest(stored)).toEqual(payloadSha256)
      expect(digest(plain)).toEqual(sha256)
      const source = draftSource(staging, ref, fileKey)
      expect((await source.read(0, size)).equals(plain)).toBe(true)
    },
  )

  test('goes on after a restart from the last flushed byte, whatever the pieces were', async () => {
    const plain = randomBytes(400_000)
    const ref = refOf(plain)
    for (const until of [10_000, 20_000, 65_536, 70_000, 196_608, 399_999, 400_000]) {
      await using draft = await reopen(ref)
      await draft.append(plain.subarray(draft.offset, until))
      await draft.flush()
      expect(draft.offset).toBe(until)
    }
    await using draft = await reopen(ref)
    expect(draft.isComplete).toBe(true)
    const { sha256, payloadSha256 } = draft.finish()
    expect(digest(plain)).toEqual(sha256)
    expect(digest(await readFile(stagedFile(staging, ref)))).toEqual(payloadSha256)
  })

  test('a tail torn while it was rewritten costs only bytes that were not acknowledged', async () => {
    const plain = randomBytes(100_000)
    const ref = refOf(plain)
    {
      await using draft = await Draft.open(keystore, staging, ref)
      await draft.append(plain.subarray(0, 70_000))
      await draft.flush()
      await draft.append(plain.subarray(70_000, 80_000))
      await draft.flush()
    }
    const newest = join(folder, 'staging', 'up_1.tail0')
    await truncate(newest, 100)
    await using draft = await reopen(ref)
    expect(draft.offset).toBe(70_000)
  })

  test('bytes beyond the announced size are refused before any is taken', async () => {
    const ref = refOf(randomBytes(100))
    await using draft = await Draft.open(keystore, staging, ref)
    await expect(draft.append(randomBytes(101))).rejects.toThrow(RangeError)
    expect(draft.offset).toBe(0)
  })

  test('no plain byte touches the disk', async () => {
    const plain = Buffer.alloc(150_000, 'THE WORDS THAT WERE SAID ')
    const ref = refOf(plain)
    await using draft = await Draft.open(keystore, staging, ref)
    await draft.append(plain.subarray(0, 140_000))
    await draft.flush()
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      expect((await readFile(join(entry.parentPath, entry.name))).includes('WORDS THAT')).toBe(false)
    }
  })

  test('a discarded draft leaves neither bytes nor key', async () => {
    const ref = refOf(randomBytes(1000))
    {
      await using draft = await Draft.open(keystore, staging, ref)
      await draft.append(randomBytes(500))
      await draft.flush()
    }
    await closeDraft(keystore, staging, ref)
    await closeDraft(keystore, staging, ref)
    expect(await staging.list()).toEqual([])
    expect(await keystore.list('draft/')).toEqual([])
  })
})

test('an altered byte of a sealed object is never answered', async () => {
  const plain = randomBytes(200_000)
  const ref = refOf(plain)
  await using draft = await Draft.open(keystore, staging, ref)
  await draft.append(plain)
  await draft.flush()
  const { fileKey } = draft.finish()
  await writeFile(stagedFile(staging, ref), Buffer.alloc(payloadSize(plain.length), 7))
  const source = draftSource(staging, ref, fileKey)
  await expect(source.read(0, 10)).rejects.toThrow()
})
