import { readdir, readFile, readlink, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from './system-error.ts'

/** What a running postmaster says of itself in `postmaster.pid`. */
export type Postmaster = Readonly<{
  pid: number
  socketFolder: string
  port: number
  status: 'starting' | 'ready' | 'stopping'
}>

/**
 * Read `postmaster.pid` of a cluster. Null when there is none or it is only half written. Says nothing about whether
 * that process lives.
 *
 * @see https://www.postgresql.org/docs/18/storage-file-layout.html
 */
export async function readPostmaster(dataFolder: string): Promise<Postmaster | null> {
  const text = await readFile(join(dataFolder, 'postmaster.pid'), 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return ''
    throw error
  })
  const [pid, , , port, socketFolder, , , status] = text.split('\n').map((line) => line.trim())
  if (!pid || !port || !socketFolder) return null
  return {
    pid: Math.abs(Number(pid)),
    port: Number(port),
    socketFolder,
    status: status === 'ready' || status === 'stopping' ? status : 'starting',
  }
}

/**
 * Whether process `pid` is a postmaster or backend of this cluster. False for one that ended but was not yet collected
 * by its parent, and for one that got the same number by chance, which is common after a container restarts.
 *
 * @param dataFolder its real path, without links
 */
export async function worksFor(dataFolder: string, pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return exists(pid)
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')
  if (name.trim() !== 'postgres') return false
  try {
    return (await readlink(`/proc/${pid}/cwd`)) === dataFolder
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    // We may not look: take a database of the folder's owner for ours rather than start a second one beside it.
    const [process, folder] = await Promise.all([stat(`/proc/${pid}`).catch(() => null), stat(dataFolder)])
    return process?.uid === folder.uid
  }
}

/**
 * Whether any process still works for this cluster. After a kill of the postmaster its backends need a moment to notice;
 * starting before they are gone would let two generations write the same files. False where there is no /proc, and then
 * the database's own check decides.
 */
export async function isInUse(dataFolder: string): Promise<boolean> {
  if (process.platform !== 'linux') return false
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const answers = await Promise.all(pids.map((pid) => worksFor(dataFolder, Number(pid))))
  return answers.includes(true)
}

/** Whether there is any process of that number. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

/** The process that started this one, or null where that cannot be known. */
export async function parentOf(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const parent = /^PPid:\s*(\d+)$/m.exec(status)?.[1]
  return parent === undefined ? null : Number(parent)
}
