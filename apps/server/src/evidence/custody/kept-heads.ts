import { mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseCheckpoint, ProofError, readUnverifiedNote } from '@getuige/proof'
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

/** The folder in which the keystore has its mirror, for the heads too. `tell` hears once that they cannot be written there. */
export type HeadMirror = Readonly<{ folder: string; tell(error: unknown): void }>

/**
 * Heads in a folder, and in the mirror of the keystore where there is one. Until the first head of a log is
 * kept, which is to say at each start, the newer of the two counts. A mirror that cannot be written to does not keep a
 * log from being signed: it is behind then, and the next head is written there again.
 */
export function openKeptHeads(folder: string, mirror?: HeadMirror): KeptHeads {
  const home = openFolder(folder)
  if (mirror === undefined) return home
  const copy = openFolder(join(mirror.folder, 'heads'))
  const kept = new Set<string>()
  let isTold = false

  return {
    async find(logId) {
      const here = await home.find(logId)
      return kept.has(logId) ? here : newerOf(here, await copy.find(logId))
    },
    async keep(logId, checkpoint) {
      await home.keep(logId, checkpoint)
      kept.add(logId)
      try {
        // A disk that is not mounted is an empty folder: nothing is begun there.
        await stat(join(mirror.folder, 'secrets'))
        await copy.keep(logId, checkpoint)
        isTold = false
      } catch (error) {
        if (!isTold) mirror.tell(error)
        isTold = true
      }
    },
    async list() {
      return [...new Set([...(await home.list()), ...(await copy.list())])].toSorted()
    },
  }
}

/** The folder is made with the first head. */
function openFolder(folder: string): KeptHeads {
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

/** Where two of the same size differ, what the mirror has: then somebody has written at home. */
function newerOf(here: string | undefined, there: string | undefined): string | undefined {
  return sizeOf(there) >= sizeOf(here) ? (there ?? here) : here
}

/** What signs it is looked at where it is used. */
function sizeOf(note: string | undefined): number {
  if (note === undefined) return -1
  try {
    return parseCheckpoint(readUnverifiedNote(note).text).size
  } catch (error) {
    if (error instanceof ProofError) return -1
    throw error
  }
}
