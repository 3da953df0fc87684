import { mkdir, readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ifMissing, replaceFile, syncFolder } from '#platform/files'

/**
 * The last signed checkpoint of each log in a second place: one file a log, outside the database, so that a database that
 * was set back or written anew is found out before anything is signed.
 */
export type KeptHeads = Readonly<{
  /** The signed note, or undefined when none was kept. */
  find(logId: string): Promise<string | undefined>
  /** Durable when it returns. */
  keep(logId: string, checkpoint: string): Promise<void>
  /** The logs of which a head is kept. */
  list(): Promise<string[]>
}>

/** The folder is made with the first head. */
export function openKeptHeads(folder: string): KeptHeads {
  const fileOf = (logId: string) => {
    if (!/^[\w.-]+$/.test(logId) || logId.startsWith('.')) throw new Error('not the id of a log')
    return join(folder, logId)
  }
  return {
    find: (logId) => readFile(fileOf(logId), 'utf8').catch(ifMissing),
    async keep(logId, checkpoint) {
      const made = await mkdir(folder, { recursive: true, mode: 0o700 })
      if (made !== undefined) await syncFolder(dirname(made))
      await replaceFile(fileOf(logId), checkpoint)
    },
    async list() {
      const files = (await readdir(folder).catch(ifMissing)) ?? []
      return files.filter((file) => !file.endsWith('.new')).toSorted()
    },
  }
}
