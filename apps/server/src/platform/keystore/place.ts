import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ifMissing, syncFolder } from '../files/index.ts'

/** Runs each step that leaves something on a disk. Tests make one fail, before or after it was done. */
export type Durably = <T>(step: string, work: () => Promise<T>) => Promise<T>

/** One of the folders in which a keystore lies. Each step is durable when it returns. */
export type Place = ReturnType<typeof openPlace>

const temporarySuffix = '.new'

export function openPlace(folder: string, durably: Durably) {
  const secrets = join(folder, 'secrets')
  const rootFile = join(folder, 'root.key')
  const destroyedFile = join(folder, 'destroyed')

  const fileOf = (name: string) => {
    if (!/^[a-z0-9_-]+(\/[a-z0-9_.-]+)*$/.test(name) || name.includes('..')) throw new Error('not a name of a secret')
    return join(secrets, encodeURIComponent(name))
  }
  const write = async (file: string, bytes: Uint8Array) => {
    await using handle = await open(file, 'wx', 0o600)
    await handle.writeFile(bytes)
    await handle.sync()
  }
  const replace = async (file: string, bytes: Uint8Array) => {
    const temporary = `${file}.${randomBytes(6).toString('hex')}${temporarySuffix}`
    try {
      await write(temporary, bytes)
      await rename(temporary, file)
    } finally {
      await rm(temporary, { force: true })
    }
    await syncFolder(folder)
  }

  const place = {
    folder,
    rootFile,
    make: () => durably('make-folder', () => mkdir(secrets, { recursive: true, mode: 0o700 })),

    readSecret: (name: string) => readFile(fileOf(name)).catch(ifMissing),
    hasSecret: async (name: string) => (await stat(fileOf(name)).catch(ifMissing)) !== undefined,
    /** Names of secrets, in order. Throws when the place is not there. */
    async list(prefix = '') {
      const names = (await readdir(secrets)).filter((file) => !file.endsWith(temporarySuffix)).map(decodeURIComponent)
      return names.filter((name) => name.startsWith(prefix)).toSorted()
    },
    isEmpty: async () => (await readdir(secrets)).length === 0,

    /**
     * Make the file of a secret, whole or not at all. `isStillRight` is asked when its bytes are on disk, right before
     * they get their name. `overtaken`: it said no, or the bytes were swept away meanwhile; nothing was made.
     */
    makeSecret: (
      name: string,
      bytes: Uint8Array,
      isStillRight: () => Promise<boolean>,
    ): Promise<'made' | 'taken' | 'overtaken'> =>
      durably('make-secret', async () => {
        const temporary = `${fileOf(name)}.${randomBytes(6).toString('hex')}${temporarySuffix}`
        try {
          await write(temporary, bytes)
          if (!(await isStillRight())) return 'overtaken'
          // A rename would replace what another process has just made, and wrapped keys under.
          await link(temporary, fileOf(name))
        } catch (error) {
          const { code } = error as NodeJS.ErrnoException
          if (code === 'EEXIST') return 'taken'
          if (code === 'ENOENT' && (await place.isThere())) return 'overtaken'
          throw error
        } finally {
          await rm(temporary, { force: true })
        }
        await syncFolder(secrets)
        return 'made'
      }),
    isThere: async () => (await stat(secrets).catch(ifMissing)) !== undefined,
    /** Put another whole file in the place of a broken one or of one of an older form. */
    replaceSecret: (name: string, bytes: Uint8Array) =>
      durably('replace-secret', async () => {
        const temporary = `${fileOf(name)}.${randomBytes(6).toString('hex')}${temporarySuffix}`
        await write(temporary, bytes)
        await rename(temporary, fileOf(name))
        await syncFolder(secrets)
      }),
    /** Write within the file of a secret; nothing happens when it is gone. */
    overwrite: (name: string, bytes: Uint8Array, position: number) =>
      durably('write-slot', async () => {
        const handle = await open(fileOf(name), 'r+').catch(ifMissing)
        if (handle === undefined) return
        try {
          await handle.write(bytes, 0, bytes.length, position)
          await handle.sync()
        } finally {
          await handle.close()
        }
      }),
    destroySecret: (name: string) =>
      durably('destroy-secret', async () => {
        const handle = await open(fileOf(name), 'r+').catch(ifMissing)
        if (handle === undefined) return
        try {
          // Overwritten before it is unlinked: cheap, and of use on disks that write in place.
          const { size } = await handle.stat()
          await handle.write(Buffer.alloc(size), 0, size, 0)
          await handle.sync()
        } finally {
          await handle.close()
        }
        await rm(fileOf(name), { force: true })
        await syncFolder(secrets)
      }),
    /** Of writers that were killed, or that will find themselves overtaken. */
    removeTemporaries: () =>
      durably('remove-temporaries', async () => {
        for (const file of await readdir(secrets)) {
          if (file.endsWith(temporarySuffix)) await rm(join(secrets, file), { force: true })
        }
      }),

    /** Lines of `root.key`, the current one first; undefined when there is none. */
    async readRoots() {
      const text = await readFile(rootFile, 'utf8').catch(ifMissing)
      return text
        ?.split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '')
    },
    /** False when another process made it first. */
    makeRoots: (line: string) =>
      durably('make-root', async () => {
        const temporary = `${rootFile}.${randomBytes(6).toString('hex')}${temporarySuffix}`
        try {
          await write(temporary, Buffer.from(`${line}\n`))
          await link(temporary, rootFile)
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
          throw error
        } finally {
          await rm(temporary, { force: true })
        }
        await syncFolder(folder)
        return true
      }),
    replaceRoots: (lines: readonly string[]) =>
      durably('write-root', async () => {
        const old = process.platform === 'win32' ? undefined : await open(rootFile, 'r+').catch(ifMissing)
        try {
          await replace(rootFile, Buffer.from(`${lines.join('\n')}\n`))
          // What was replaced held a key too.
          if (old !== undefined) {
            const { size } = await old.stat()
            await old.write(Buffer.alloc(size), 0, size, 0)
            await old.sync()
          }
        } finally {
          await old?.close()
        }
      }),

    /** Instances of secrets that were destroyed: whatever copy of them comes up is destroyed again. */
    async readTombstones(): Promise<Set<string>> {
      const text = (await readFile(destroyedFile, 'latin1').catch(ifMissing)) ?? ''
      return new Set(text.split('\n').filter((line) => /^[0-9a-f]{32}$/.test(line)))
    },
    addTombstones: (instances: Iterable<string>) =>
      durably('add-tombstones', async () => {
        const text = [...instances].map((instance) => `${instance}\n`).join('')
        if (text === '') return
        if (!(await place.isThere())) throw new Error(`${folder} is not there`)
        await using handle = await open(destroyedFile, 'a', 0o600)
        // A crash may have torn the last line: the next begins on one of its own.
        await handle.write(`\n${text}`)
        await handle.sync()
        await syncFolder(folder)
      }),

    /** A line of text in a file of that name beside the secrets. */
    readMark: async (name: string) => (await readFile(join(folder, name), 'utf8').catch(ifMissing))?.trim(),
    writeMark: (name: string, text: string) =>
      durably('write-mark', () => replace(join(folder, name), Buffer.from(`${text}\n`))),
  }
  return place
}
