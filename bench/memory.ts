import { readFile, writeFile } from 'node:fs/promises'

export type Memory = Readonly<{ beforeMiB: number; peakMiB: number }>

/** Resident memory of a process, all its threads, before some work and at its highest while it is done. */
export async function watchMemory<T>(pid: number, work: () => Promise<T>): Promise<[T, Memory | undefined]> {
  const file = `/proc/${pid}/status`
  const read = async (field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(await readFile(file, 'utf8'))?.[1]) / 1024
  let beforeMiB: number
  try {
    beforeMiB = await read('VmRSS')
    // The peak so far was of what came before; this forgets it (proc(5), clear_refs).
    await writeFile(`/proc/${pid}/clear_refs`, '5')
  } catch (error) {
    const isUntold = error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES')
    if (!isUntold) throw error
    return [await work(), undefined] // a system that does not tell
  }
  const result = await work()
  return [result, { beforeMiB, peakMiB: await read('VmHWM') }]
}

/** Seconds of processor that a process, all its threads, has used so far; undefined on a system that does not tell. */
export async function cpuSeconds(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  if (stat === undefined) return undefined
  // Ticks in user mode and in the kernel (proc(5)), a hundred a second on every Linux that Node runs on.
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
  return (Number(user) + Number(system)) / 100
}
