import { readFile } from 'node:fs/promises'
import type { Clock } from '../clock/index.ts'
import { StartError } from '../errors/index.ts'
import { openFileStore } from './file-store.ts'
import type { ObjectStore } from './object-store.ts'
import type { StoreSettings } from './store-settings.ts'

/** Throws `StartError` when the store cannot be used. */
export async function openStore(settings: StoreSettings, clock: Clock): Promise<ObjectStore> {
  if (settings.kind === 'file') return openFileStore(settings.folder)
  // Its client takes time and memory, which only those who keep recordings in a bucket need to spend.
  const { openS3Store } = await import('./s3-store.ts')
  const { secretFile, caFile, ...bucket } = settings
  const secretAccessKey = (await readGiven(secretFile)).trim()
  return openS3Store(
    { ...bucket, secretAccessKey, ca: caFile === undefined ? undefined : await readGiven(caFile) },
    clock,
  )
}

async function readGiven(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new StartError(`A file that a setting of the store names cannot be read: ${file}`, { cause })
  })
}
