import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

export type Scope = 'server' | 'tree'

/** The server as an operator runs it, by `npm start`, on one data folder and one port, killed and started again. */
export class SoakServer {
  readonly address: string
  readonly environment: NodeJS.ProcessEnv
  said = ''
  #child: ChildProcess | undefined

  constructor(dataFolder: string, port: number) {
    this.address = `http://127.0.0.1:${port}`
    this.environment = {
      ...process.env,
      GETUIGE_DATA: dataFolder,
      GETUIGE_KEYS: '',
      DATABASE_URL: '',
      HOST: '',
      PORT: `${port}`,
      // Decoding pictures would take the processors from what is killed here.
      GETUIGE_CODEC_ENGINE: 'none',
    }
  }

  start(): void {
    const child = spawn('npm', ['start', '--silent'], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: this.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.said = (this.said + text).slice(-20_000)))
    }
    this.#child = child
  }

  /** False when it ended, or was killed, before it was ready. */
  async untilReady(): Promise<boolean> {
    const child = this.#child
    while (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const isReady = await fetch(`${this.address}/readyz`).then(
        async (answer) => (await answer.text(), answer.ok),
        () => false,
      )
      if (isReady) return true
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    return false
  }

  /** `kill -9`: the server's own process, and what it started must fend for itself; or all of it, PostgreSQL too. */
  async kill(scope: Scope): Promise<void> {
    const child = this.#child
    if (child?.pid === undefined) return
    const processes = await descendantsOf(child.pid)
    const servers = processes.filter(({ command }) => command.includes('apps/server/src/main.ts'))
    const doomed = scope === 'tree' || servers.length === 0 ? processes : servers
    for (const { pid } of doomed) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // Gone already, with the one that was killed before it.
      }
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }

  async stop(): Promise<void> {
    const child = this.#child
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    process.kill(-child.pid, 'SIGINT')
    await ended
  }
}

/** Itself first. From /proc, so on Linux alone. */
async function descendantsOf(root: number): Promise<{ pid: number; command: string }[]> {
  const parents = new Map<number, number>()
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    // After the name, which may hold anything and ends at the last parenthesis: state, then parent (proc(5)).
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    if (stat !== '') parents.set(Number(name), parent)
  }
  const found = [root]
  for (const pid of found) for (const [child, parent] of parents) if (parent === pid) found.push(child)
  return Promise.all(
    found.map(async (pid) => ({
      pid,
      command: (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' '),
    })),
  )
}

export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
