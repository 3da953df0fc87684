import { createHash, randomBytes } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fromHex, toHex } from '@getuige/base'
import {
  findCosignature,
  newWitnessKey,
  parseCheckpoint,
  parseVkey,
  ProofError,
  readUnverifiedNote,
} from '@getuige/proof'
import type { NoteKey } from '@getuige/proof'
import type { LastCosigned } from './decide-cosigning.ts'

/** Something about the folder that the person who runs the witness can put right. */
export class FolderError extends Error {}

/** The last cosigned checkpoint of a log. `number` counts how many were, so that each has a file name of its own. */
export type Seen = LastCosigned & Readonly<{ number: number; origin: string }>

export type DataFolder = Readonly<{
  key: NoteKey
  /** Read anew each time: a log can be added while the witness runs. */
  listVkeys(): Promise<string[]>
  addVkey(vkey: string): Promise<void>
  /** Undefined when nothing of that origin was ever cosigned. Throws when what is kept cannot be relied on. */
  findSeen(origin: string): Promise<Seen | undefined>
  listSeen(): Promise<Seen[]>
  /**
   * Keep a cosigned checkpoint as the one after `before`. True: it is on disk, and may be answered. False: another
   * process on the same folder was first, and nothing may be answered. When it throws, nothing may be answered either.
   */
  keepSeen(origin: string, before: Seen | undefined, note: string): Promise<boolean>
  /** Keep a signed checkpoint that contradicts what we cosigned: evidence against the log. Few are kept. */
  keepRefused(note: string): Promise<void>
  listRefused(): Promise<string[]>
}>

const keyFile = 'witness.key'
const vkeysFile = 'logs.vkeys'
const maxRefused = 100

/** Make the folder and the key of the witness. Throws `FolderError` when there is one. */
export async function makeDataFolder(folder: string, name: string): Promise<NoteKey> {
  const seed = randomBytes(32)
  const key = newWitnessKey(name, seed)
  await mkdir(join(folder, 'seen'), { recursive: true, mode: 0o700 })
  await mkdir(join(folder, 'refused'), { recursive: true, mode: 0o700 })
  const isNew = await writeNew(join(folder, keyFile), `${JSON.stringify({ name, seed: toHex(seed) })}\n`)
  if (!isNew) throw new FolderError(`${folder} has a key already: a witness keeps its key for life`)
  await syncFolder(dirname(folder))
  return key
}

export async function openDataFolder(folder: string): Promise<DataFolder> {
  const key = await readKey(join(folder, keyFile))
  const seenFolder = join(folder, 'seen')
  const refusedFolder = join(folder, 'refused')
  // A name of any origin on any file system, also one that does not tell capitals.
  const folderOf = (origin: string) => join(seenFolder, sha256(origin))

  const kept: DataFolder = {
    key,
    async listVkeys() {
      const text = await readFile(join(folder, vkeysFile), 'utf8').catch(ifMissing)
      return (text ?? '').split('\n').filter((line) => line !== '')
    },
    async addVkey(vkey) {
      parseVkey(vkey)
      const vkeys = await kept.listVkeys()
      if (vkeys.includes(vkey)) return
      const temporary = await writeTemporary(join(folder, vkeysFile), `${[...vkeys, vkey].join('\n')}\n`)
      await rename(temporary, join(folder, vkeysFile))
      await syncFolder(folder)
    },
    async findSeen(origin) {
      const seen = await readNewest(folderOf(origin))
      if (seen !== undefined && seen.origin !== origin) throw new FolderError('a kept checkpoint is of another log')
      return seen
    },
    async listSeen() {
      const all = await Promise.all((await readdir(seenFolder)).map((name) => readNewest(join(seenFolder, name))))
      return all.filter((seen) => seen !== undefined).toSorted((a, b) => (a.origin < b.origin ? -1 : 1))
    },
    async keepSeen(origin, before, note) {
      const logFolder = folderOf(origin)
      // Not recursive: where all we have seen is gone, nothing may be cosigned.
      await mkdir(logFolder, { mode: 0o700 }).catch(ifThere)
      await syncFolder(seenFolder)
      const number = (before?.number ?? 0) + 1
      // Each file is made once, under a number that only its predecessor leads to, so that of two processes that read
      // the same predecessor one fails here.
      if (!(await writeNew(join(logFolder, nameOf(number)), note))) return false
      const numbers = await listNumbers(logFolder)
      // One that slept while others went on, and removed its number again, finds theirs.
      if (numbers.at(-1) !== number) return false
      // What this one replaces goes when this one is on disk; left behind by a crash, it is lower and so never read.
      for (const older of numbers.slice(0, -1)) await rm(join(logFolder, nameOf(older)), { force: true })
      return true
    },
    async keepRefused(note) {
      if ((await readdir(refusedFolder)).length < maxRefused) await writeNew(join(refusedFolder, sha256(note)), note)
    },
    async listRefused() {
      const names = (await readdir(refusedFolder)).filter((name) => /^[0-9a-f]{64}$/.test(name))
      return names.map((name) => join(refusedFolder, name)).toSorted()
    },
  }
  return kept

  async function readNewest(logFolder: string): Promise<Seen | undefined> {
    for (;;) {
      const number = (await listNumbers(logFolder)).at(-1)
      if (number === undefined) return undefined
      const file = join(logFolder, nameOf(number))
      const note = await readFile(file, 'utf8').catch(ifMissing)
      if (note === undefined) continue // another process replaced it this moment
      return { number, ...readSeen(note, file) }
    }
  }

  /** Our own cosignature on it says that it is what we kept, whole. */
  function readSeen(note: string, file: string) {
    try {
      const cosignature = findCosignature(note, key.vkey)
      if (cosignature === undefined) throw new FolderError(`${file} is not cosigned by this witness`)
      const { origin, size, root } = parseCheckpoint(readUnverifiedNote(note).text)
      return { origin, size, root, at: cosignature.at }
    } catch (error) {
      if (!(error instanceof ProofError)) throw error
      throw new FolderError(`${file} is damaged: ${error.message}`, { cause: error })
    }
  }
}

async function readKey(file: string): Promise<NoteKey> {
  const text = await readFile(file, 'utf8').catch(ifMissing)
  if (text === undefined) throw new FolderError(`${file} is not there: make it with "getuige witness init NAME"`)
  if (process.platform !== 'win32' && ((await stat(file)).mode & 0o077) !== 0) {
    throw new FolderError(`${file} can be read by others: run chmod 600 on it`)
  }
  try {
    const { name, seed } = JSON.parse(text) as { name: string; seed: string }
    return newWitnessKey(name, fromHex(seed))
  } catch (cause) {
    throw new FolderError(`${file} is not the key of a witness`, { cause })
  }
}

const nameOf = (number: number): string => String(number).padStart(12, '0')

/** Lowest first; none when the folder is not there. */
async function listNumbers(folder: string): Promise<number[]> {
  const names = (await readdir(folder).catch(ifMissing)) ?? []
  return names
    .filter((name) => /^\d{12}$/.test(name))
    .map(Number)
    .toSorted((a, b) => a - b)
}

/** On disk, whole, when it returns; false, and nothing written, when the file was there. */
async function writeNew(file: string, text: string): Promise<boolean> {
  const temporary = await writeTemporary(file, text)
  try {
    await link(temporary, file) // unlike a rename it never replaces
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(temporary, { force: true })
  }
  await syncFolder(dirname(file))
  return true
}

async function writeTemporary(file: string, text: string): Promise<string> {
  const temporary = `${file}.${randomBytes(6).toString('hex')}.new`
  try {
    await using handle = await open(temporary, 'wx', 0o600)
    await handle.writeFile(text)
    await handle.sync()
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  return temporary
}

/** Returns after the names in a folder are on disk. On Windows a folder cannot be synced, and need not be. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  await using handle = await open(folder, 'r')
  await handle.sync()
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined
  throw error
}

function ifThere(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'EEXIST') return undefined
  throw error
}
