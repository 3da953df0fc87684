import './host-x25519.ts'
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

const firstIdentity = 'escrow/identity'
const nameOfSet = (set: number) => `escrow/set-${set}`

export function corpsOfBucket(bucket: string): CorpsId {
  const corpsId = bucket.split('/')[1]
  if (corpsId === undefined) throw new Error(`${bucket} is not a bucket`)
  return corpsId as CorpsId
}

/**
 * Who can open the age headers: the escrow identity of the installation, for recovery with `age` alone, and other
 * recipients, who keep their identities themselves. A set never changes; another takes its place. It is a secret of the
 * keystore, so that nobody who writes in the database adds themselves.
 */
export type RecipientSet = Readonly<{ identity: string; recipient: string; others: readonly OtherRecipient[] }>
/** `recipient` is age1…; `label` says who that is. */
export type OtherRecipient = Readonly<{ recipient: string; label: string }>

/** Set 1 is an escrow identity alone, made at first start. Throws when there is no such set, or not any more. */
export async function requireRecipientSet(keystore: Keystore, set: number): Promise<RecipientSet> {
  if (set === 1) return { ...newIdentity(await keystore.demand(firstIdentity)), others: [] }
  const secret = await keystore.find(nameOfSet(set))
  if (secret === undefined) throw new Error(`the keystore has no recipients number ${set}`)
  return JSON.parse(Buffer.from(secret).toString()) as RecipientSet
}

/** Takes the place of one that was kept but never came to be used. */
export async function keepRecipientSet(keystore: Keystore, set: number, recipients: RecipientSet): Promise<void> {
  await keystore.destroy(nameOfSet(set))
  await keystore.keep(nameOfSet(set), Buffer.from(JSON.stringify(recipients)))
}

/** Numbers of the sets there are before this one. */
export async function listOlderSets(keystore: Keystore, set: number): Promise<number[]> {
  const names = await keystore.list('escrow/')
  const numbers = names.map((name) => (name === firstIdentity ? 1 : Number(name.slice(nameOfSet(0).length - 1))))
  return numbers.filter((number) => number < set).toSorted((a, b) => a - b)
}

export function destroyRecipientSet(keystore: Keystore, set: number): Promise<void> {
  return keystore.destroy(set === 1 ? firstIdentity : nameOfSet(set))
}

/** The age header of a payload, and the number of the set it is for. */
export type Header = Readonly<{ bytes: Uint8Array; recipientSet: number }>

export async function makeHeader(keystore: Keystore, fileKey: Uint8Array, recipientSet: number): Promise<Header> {
  const { recipient, others } = await requireRecipientSet(keystore, recipientSet)
  const recipients = [recipient, ...others.map((other) => other.recipient)]
  const stanzas = recipients.map((each) => wrapForRecipient(fileKey, each, randomBytes(32)))
  return { bytes: formatHeader(fileKey, stanzas), recipientSet }
}

/** Wrap a file key under a bucket, with the age header of its payload, which dies with the bucket too. */
export async function wrapFileKey(
  keystore: Keystore,
  recordingId: RecordingId,
  bucket: string,
  fileKey: Uint8Array,
  header: Header,
): Promise<KeyRow> {
  const bucketKey = await keystore.demand(bucket)
  return {
    recordingId,
    bucket,
    wrappedFileKey: sealBox(bucketKey, fileKey, `file-key/${recordingId}`),
    sealedHeader: sealBox(bucketKey, header.bytes, `header/${recordingId}`),
    recipientSet: header.recipientSet,
  }
}

/** Throws when the bucket's key was destroyed. */
export async function unwrapFileKey(keystore: Keystore, row: KeyRow): Promise<{ fileKey: Uint8Array; header: Header }> {
  const bucketKey = await keystore.find(row.bucket)
  if (bucketKey === undefined) throw new Error(`the key of ${row.bucket} was destroyed`)
  return {
    fileKey: openBox(bucketKey, row.wrappedFileKey, `file-key/${row.recordingId}`),
    header: {
      bytes: openBox(bucketKey, row.sealedHeader, `header/${row.recordingId}`),
      recipientSet: row.recipientSet,
    },
  }
}

/**
 * For `.catch()`: what is broken or gone is undefined. What cannot be had at this moment (a disk, a store, a root key)
 * says nothing about the thing itself, and is thrown on.
 */
export function undefinedIfBroken(error: unknown): undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  // A cipher may say with a code of Node's that bytes were altered.
  if (typeof code === 'string' && !code.startsWith('ERR_')) throw error
  return undefined
}
