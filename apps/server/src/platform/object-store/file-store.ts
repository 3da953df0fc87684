import { createHash, randomBytes } from 'node:crypto'
import {
  copyFile,
  type FileHandle,
  link,
  mkdir,
  open,
  readdir,
  rename,
  rm,
  rmdir,
  stat,
  statfs,
  unlink,
} from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { ifMissing, syncFolder } from '../files/index.ts'
import { type Content, DamagedObject, type ObjectStore, piecesOf, requireKey } from './object-store.ts'

const mostOpen = 64
/** As many as a disk can do something with. */
const removedAtOnce = 16

/**
 * Files below `folder`, 0600 in folders 0700. A complete file of the same file system is taken over by a second name,
 * without copying. Protects nothing: whoever may write the folder may remove what is in it.
 */
export async function openFileStore(folder: string): Promise<ObjectStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  /** Kept open for reading: a player asks for many ranges. */
  const known = new Map<string, Promise<FileHandle>>()

  const pathOf = (key: string) => {
    requireKey(key)
    return join(folder, key)
  }
  const asDamage = (key: string) => (error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new DamagedObject('missing', key, { cause: error }) : error
  }
  async function forget(key: string): Promise<void> {
    const handle = known.get(key)
    known.delete(key)
    await handle?.then((file) => file.close()).catch(() => undefined)
  }
  function handleOf(key: string): Promise<FileHandle> {
    const before = known.get(key)
    if (before !== undefined) {
      // Put it last: the first is the one used longest ago.
      known.delete(key)
      known.set(key, before)
      return before
    }
    const handle = open(pathOf(key), 'r').catch(asDamage(key))
    known.set(key, handle)
    handle.catch(() => known.delete(key))
    if (known.size > mostOpen) {
      const oldest = known.keys().next().value
      // Closed a little later, so that reads that already hold it can finish.
      if (oldest !== undefined) setTimeout(() => void forget(oldest), 1000).unref()
    }
    return handle
  }

  /** The folder of a path, made if absent; its name and those of the folders above it that are new are on disk. */
  async function demandFolder(path: string): Promise<void> {
    const first = await mkdir(path, { recursive: true, mode: 0o700 })
    if (first === undefined) return
    for (let made = path; made !== dirname(first); made = dirname(made)) await syncFolder(dirname(made))
  }

  /** Write beside the name, then take the name: what was under it stays whole until then. */
  async function write(path: string, key: string, content: Content, sha256: Uint8Array): Promise<void> {
    const beside = `${path}.${randomBytes(6).toString('hex')}.part`
    try {
      if ('file' in content) await linkOrCopy(content.file, beside)
      else {
        await using handle = await open(beside, 'wx', 0o600)
        const hash = createHash('sha256')
        for await (const piece of piecesOf(content)) {
          hash.update(piece)
          for (let written = 0; written < piece.length;) {
            written += (await handle.write(piece, written)).bytesWritten
          }
        }
        if (!hash.digest().equals(sha256)) throw new DamagedObject('altered', key)
        await handle.sync()
      }
      await rename(beside, path)
    } finally {
      // Two names of one file: then the rename left both.
      await rm(beside, { force: true })
    }
  }

  return {
    address: `file:${folder}`,
    protects: false,
    async put(key, content, { sha256 }) {
      const path = pathOf(key)
      for (let attempt = 1; ; attempt += 1) {
        await demandFolder(dirname(path))
        try {
          await write(path, key, content, sha256)
          break
        } catch (error) {
          // Somebody removed the empty folder at this very moment.
          const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT'
          if (!isGone || attempt === 5) throw error
        }
      }
      await syncFolder(dirname(path))
      await forget(key)
    },
    async read(key, start, end) {
      const handle = await handleOf(key)
      return readRange(handle, key, start, end)
    },
    async open(key) {
      const handle = await open(pathOf(key), 'r').catch(asDamage(key))
      const { size } = await handle.stat()
      return {
        sizeBytes: size,
        read: (start, end) => readRange(handle, key, start, end),
        [Symbol.asyncDispose]: () => handle.close(),
      }
    },
    async sizeOf(key) {
      return (await stat(pathOf(key)).catch(ifMissing))?.size
    },
    async remove(keys) {
      const folders = new Set<string>()
      await atOnce(removedAtOnce, keys, async (key) => {
        const path = pathOf(key)
        await forget(key)
        await unlink(path).catch(ifMissing)
        folders.add(dirname(path))
      })
      const left = new Set<string>()
      await atOnce(removedAtOnce, [...folders], async (emptied) => {
        left.add(await removeEmptyFolders(emptied))
      })
      await atOnce(removedAtOnce, [...left], (changed) => syncFolder(changed).catch(ifMissing))
      return { locked: [] }
    },
    async protect() {},
    recall: () => Promise.resolve(false),
    async *list() {
      yield* walk(folder, folder)
    },
    // What was begun lies under a name of its own, which nobody claims.
    abandonUnfinished: () => Promise.resolve(0),
    async freeBytes() {
      const { bavail, bsize } = await statfs(folder)
      return bavail * bsize
    },
    async close() {
      await Promise.all([...known.keys()].map(forget))
    },
  }

  /** Answers the first folder upwards that stays. */
  async function removeEmptyFolders(path: string): Promise<string> {
    let at = path
    while (at !== folder) {
      try {
        await rmdir(at)
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : undefined
        if (code !== 'ENOENT') return at
      }
      at = dirname(at)
    }
    return at
  }
}

/** Of another file system, or one without second names: then the bytes are copied. */
async function linkOrCopy(file: string, path: string): Promise<void> {
  try {
    await link(file, path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (!['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK'].includes(code)) throw error
    await copyFile(file, path)
    await using copy = await open(path, 'r+')
    await copy.chmod(0o600)
    await copy.sync()
  }
}

/** Folder by folder: a vault has more names than fit in memory. */
async function* walk(root: string, folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(ifMissing)
  for (const entry of entries ?? []) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* walk(root, path)
    else if (entry.isFile()) yield relative(root, path).replaceAll('\\', '/')
  }
}

async function readRange(handle: FileHandle, key: string, start: number, end: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(end - start)
  let filled = 0
  while (filled < bytes.length) {
    const { bytesRead } = await handle
      .read(bytes, filled, bytes.length - filled, start + filled)
      // A sector that the disk cannot read any more: its bytes are not what they were.
      .catch((cause: unknown) => {
        throw isDiskError(cause) ? new DamagedObject('altered', key, { cause }) : cause
      })
    if (bytesRead === 0) throw new DamagedObject('truncated', key)
    filled += bytesRead
  }
  return bytes
}

function isDiskError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EIO'
}

async function atOnce<T>(most: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values()
  const worker = async () => {
    for (const item of waiting) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker))
}
