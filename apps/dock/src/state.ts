import { appendFile, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { readObject } from './failures.ts'

export const stateFolderName = '.getuige'

/** Tells whether a file is still the one that was digested, without reading it again. */
export type Stamp = Readonly<{ sizeBytes: number; mtimeNs: string }>
/** An upload that was begun: where it goes on, and for which camera it was announced. */
export type BegunUpload = Readonly<{ url: string; camera: string }>

export type State = Awaited<ReturnType<typeof openState>>

/**
 * What the dock remembers beside the recordings, in `FOLDER/.getuige`: receipts, the key of the corps, uploads that were
 * begun, digests by path. Each file is whole or absent after a crash. All but receipts and key can be lost without harm.
 */
export async function openState(folder: string) {
  const root = join(folder, stateFolderName)
  await mkdir(join(root, 'receipts'), { recursive: true })
  await mkdir(join(root, 'uploads'), { recursive: true })
  await mkdir(join(root, 'sidecars'), { recursive: true })
  const receiptPath = (sha256: string) => join(root, 'receipts', `${sha256}.receipt`)
  const uploadPath = (sha256: string) => join(root, 'uploads', `${sha256}.json`)
  const sidecarPath = (sha256: string) => join(root, 'sidecars', `${sha256}.json`)
  const serverPath = join(root, 'server.json')
  const digestsPath = join(root, 'digests.jsonl')
  const digests = readDigests((await findText(digestsPath)) ?? '')

  return {
    /** The key trusted since the first contact; undefined before it; null when it is there but cannot be read. */
    async findVkey(): Promise<string | null | undefined> {
      const text = await findText(serverPath)
      if (text === undefined) return undefined
      const vkey = readObject(text)?.['vkey']
      return typeof vkey === 'string' ? vkey : null
    },
    saveVkey: (server: string, vkey: string) =>
      writeWhole(serverPath, `${JSON.stringify({ version: 1, server, vkey }, null, 2)}\n`),

    findReceipt: (sha256: string) => findText(receiptPath(sha256)),
    saveReceipt: (sha256: string, receipt: string) => writeWhole(receiptPath(sha256), receipt),

    /** Beside which recording the server has these bytes. */
    async findSidecar(sha256: string): Promise<string | undefined> {
      const recordingId = readObject(await findText(sidecarPath(sha256)))?.['recordingId']
      return typeof recordingId === 'string' ? recordingId : undefined
    },
    saveSidecar: (sha256: string, recordingId: string) =>
      writeWhole(sidecarPath(sha256), `${JSON.stringify({ recordingId })}\n`),

    async findUpload(sha256: string): Promise<BegunUpload | undefined> {
      const stored = readObject(await findText(uploadPath(sha256)))
      const url = stored?.['url']
      const camera = stored?.['camera']
      return typeof url === 'string' && typeof camera === 'string' ? { url, camera } : undefined
    },
    saveUpload: (sha256: string, upload: BegunUpload) => writeWhole(uploadPath(sha256), `${JSON.stringify(upload)}\n`),
    removeUpload: (sha256: string) => rm(uploadPath(sha256), { force: true }),

    /** The digest computed of this file before, if it has not changed since. */
    findDigest(path: string, { sizeBytes, mtimeNs }: Stamp): string | undefined {
      const known = digests.get(path)
      return known?.sizeBytes === sizeBytes && known.mtimeNs === mtimeNs ? known.sha256 : undefined
    },
    async saveDigest(path: string, stamp: Stamp, sha256: string): Promise<void> {
      digests.set(path, { ...stamp, sha256 })
      // The line break comes first: a line torn by a crash spoils no other.
      await appendFile(digestsPath, `\n${JSON.stringify({ path, ...stamp, sha256 })}`)
    },
  }
}

function readDigests(text: string) {
  const digests = new Map<string, Stamp & Readonly<{ sha256: string }>>()
  for (const line of text.split('\n')) {
    const { path, sizeBytes, mtimeNs, sha256 } = readObject(line) ?? {}
    if (typeof path !== 'string' || typeof sizeBytes !== 'number' || typeof mtimeNs !== 'string') continue
    if (typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256)) digests.set(path, { sizeBytes, mtimeNs, sha256 })
  }
  return digests
}

async function findText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Returns once the file is on disk under its name. */
async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`
  {
    await using file = await open(temporary, 'w')
    await file.writeFile(text)
    await file.sync()
  }
  await rename(temporary, path)
  if (process.platform === 'win32') return // has no folders to sync
  await using folder = await open(dirname(path), 'r')
  await folder.sync()
}
