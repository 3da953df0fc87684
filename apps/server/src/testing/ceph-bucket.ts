import { randomBytes } from 'node:crypto'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { inject } from 'vitest'
import type { S3Settings } from '#platform/object-store'
import type { Ceph } from '../../../../tests/ceph/start-ceph.ts'
import { reportMissingTool } from '../../../../tests/outside-tools.ts'

/** The Ceph of this run; undefined, and reported, where its programs are not installed. */
export function findCeph(notChecked: string): Ceph | undefined {
  const ceph = inject('ceph')
  if (ceph === null) reportMissingTool('radosgw', notChecked)
  return ceph ?? undefined
}

/** A bucket of its own, with Object Lock unless told, and a client that may do all with it: whoever has the keys. */
export async function newBucket(
  ceph: Ceph,
  options: Readonly<{ hasLock?: boolean }> = {},
): Promise<{ settings: S3Settings; client: S3Client }> {
  const { endpoint, accessKeyId, secretAccessKey } = ceph
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
  const bucket = `test-${randomBytes(6).toString('hex')}`
  const hasLock = options.hasLock ?? true
  await client.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: hasLock }))
  const settings: S3Settings = {
    endpoint,
    bucket,
    region: 'us-east-1',
    accessKeyId,
    secretAccessKey,
    ca: undefined,
    lock: 'governance',
  }
  return { settings, client }
}
