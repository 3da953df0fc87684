import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type ObjectVersion,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import type { Clock } from '../clock/index.ts'
import { StartError } from '../errors/index.ts'
import {
  type Content,
  DamagedObject,
  type ObjectStore,
  piecesOf,
  type Protection,
  type ReadableContent,
  requireKey,
  StoreUnreachable,
} from './object-store.ts'
import type { BucketSettings } from './store-settings.ts'

export type S3Settings = Omit<BucketSettings, 'kind' | 'secretFile' | 'caFile'> &
  Readonly<{
    secretAccessKey: string
    /** Certificates of authorities, PEM, in place of the system's. */
    ca: string | undefined
  }>

const partBytes = 8 * 1024 * 1024
/** S3 takes no more than 10,000. */
const mostParts = 9000
const partsUnderway = 3
const atOnce = 16

/**
 * A bucket with Object Lock, which implies versions: what is overwritten or removed by others stays beneath until its
 * instant. Uniqueness of keys is the database's: stores ignore `If-None-Match`. Throws `StartError` when the bucket
 * cannot be used.
 */
export async function openS3Store(settings: S3Settings, clock: Clock): Promise<ObjectStore> {
  const { endpoint, bucket } = settings
  const address = `s3:${endpoint}/${bucket}`
  const agent = { keepAlive: true, maxSockets: 64 }
  const client = new S3Client({
    endpoint,
    region: settings.region,
    forcePathStyle: true,
    credentials: { accessKeyId: settings.accessKeyId, secretAccessKey: settings.secretAccessKey },
    maxAttempts: 3,
    // Stores that are not AWS know neither its newer checksums nor its trailers. Bodies are signed whole and carry MD5.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: 5000,
      socketTimeout: 60_000,
      httpAgent: agent,
      httpsAgent: settings.ca === undefined ? agent : { ...agent, ca: settings.ca },
    },
  })
  await requireUsable(client, address, bucket)

  async function head(key: string): Promise<HeadObjectCommandOutput> {
    requireKey(key)
    try {
      return await ask(key, () => client.send(new HeadObjectCommand({ Bucket: bucket, Key: key })))
    } catch (error) {
      // This answer has no body: it may as well be the bucket that is not there.
      if (error instanceof DamagedObject) await requireBucket()
      throw error
    }
  }
  const requireBucket = () => ask(null, () => client.send(new HeadBucketCommand({ Bucket: bucket })))

  async function readVersion(key: string, versionId: string | undefined, start: number, end: number): Promise<Buffer> {
    if (start === end) return Buffer.alloc(0)
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await ask(key, async () => {
          const range = `bytes=${start}-${end - 1}`
          const got = await client.send(
            new GetObjectCommand({ Bucket: bucket, Key: key, Range: range, VersionId: versionId }),
          )
          return got.Body?.transformToByteArray()
        })
        if (answer?.length !== end - start) throw new DamagedObject('truncated', key)
        return Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength)
      } catch (error) {
        // The client tries a request again, but not an answer that breaks off.
        if (!(error instanceof StoreUnreachable) || attempt === 2) throw error
      }
    }
  }

  function lockOf({ until, isHeld }: Protection) {
    const isLocked = until !== null && until > clock.now()
    return {
      ...(isLocked ? { ObjectLockMode: lockMode, ObjectLockRetainUntilDate: until } : {}),
      ...(isHeld ? { ObjectLockLegalHoldStatus: 'ON' as const } : {}),
    }
  }
  const lockMode = settings.lock === 'compliance' ? ('COMPLIANCE' as const) : ('GOVERNANCE' as const)

  async function putWhole(key: string, content: ReadableContent, options: PutOptions): Promise<void> {
    const body = Buffer.from(await content.read(0, content.sizeBytes))
    if (!createHash('sha256').update(body).digest().equals(options.sha256)) throw new DamagedObject('altered', key)
    await ask(key, () =>
      client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: body,
          ContentMD5: md5(body),
          ContentType: contentType,
          ...lockOf(options),
        }),
      ),
    )
  }

  /** Some parts at a time, so that memory stays bounded. Nothing is there under the key until the last call. */
  async function putInParts(key: string, content: ReadableContent, options: PutOptions): Promise<void> {
    const { UploadId: uploadId } = await ask(key, () =>
      client.send(
        new CreateMultipartUploadCommand({ Bucket: bucket, Key: key, ContentType: contentType, ...lockOf(options) }),
      ),
    )
    const place = { Bucket: bucket, Key: key, UploadId: uploadId }
    const parts: { PartNumber: number; ETag: string | undefined }[] = []
    const underway = new Set<Promise<void>>()
    try {
      const hash = createHash('sha256')
      const sizeOfPart = Math.max(partBytes, Math.ceil(content.sizeBytes / mostParts))
      let number = 0
      for await (const piece of piecesOf(content, sizeOfPart)) {
        hash.update(piece)
        number += 1
        const partNumber = number
        const body = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
        const sending = ask(key, () =>
          client.send(new UploadPartCommand({ ...place, PartNumber: partNumber, Body: body, ContentMD5: md5(body) })),
        ).then(({ ETag }) => {
          parts[partNumber - 1] = { PartNumber: partNumber, ETag }
          underway.delete(sending)
        })
        underway.add(sending)
        if (underway.size >= partsUnderway) await Promise.race(underway)
      }
      await Promise.all(underway)
      if (!hash.digest().equals(options.sha256)) throw new DamagedObject('altered', key)
      await ask(key, () =>
        client.send(new CompleteMultipartUploadCommand({ ...place, MultipartUpload: { Parts: parts } })),
      )
    } catch (error) {
      await Promise.allSettled(underway)
      // What cannot be abandoned now is swept.
      await client.send(new AbortMultipartUploadCommand(place)).catch(() => undefined)
      throw error
    }
  }

  async function put(key: string, content: Content, options: PutOptions): Promise<void> {
    requireKey(key)
    await using source = 'file' in content ? await openFile(content.file) : notClosed(content)
    await (source.sizeBytes <= partBytes ? putWhole : putInParts)(key, source, options)
    const stored = await head(key)
    if (stored.ContentLength !== source.sizeBytes) throw new DamagedObject('truncated', key)
    await protectFrom(stored, key, options)
  }

  /** Only what is not so already: each is a request. */
  async function protectFrom(stored: HeadObjectCommandOutput, key: string, wanted: Protection): Promise<void> {
    const { until, isHeld } = wanted
    const kept = stored.ObjectLockRetainUntilDate?.getTime() ?? 0
    if (until !== null && until > clock.now() && until.getTime() > kept + 1000) {
      const retention = { Mode: stored.ObjectLockMode ?? lockMode, RetainUntilDate: until }
      await ask(key, () =>
        client.send(new PutObjectRetentionCommand({ Bucket: bucket, Key: key, Retention: retention })),
      )
    }
    if (isHeld === (stored.ObjectLockLegalHoldStatus === 'ON')) return
    const status = isHeld ? ('ON' as const) : ('OFF' as const)
    await ask(key, () =>
      client.send(new PutObjectLegalHoldCommand({ Bucket: bucket, Key: key, LegalHold: { Status: status } })),
    )
  }

  /** Newest first: versions, and marks that hide them. */
  async function versionsOf(key: string): Promise<{ versions: ObjectVersion[]; marks: string[] }> {
    requireKey(key)
    const versions: ObjectVersion[] = []
    const marks: string[] = []
    let from: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {}
    for (;;) {
      const page = await ask(key, () =>
        client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key, ...from })),
      )
      versions.push(...(page.Versions ?? []).filter(({ Key }) => Key === key))
      for (const { Key, VersionId } of page.DeleteMarkers ?? []) {
        if (Key === key && VersionId !== undefined) marks.push(VersionId)
      }
      if (page.IsTruncated !== true || (page.NextKeyMarker ?? '') > key) return { versions, marks }
      from = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
    }
  }

  /** False when a lock keeps it. */
  async function removeVersion(key: string, versionId: string | undefined): Promise<boolean> {
    const place = { Bucket: bucket, Key: key, VersionId: versionId }
    try {
      await client.send(new DeleteObjectCommand(place))
      return true
    } catch (error) {
      if (isStatus(error, 404)) return true
      if (!isStatus(error, 403)) throw explain(error, key)
      // Kept by a lock, or the access key may not remove at all.
      const stored = await client.send(new HeadObjectCommand(place)).catch(() => undefined)
      if (stored?.ObjectLockLegalHoldStatus === 'ON' || stored?.ObjectLockRetainUntilDate !== undefined) return false
      throw explain(error, key)
    }
  }

  async function removeKey(key: string): Promise<boolean> {
    const { versions, marks } = await versionsOf(key)
    let isGone = true
    for (const { VersionId } of versions) if (!(await removeVersion(key, VersionId))) isGone = false
    // A mark that hides what is still locked stays, so that nothing of it is read meanwhile.
    if (!isGone) return false
    for (const mark of marks) await removeVersion(key, mark)
    return true
  }

  return {
    address,
    protects: true,
    put,
    async read(key, start, end) {
      requireKey(key)
      return readVersion(key, undefined, start, end)
    },
    async open(key) {
      const { ContentLength: sizeBytes = 0, VersionId: versionId } = await head(key)
      return notClosed({ sizeBytes, read: (start, end) => readVersion(key, versionId, start, end) })
    },
    async sizeOf(key) {
      try {
        return (await head(key)).ContentLength
      } catch (error) {
        if (error instanceof DamagedObject) return undefined
        throw error
      }
    },
    async remove(keys) {
      keys.forEach(requireKey)
      const locked: string[] = []
      const waiting = keys.values()
      const worker = async () => {
        for (const key of waiting) if (!(await removeKey(key))) locked.push(key)
      }
      await Promise.all(Array.from({ length: Math.min(atOnce, keys.length) }, worker))
      return { locked }
    },
    async protect(key, protection) {
      await protectFrom(await head(key), key, protection)
    },
    async recall(key, sizeBytes, sha256) {
      const { versions, marks } = await versionsOf(key)
      for (const { Size, VersionId, IsLatest } of versions) {
        if (Size !== sizeBytes) continue
        const content = {
          sizeBytes,
          read: (start: number, end: number) => readVersion(key, VersionId, start, end),
        }
        const hash = createHash('sha256')
        for await (const piece of piecesOf(content)) hash.update(piece)
        if (!hash.digest().equals(sha256)) continue
        if (IsLatest === true) return true
        for (const mark of marks) await removeVersion(key, mark)
        const newest = await head(key)
        if (newest.VersionId === VersionId) return true
        // Others wrote over it: what they wrote stays beneath, and what was there comes on top.
        const before = await ask(key, () => client.send(new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId })))
        const until = before.ObjectLockRetainUntilDate ?? null
        await put(key, content, { sha256, until, isHeld: before.ObjectLockLegalHoldStatus === 'ON' })
        return true
      }
      return false
    },
    async *list() {
      let from: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {}
      let last = ''
      for (;;) {
        const page = await ask(null, () => client.send(new ListObjectVersionsCommand({ Bucket: bucket, ...from })))
        const keys = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key }) => Key ?? '')
        for (const key of keys.toSorted()) {
          if (key !== last && key !== '') yield key
          last = key
        }
        if (page.IsTruncated !== true) return
        from = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
      }
    },
    async abandonUnfinished(begunBefore) {
      let abandoned = 0
      let from: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {}
      for (;;) {
        const page = await ask(null, () => client.send(new ListMultipartUploadsCommand({ Bucket: bucket, ...from })))
        for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
          if (Initiated === undefined || Initiated >= begunBefore) continue
          const place = { Bucket: bucket, Key, UploadId }
          await ask(Key ?? null, () => client.send(new AbortMultipartUploadCommand(place))).catch((error: unknown) => {
            if (!(error instanceof DamagedObject)) throw error
          })
          abandoned += 1
        }
        if (page.IsTruncated !== true) return abandoned
        from = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
      }
    },
    async freeBytes() {
      await requireBucket()
      return null
    },
    close() {
      client.destroy()
      return Promise.resolve()
    },
  }
}

type PutOptions = Protection & Readonly<{ sha256: Uint8Array }>

const contentType = 'application/octet-stream'
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('base64')

async function openFile(path: string): Promise<ReadableContent & AsyncDisposable> {
  const handle = await open(path, 'r')
  const { size } = await handle.stat()
  return {
    sizeBytes: size,
    async read(start, end) {
      const bytes = Buffer.allocUnsafe(end - start)
      for (let filled = 0; filled < bytes.length;) {
        const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled)
        if (bytesRead === 0) throw new Error(`the file ends at ${start + filled}, before ${end}`)
        filled += bytesRead
      }
      return bytes
    },
    [Symbol.asyncDispose]: () => handle.close(),
  }
}

function notClosed(content: ReadableContent): ReadableContent & AsyncDisposable {
  return { ...content, [Symbol.asyncDispose]: () => Promise.resolve() }
}

function isStatus(error: unknown, status: number): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === status
}

async function ask<T>(key: string | null, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw explain(error, key)
  }
}

/** What the store says of an object, or of itself where `key` is null; what neither it nor the network says is a defect. */
function explain(cause: unknown, key: string | null): unknown {
  if (!(cause instanceof Error)) return cause
  const isMissing = isStatus(cause, 404) && cause.name !== 'NoSuchBucket'
  if (key !== null && isMissing) return new DamagedObject('missing', key, { cause })
  if (key !== null && isStatus(cause, 416)) return new DamagedObject('truncated', key, { cause })
  const isOfNetwork = 'code' in cause || cause.name === 'TimeoutError' || cause.name === 'AbortError'
  if (cause instanceof S3ServiceException || isOfNetwork) {
    return new StoreUnreachable(`the store answers ${cause.name}`, { cause })
  }
  return cause
}

async function requireUsable(client: S3Client, address: string, bucket: string): Promise<void> {
  try {
    await client.send(new ListObjectVersionsCommand({ Bucket: bucket, MaxKeys: 1 }))
  } catch (cause) {
    client.destroy()
    throw new StartError(sentenceOf(cause, address), { cause })
  }
  const lock = await client
    .send(new GetObjectLockConfigurationCommand({ Bucket: bucket }))
    .catch((error: unknown) => (isStatus(error, 404) ? undefined : Promise.reject(error)))
  if (lock?.ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled') return
  client.destroy()
  throw new StartError(
    `The bucket of ${address} has no Object Lock, so what is in it is not protected. Make another with Object Lock; it can only be given when a bucket is made.`,
  )
}

function sentenceOf(cause: unknown, address: string): string {
  const name = cause instanceof Error ? cause.name : ''
  if (name === 'NoSuchBucket') return `There is no such bucket: ${address}. Make it first, with Object Lock.`
  const isRefused = ['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'InvalidClientTokenId'].includes(name)
  if (isRefused) return `The store refuses the access key or its secret: ${address}.`
  if (name === 'AccessDenied' || isStatus(cause, 403)) return `The access key may not list the bucket: ${address}.`
  if (name === 'RequestTimeTooSkewed') return `The clock of this machine differs too much from the store's: ${address}.`
  return `The store does not answer: ${address}. Check the address, the network and the certificate.`
}
