import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Ask, Ready } from './server-process.ts'

export type BenchServer = AsyncDisposable &
  Readonly<{ pid: number; ready: Ready; ask(ask: Ask['ask'], options?: unknown): Promise<unknown> }>

type Answer = Readonly<{ ask: string; answer: unknown }>

/** A server on an empty folder of its own; both are gone when disposed. `profile` names a folder for CPU profiles. */
export async function startServer(profile?: string, environment: NodeJS.ProcessEnv = {}): Promise<BenchServer> {
  const folder = await mkdtemp(join(tmpdir(), 'getuige-bench-'))
  const script = fileURLToPath(new URL('server-process.ts', import.meta.url))
  const child = fork(script, [], {
    env: { MALLOC_ARENA_MAX: '2', ...process.env, ...environment, BENCH_FOLDER: folder },
    // The same as `npm start` gives it.
    execArgv: ['--single-threaded-gc', ...(profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`])],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const ended = new Promise<never>((_resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with exit code ${code}`)))
  })
  ended.catch(() => undefined)
  const answerTo = (ask: string): Promise<unknown> =>
    Promise.race([
      ended,
      new Promise((resolve) => {
        const onMessage = (message: Answer) => {
          if (message.ask !== ask) return
          child.off('message', onMessage)
          resolve(message.answer)
        }
        child.on('message', onMessage)
      }),
    ])
  const send = (ask: Ask['ask'], options?: unknown): Promise<unknown> => {
    const answer = answerTo(ask)
    child.send({ ask, options })
    return answer
  }
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    const ready = (await answerTo('ready')) as Ready
    return {
      pid: child.pid ?? 0,
      ready,
      ask: send,
      async [Symbol.asyncDispose]() {
        const gone = ended.catch(() => undefined)
        child.send({ ask: 'stop' })
        await gone
        await remove()
      },
    }
  } catch (error) {
    child.kill()
    await remove()
    throw error
  }
}

/** Run one of our scripts and answer what it sends back. */
export function runChild(script: string, options: unknown, begun?: () => void): Promise<unknown> {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), [JSON.stringify(options)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  return new Promise((resolve, reject) => {
    child.on('message', (message: { begun?: true; result?: unknown }) => {
      if (message.begun === true) begun?.()
      else resolve(message.result)
    })
    child.once('exit', (code) => reject(new Error(`${script} ended with exit code ${code}`)))
  })
}
