import { mkdir, open, readdir, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { ifMissing, syncFolder } from '../files/index.ts'

/** A folder of this machine where objects grow until they are complete. Names are ids with a suffix. */
export type Staging = Readonly<{
  /** Open a file for appending from `fromBytes` on; what lies beyond is cut off. Made if absent. */
  append(name: string, fromBytes: number): Promise<StagingWriter>
  /** Bytes `start` to `end` (not included). Throws when there are fewer. */
  read(name: string, start: number, end: number): Promise<Buffer>
  sizeOf(name: string): Promise<number | undefined>
  /** For who takes over a complete file. */
  pathOf(name: string): string
  /** May run twice. Not synced: what comes back after a crash is swept. */
  remove(name: string): Promise<void>
  list(): Promise<string[]>
  freeBytes(): Promise<number>
}>

export interface StagingWriter extends AsyncDisposable {
  write(parts: readonly Uint8Array[]): Promise<void>
  /** Returns after every byte written so far, and the file's name, are on disk. */
  sync(): Promise<void>
  close(): Promise<void>
}

/** Files in `folder`, 0600 in 0700. */
export async function openStaging(folder: string): Promise<Staging> {
  await mkdir(folder, { recursive: true, mode: 0o700 })

  const pathOf = (name: string) => {
    if (!/^[A-Za-z0-9_-]+(\.[a-z0-9]+)*$/.test(name)) throw new Error('not a name of a staged object')
    return join(folder, name)
  }

  return {
    async append(name, fromBytes) {
      const handle = await open(pathOf(name), fromBytes === 0 ? 'w' : 'r+', 0o600)
      try {
        const { size } = await handle.stat()
        if (size < fromBytes) throw new Error(`staged object is shorter than expected: ${size} < ${fromBytes}`)
        if (size > fromBytes) await handle.truncate(fromBytes)
      } catch (error) {
        await handle.close()
        throw error
      }
      let at = fromBytes
      let isOpen = true
      let isNameSynced = fromBytes > 0
      const writer: StagingWriter = {
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
          if (isNameSynced) return
          await syncFolder(folder)
          isNameSynced = true
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
    async read(name, start, end) {
      const bytes = Buffer.allocUnsafe(end - start)
      await using handle = await open(pathOf(name), 'r')
      let filled = 0
      while (filled < bytes.length) {
        const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled)
        if (bytesRead === 0) throw new Error(`staged object ends at ${start + filled}, before ${end}`)
        filled += bytesRead
      }
      return bytes
    },
    async sizeOf(name) {
      return (await stat(pathOf(name)).catch(ifMissing))?.size
    },
    pathOf,
    async remove(name) {
      await rm(pathOf(name), { force: true })
    },
    list: () => readdir(folder),
    async freeBytes() {
      const { bavail, bsize } = await statfs(folder)
      return bavail * bsize
    },
  }
}
