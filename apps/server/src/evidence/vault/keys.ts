import { randomBytes } from 'node:crypto'
import type { CorpsId, Day, RecordingId } from '@getuige/base'
import { formatHeader, newIdentity, wrapForRecipient } from '@getuige/proof'
import { type Keystore, openBox, sealBox } from '#platform/keystore'
import type { KeyRow } from './store.ts'

/**
 * Key layers: the file key of a recording is wrapped by the key of its bucket, and bucket keys are secrets of the
 * keystore, under its root key. A bucket is the day on which a recording is due, or one recording's hold. With the
 * bucket's key gone, no copy of the database or of the objects opens what it wrapped.
 */
export function expiryBucket(corpsId: CorpsId, dueOn: Day): string {
  return `bucket/${corpsId}/due-${dueOn}`
}

export function holdBucket(corpsId: CorpsId, recordingId: RecordingId): string {
  return `bucket/${corpsId}/hold-${recordingId}`
}

const escrowName = 'escrow/identity'

/**
 * The escrow identity of the installation: an age identity that opens every header, for recovery with `age` alone.
 * Made at first start.
 */
export async function demandEscrow(keystore: Keystore): Promise<{ identity: string; recipient: string }> {
  return newIdentity(await keystore.demand(escrowName))
}

/** Wrap a file key under a bucket, with the age header of its payload, which dies with the bucket too. */
export async function wrapFileKey(
  keystore: Keystore,
  recordingId: RecordingId,
  bucket: string,
  fileKey: Uint8Array,
  header?: Uint8Array,
): Promise<KeyRow> {
  const bucketKey = await keystore.demand(bucket)
  const ageHeader = header ?? (await makeHeader(keystore, fileKey))
  return {
    recordingId,
    bucket,
    wrappedFileKey: sealBox(bucketKey, fileKey, `file-key/${recordingId}`),
    sealedHeader: sealBox(bucketKey, ageHeader, `header/${recordingId}`),
  }
}

async function makeHeader(keystore: Keystore, fileKey: Uint8Array): Promise<Uint8Array> {
  const { recipient } = await demandEscrow(keystore)
  return formatHeader(fileKey, [wrapForRecipient(fileKey, recipient, randomBytes(32))])
}

/** Throws when the bucket's key was destroyed. */
export async function unwrapFileKey(
  keystore: Keystore,
  row: KeyRow,
): Promise<{ fileKey: Uint8Array; header: Uint8Array }> {
  const bucketKey = await keystore.find(row.bucket)
  if (bucketKey === undefined) throw new Error(`the key of ${row.bucket} was destroyed`)
  return {
    fileKey: openBox(bucketKey, row.wrappedFileKey, `file-key/${row.recordingId}`),
    header: openBox(bucketKey, row.sealedHeader, `header/${row.recordingId}`),
  }
}
