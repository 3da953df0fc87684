import { mkdir, open, readdir, rm, stat, statfs, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ifMissing, syncFolder } from '../files/index.ts'

/**
 * Where sealed bytes lie. Keys are relative paths of ids. Nothing here decides what exists: a row of the database
 * does, and an object that no row names is swept.
 */
export type ObjectStore = Readonly<{
  /** Open an object for appending from `fromBytes` on; what lies beyond is cut off. Made, with its folders, if absent. */
  append(key: string, fromBytes: number): Promise<ObjectWriter>
  /** Bytes `start` to `end` (not included). Throws when there are fewer. */
  read(key: string, start: number, end: number): Promise<Buffer>
  sizeOf(key: string): Promise<number | undefined>
  /** Durable when it returns. May run twice. */
  remove(key: string): Promise<void>
  /** Every key, in no order. */
  list(): AsyncIterable<string>
  freeBytes(): Promise<number>
  close(): Promise<void>
}>

export interface ObjectWriter extends AsyncDisposable {
  write(parts: readonly Uint8Array[]): Promise<void>
  /** Returns after every byte written so far, and the object's name, are on disk. */
  sync(): Promise<void>
  close(): Promise<void>
}

/** Files below `folder`, 0600 in folders 0700. Keeps a few files open for reading: a player asks for many ranges. */
export async function openFileStore(folder: string): Promise<ObjectStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const open_ = new Map<string, Promise<FileHandle>>()

  const pathOf = (key: string) => {
    if (!/^[a-z0-9_-]+(\/[a-z0-9_.-]+)*$/.test(key) || key.includes('..')) throw new Error('not a key of an object')
    return join(folder, key)
  }
  async function forget(key: string): Promise<void> {
    const handle = open_.get(key)
    open_.delete(key)
    await handle?.then((file) => file.close()).catch(() => undefined)
  }
  async function handleOf(key: string): Promise<FileHandle> {
    const known = open_.get(key)
    if (known !== undefined) {
      // Put it last: the first is the one used longest ago.
      open_.delete(key)
      open_.set(key, known)
      return known
    }
    const handle = open(pathOf(key), 'r')
    open_.set(key, handle)
    handle.catch(() => open_.delete(key))
    if (open_.size > 64) {
      const oldest = open_.keys().next().value
      // Closed a little later, so that reads that already hold it can finish.
      if (oldest !== undefined) setTimeout(() => void forget(oldest), 1000).unref()
    }
    return handle
  }

  return {
    async append(key, fromBytes) {
      const path = pathOf(key)
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      const handle = await open(path, fromBytes === 0 ? 'w' : 'r+', 0o600)
      try {
        const { size } = await handle.stat()
        if (size < fromBytes) throw new Error(`object is shorter than expected: ${size} < ${fromBytes}`)
        await handle.truncate(fromBytes)
      } catch (error) {
        await handle.close()
        throw error
      }
      let at = fromBytes
      let isOpen = true
      const writer: ObjectWriter = {
        async write(parts) {
          const total = parts.reduce((sum, part) => sum + part.length, 0)
          let { bytesWritten } = await handle.writev([...parts], at)
          if (bytesWritten < total) {
            const whole = Buffer.concat(parts)
            while (bytesWritten < total) {
              const more = await handle.write(whole, bytesWritten, total - bytesWritten, at + bytesWritten)
              bytesWritten += more.bytesWritten
            }
          }
          at += total
        },
        async sync() {
          await handle.datasync()
          if (fromBytes === 0) await syncFolder(dirname(path))
        },
        async close() {
          if (!isOpen) return
          isOpen = false
          await handle.close()
        },
        async [Symbol.asyncDispose]() {
          await writer.close()
        },
      }
      return writer
    },
    async read(key, start, end) {
      const handle = await handleOf(key)
      const bytes = Buffer.allocUnsafe(end - start)
      let filled = 0
      while (filled < bytes.length) {
        const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled)
        if (bytesRead === 0) throw new Error(`object ends at ${start + filled}, before ${end}`)
        filled += bytesRead
      }
      return bytes
    },
    async sizeOf(key) {
      return (await stat(pathOf(key)).catch(ifMissing))?.size
    },
    async remove(key) {
      await forget(key)
      const path = pathOf(key)
      await rm(path, { force: true })
      await syncFolder(dirname(path)).catch(ifMissing)
    },
    async *list() {
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        if (entry.isFile())
          yield join(entry.parentPath, entry.name)
            .slice(folder.length + 1)
            .replaceAll('\\', '/')
      }
    },
    async freeBytes() {
      const { bavail, bsize } = await statfs(folder)
      return bavail * bsize
    },
    async close() {
      await Promise.all([...open_.keys()].map(forget))
    },
  }
}
