import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { newIdentity } from '@getuige/proof'

/** Seconds of processor that `age -e FILE | sha256sum` takes for so many bytes; undefined where there is no `age`. */
export async function measureAgePipe(sizeBytes: number): Promise<number | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'getuige-bench-'))
  try {
    const file = join(folder, 'plain')
    await fill(file, sizeBytes)
    const { recipient } = newIdentity(randomBytes(32))
    // The second line of `times` is what the programs that the shell ran have used, in user mode and in the kernel.
    const script = 'age -e -r "$1" "$2" | sha256sum > /dev/null && times'
    const shell = spawn('bash', ['-o', 'pipefail', '-c', script, 'bash', recipient, file], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const [said, [code]] = await Promise.all([text(shell.stdout), once(shell, 'exit') as Promise<[number]>])
    if (code !== 0) return undefined
    const spent = [...(said.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)]
    return spent.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function fill(path: string, sizeBytes: number): Promise<void> {
  await using file = await open(path, 'w')
  const noise = randomBytes(1024 * 1024)
  for (let at = 0; at < sizeBytes; at += noise.length)
    await file.write(noise, 0, Math.min(noise.length, sizeBytes - at))
}
