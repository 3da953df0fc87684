import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { StartError } from '../errors/index.ts'
import { ifMissing, syncFolder } from '../files/index.ts'

/**
 * Named secrets under one root key, and boxes that only a named secret opens. Secrets live outside the database: who
 * has a copy of the database, or of yesterday's, has no key. Names are paths of ids and days; they are not secret.
 */
export type Keystore = Readonly<{
  /** The secret of that name; made first, 32 random bytes, when there is none. Durable when it returns. */
  demand(name: string): Promise<Uint8Array>
  /** The secret of that name, or undefined when there is none or it was destroyed. */
  find(name: string): Promise<Uint8Array | undefined>
  /** Keep a secret made elsewhere. Durable when it returns; throws when the name is taken. */
  keep(name: string, secret: Uint8Array): Promise<void>
  /** Destroy the secret: what it wraps can never be opened again. Durable when it returns. May run twice. */
  destroy(name: string): Promise<void>
  list(prefix: string): Promise<string[]>
}>

const nonceBytes = 12
const tagBytes = 16

/** ChaCha20-Poly1305 with a random nonce: nonce, ciphertext, tag. `context` must be given again to open. */
export function sealBox(key: Uint8Array, plain: Uint8Array, context: string): Uint8Array {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: tagBytes })
  cipher.setAAD(Buffer.from(context), { plaintextLength: plain.length })
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** Throws when the key or the context is another, or a byte has changed. */
export function openBox(key: Uint8Array, box: Uint8Array, context: string): Uint8Array {
  if (box.length < nonceBytes + tagBytes) throw new Error('sealed box is too short')
  const decipher = createDecipheriv('chacha20-poly1305', key, box.subarray(0, nonceBytes), { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(context), { plaintextLength: box.length - nonceBytes - tagBytes })
  decipher.setAuthTag(box.subarray(box.length - tagBytes))
  return Buffer.concat([decipher.update(box.subarray(nonceBytes, box.length - tagBytes)), decipher.final()])
}

/**
 * Keystore on files: `root.key` made at first start, one sealed file a secret. The folder is 0700, files 0600. Refuses
 * to start when others can read the root key, and never makes a new root key beside secrets that an old one sealed.
 */
export async function openFileKeystore(folder: string): Promise<Keystore> {
  const secretsFolder = join(folder, 'secrets')
  await mkdir(secretsFolder, { recursive: true, mode: 0o700 })
  const root = await demandRootKey(folder, secretsFolder)
  const cache = new Map<string, Uint8Array>()

  const fileOf = (name: string) => {
    if (!/^[a-z0-9_-]+(\/[a-z0-9_.-]+)*$/.test(name) || name.includes('..')) throw new Error('not a name of a secret')
    return join(secretsFolder, encodeURIComponent(name))
  }

  const store: Keystore = {
    async find(name) {
      const cached = cache.get(name)
      if (cached !== undefined) return cached
      const box = await readFile(fileOf(name)).catch(ifMissing)
      if (box === undefined) return undefined
      if (box.every((byte) => byte === 0)) {
        // A crash between overwriting it and unlinking it.
        await store.destroy(name)
        return undefined
      }
      const secret = openBox(root, box, name)
      cache.set(name, secret)
      return secret
    },
    async keep(name, secret) {
      const isNew = await writeNew(secretsFolder, fileOf(name), sealBox(root, secret, name))
      if (!isNew) throw new Error('a secret of that name exists')
      cache.set(name, Uint8Array.from(secret))
    },
    async demand(name) {
      // Asked of the disk, not of memory: another process may have destroyed it, and nothing may be wrapped under it.
      if ((await stat(fileOf(name)).catch(ifMissing)) === undefined) cache.delete(name)
      for (;;) {
        const existing = await store.find(name)
        if (existing !== undefined) return existing
        const secret = randomBytes(32)
        // Of several who make it at once, here or in another process, one wins and the others take what it made.
        if (!(await writeNew(secretsFolder, fileOf(name), sealBox(root, secret, name)))) continue
        cache.set(name, secret)
        return secret
      }
    },
    async destroy(name) {
      const file = fileOf(name)
      cache.get(name)?.fill(0)
      cache.delete(name)
      const size = (await stat(file).catch(ifMissing))?.size
      if (size === undefined) return
      // Overwritten before it is unlinked: cheap, and of use on disks that write in place.
      const handle = await open(file, 'r+')
      await handle.write(Buffer.alloc(size), 0, size, 0)
      await handle.sync()
      await handle.close()
      await rm(file, { force: true })
      await syncFolder(secretsFolder)
    },
    async list(prefix) {
      const names = (await readdir(secretsFolder)).filter((file) => !file.endsWith('.new')).map(decodeURIComponent)
      return names.filter((name) => name.startsWith(prefix)).toSorted()
    },
  }

  return store
}

async function demandRootKey(folder: string, secretsFolder: string): Promise<Uint8Array> {
  const file = join(folder, 'root.key')
  const text = await readFile(file, 'utf8').catch(ifMissing)
  if (text === undefined) {
    if ((await readdir(secretsFolder)).length > 0) {
      throw new StartError(
        `${file} is missing, but the secrets it sealed are there: put it back from your backup. A new one would open nothing.`,
      )
    }
    await writeNew(folder, file, Buffer.from(`${randomBytes(32).toString('hex')}\n`))
    // Read back: another process that started at the same moment may have been first.
    return demandRootKey(folder, secretsFolder)
  }
  const mode = (await stat(file)).mode & 0o077
  if (process.platform !== 'win32' && mode !== 0)
    throw new StartError(`${file} can be read by others: run chmod 600 on it`)
  const key = Buffer.from(text.trim(), 'hex')
  if (key.length !== 32) throw new StartError(`${file} is not a root key: it should hold 64 hexadecimal digits`)
  return key
}

/** Durable and whole when it returns; false, and nothing written, when the file was there, also by a moment. */
async function writeNew(folder: string, file: string, bytes: Uint8Array): Promise<boolean> {
  const temporary = `${file}.${randomBytes(6).toString('hex')}.new`
  const handle = await open(temporary, 'wx', 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
  try {
    // A rename would replace what another process has just made, and wrapped keys under.
    await link(temporary, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(temporary, { force: true })
  }
  await syncFolder(folder)
  return true
}
