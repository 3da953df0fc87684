import { createHash, randomBytes } from 'node:crypto'
import {
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findCeph, newBucket } from '../../testing/ceph-bucket.ts'
import { describeObjectStore } from '../../testing/object-store-suite.ts'
import { systemClock } from '../clock/index.ts'
import { contentOf, findDamage, type ObjectStore, openS3Store, type S3Settings, StoreUnreachable } from './index.ts'

const ceph = findCeph('that objects are stored, locked and removed over S3, against Ceph')
if (ceph === undefined) test('Ceph is not installed', () => expect(ceph).toBeUndefined())
else {
  describeObjectStore('a bucket of Ceph', async () => openS3Store((await newBucket(ceph)).settings, systemClock))

  describe('a bucket with Object Lock', () => {
    let settings: S3Settings
    let client: S3Client
    let objects: ObjectStore
    beforeAll(async () => {
      ;({ settings, client } = await newBucket(ceph))
      objects = await openS3Store(settings, systemClock)
    })
    afterAll(async () => {
      await objects.close()
      client.destroy()
    })

    const nextYear = new Date(`${new Date().getUTCFullYear() + 1}-12-20T00:00:00Z`)
    const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
    async function put(bytes: Uint8Array, until: Date | null = nextYear): Promise<string> {
      const key = `corps_1/${randomBytes(6).toString('hex')}.age`
      await objects.put(key, contentOf([bytes]), { until, isHeld: false, sha256: digestOf(bytes) })
      return key
    }
    const head = (key: string) => client.send(new HeadObjectCommand({ Bucket: settings.bucket, Key: key }))
    /** As time does: governance lets who has the right say so. */
    async function shorten(key: string): Promise<void> {
      const { VersionId } = await head(key)
      // Kept to the second, and it must lie ahead when it is read: one second is over too soon on a machine that is busy.
      const retention = { Mode: 'GOVERNANCE' as const, RetainUntilDate: new Date(Date.now() + 3000) }
      const place = { Bucket: settings.bucket, Key: key, VersionId }
      await client.send(
        new PutObjectRetentionCommand({ ...place, Retention: retention, BypassGovernanceRetention: true }),
      )
    }

    test.each([100, 9_000_000])('keeps an object of %i bytes until its day', async (size) => {
      const key = await put(randomBytes(size))
      const { ObjectLockMode, ObjectLockRetainUntilDate } = await head(key)
      expect([ObjectLockMode, ObjectLockRetainUntilDate]).toEqual(['GOVERNANCE', nextYear])
      expect(await objects.remove([key])).toEqual({ locked: [key] })
      expect(await objects.sizeOf(key)).toBe(size)
      await shorten(key)
      await expect.poll(() => objects.remove([key])).toEqual({ locked: [] })
      expect(await objects.sizeOf(key)).toBeUndefined()
      expect(await Array.fromAsync(objects.list())).not.toContain(key)
    })

    test('keeps what is held until it is released, and extends a day but never shortens it', async () => {
      const key = await put(randomBytes(100), null)
      const held = { until: null, isHeld: true }
      await objects.protect(key, held)
      await objects.protect(key, held)
      expect(await objects.remove([key])).toEqual({ locked: [key] })
      const later = new Date(nextYear.getTime() + 86_400_000)
      await objects.protect(key, { until: later, isHeld: true })
      await objects.protect(key, { until: nextYear, isHeld: false })
      expect(await head(key)).toMatchObject({ ObjectLockRetainUntilDate: later })
      expect(await objects.remove([key])).toEqual({ locked: [key] })
    })

    test('gives back what others removed or wrote over', async () => {
      const bytes = randomBytes(1000)
      const object = async () => ({ key: await put(bytes), sizeBytes: 1000, sha256: digestOf(bytes) })
      const removed = await object()
      await client.send(new DeleteObjectCommand({ Bucket: settings.bucket, Key: removed.key }))
      const overwritten = await object()
      const forged = randomBytes(1000)
      await client.send(new PutObjectCommand({ Bucket: settings.bucket, Key: overwritten.key, Body: forged }))
      expect(await findDamage(objects, removed)).toBe('missing')
      expect(await findDamage(objects, overwritten)).toBe('altered')
      for (const { key, sizeBytes, sha256 } of [removed, overwritten]) {
        expect(await objects.recall(key, sizeBytes, sha256)).toBe(true)
        expect(await findDamage(objects, { key, sizeBytes, sha256 })).toBeNull()
        expect(await head(key)).toMatchObject({ ObjectLockRetainUntilDate: nextYear })
      }
      expect(await objects.recall(removed.key, 1000, randomBytes(32))).toBe(false)
    })

    test('lets go of what was begun and never ended', async () => {
      const key = 'corps_1/begun.age'
      await client.send(new CreateMultipartUploadCommand({ Bucket: settings.bucket, Key: key }))
      expect(await objects.abandonUnfinished(new Date(Date.now() - 3_600_000))).toBe(0)
      expect(await objects.abandonUnfinished(new Date(Date.now() + 3_600_000))).toBe(1)
      const left = await client.send(new ListMultipartUploadsCommand({ Bucket: settings.bucket }))
      expect(left.Uploads ?? []).toEqual([])
    })
  })

  test.each([
    ['a bucket that is not there', (given: S3Settings) => ({ ...given, bucket: 'nowhere' }), 'no such bucket'],
    ['a wrong secret', (given: S3Settings) => ({ ...given, secretAccessKey: 'x' }), 'refuses the access key'],
    ['an unknown key', (given: S3Settings) => ({ ...given, accessKeyId: 'x' }), 'refuses the access key'],
    [
      'an address where nobody answers',
      (given: S3Settings) => ({ ...given, endpoint: 'http://127.0.0.1:9' }),
      'does not answer',
    ],
  ])('%s is told in a sentence at start', async (_case, spoil, sentence) => {
    const { settings } = await newBucket(ceph)
    await expect(openS3Store(spoil(settings), systemClock)).rejects.toThrow(sentence)
  })

  test('a bucket without Object Lock is refused', async () => {
    const { settings } = await newBucket(ceph, { hasLock: false })
    await expect(openS3Store(settings, systemClock)).rejects.toThrow('no Object Lock')
  })

  test('a bucket that disappears while running is a store that does not answer, not an object that is missing', async () => {
    const { settings, client } = await newBucket(ceph)
    const objects = await openS3Store(settings, systemClock)
    await client.send(new DeleteBucketCommand({ Bucket: settings.bucket }))
    await expect(objects.read('corps_1/a.age', 0, 1)).rejects.toThrow(StoreUnreachable)
    await expect(objects.sizeOf('corps_1/a.age')).rejects.toThrow(StoreUnreachable)
    await expect(objects.freeBytes()).rejects.toThrow(StoreUnreachable)
    await objects.close()
  })
}
