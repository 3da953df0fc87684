import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { atMost, besides, type Measured, median, round } from './figures.ts'
import { findFreePort } from './soak-server.ts'

/** From `npm start` to `/readyz`: on an empty folder, then again and again on the same one. */
export async function measureStart(options: Readonly<{ rounds: number }>): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'getuige-bench-'))
  try {
    // Installs and builds what is missing, so that the next one is a first start and nothing else.
    await startOnce(join(folder, 'before'))
    const first = await startOnce(join(folder, 'data'))
    const [later, bare]: [number[], number[]] = [[], []]
    for (let round = 0; round < options.rounds; round += 1) {
      bare.push(await startBareNode())
      later.push(await startOnce(join(folder, 'data')))
    }
    return {
      name: 'start',
      verdicts: [
        atMost('npm start to ready, data folder exists', median(later), 3, 's'),
        besides('npm start to ready, first start on an empty folder', first, 's'),
        besides('against an empty Node process', median(later) / median(bare)),
      ],
      figures: {
        rounds: options.rounds,
        laterS: round(median(later)),
        slowestS: round(Math.max(...later)),
        firstS: round(first),
        bareNodeS: round(median(bare)),
      },
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function startOnce(dataFolder: string): Promise<number> {
  const port = await findFreePort()
  const startedAt = performance.now()
  const child = spawn('npm', ['start', '--silent'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, GETUIGE_DATA: dataFolder, GETUIGE_KEYS: '', DATABASE_URL: '', HOST: '', PORT: `${port}` },
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true,
  })
  const exited = once(child, 'exit')
  try {
    for (;;) {
      const isReady = await fetch(`http://127.0.0.1:${port}/readyz`).then(
        async (response) => (await response.text(), response.ok),
        () => false,
      )
      if (isReady) return (performance.now() - startedAt) / 1000
      if (child.exitCode !== null) throw new Error(`npm start ended with exit code ${child.exitCode}`)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  } finally {
    // As Ctrl-C in a terminal does: npm, its shell and the launcher hear it at once.
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGINT')
    await exited
  }
}

async function startBareNode(): Promise<number> {
  const startedAt = performance.now()
  await once(spawn(process.execPath, ['-e', ''], { stdio: 'ignore' }), 'exit')
  return (performance.now() - startedAt) / 1000
}
