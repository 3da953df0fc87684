import { open } from 'node:fs/promises'

/** Returns after the names in a folder are on disk. On Windows a folder cannot be synced, and need not be. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  await using handle = await open(folder, 'r')
  await handle.sync()
}

/** For `.catch()`: a file that is not there is none; anything else is thrown on. */
export function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined
  throw error
}
