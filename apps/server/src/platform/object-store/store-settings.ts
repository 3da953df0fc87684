import { resolve } from 'node:path'

/** A bucket, and the files with what opens it; they are read when the store is opened. */
export type BucketSettings = Readonly<{
  kind: 's3'
  /** Scheme, host and port. */
  endpoint: string
  bucket: string
  region: string
  accessKeyId: string
  secretFile: string
  caFile: string | undefined
  /** Governance: who has the right may shorten it. Compliance: nobody may. */
  lock: 'governance' | 'compliance'
}>

/** A folder of this machine, or a bucket with Object Lock. */
export type StoreSettings = Readonly<{ kind: 'file'; folder: string }> | BucketSettings

export type BucketOptions = Readonly<{
  keyId: string | undefined
  secretFile: string | undefined
  region: string
  caFile: string | undefined
  lock: 'governance' | 'compliance'
}>

/** Says in a sentence what is wrong with a setting. */
export class StoreSettingsError extends Error {}

/**
 * `file:FOLDER`, or `s3:https://HOST[:PORT]/BUCKET` in path style. `prefix`: what the names of the settings beside it
 * begin with. Throws `StoreSettingsError`.
 */
export function parseStoreSettings(text: string, prefix: string, options: BucketOptions): StoreSettings {
  if (/^file:./.test(text)) return { kind: 'file', folder: resolve(text.slice(5)) }
  const url = text.startsWith('s3:') ? URL.parse(text.slice(3)) : null
  const bucket = /^\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/?$/.exec(url?.pathname ?? '')?.[1]
  const isHttp = url?.protocol === 'https:' || url?.protocol === 'http:'
  const isBare = url?.username === '' && url.search === '' && url.hash === ''
  if (url === null || bucket === undefined || !isHttp || !isBare) {
    throw new StoreSettingsError('write file:FOLDER or s3:https://HOST/BUCKET, without keys in it')
  }
  const isHere = ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname)
  if (url.protocol === 'http:' && !isHere) throw new StoreSettingsError('beyond this machine a store must be https')
  const { keyId, secretFile, region, caFile, lock } = options
  if (keyId === undefined) throw new StoreSettingsError(`a bucket needs ${prefix}_KEY_ID`)
  if (secretFile === undefined) throw new StoreSettingsError(`a bucket needs ${prefix}_SECRET_FILE`)
  return { kind: 's3', endpoint: url.origin, bucket, region, accessKeyId: keyId, secretFile, caFile, lock }
}

/** As an operator writes it, without secrets. */
export function addressOfStore(settings: StoreSettings): string {
  return settings.kind === 'file' ? `file:${settings.folder}` : `s3:${settings.endpoint}/${settings.bucket}`
}
