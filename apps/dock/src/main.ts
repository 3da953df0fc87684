import process, { argv, env, stderr, stdout } from 'node:process'
import { setTimeout } from 'node:timers/promises'
import { run } from './run.ts'

const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())

const isTerminal = stdout.isTTY
/** Back to the beginning of a line that is then empty. */
const clear = isTerminal ? '\r\u001b[2K' : ''

process.exitCode = await run(argv.slice(2), {
  output: {
    write: (line) => stdout.write(`${clear}${line}\n`),
    complain: (line) => {
      stdout.write(clear)
      stderr.write(`${line}\n`)
    },
    draw: isTerminal ? (line) => stdout.write(`${clear}${line.slice(0, stdout.columns - 1)}`) : undefined,
  },
  environment: env,
  signal: stopping.signal,
  nowMs: () => performance.now(),
  now: () => new Date(),
  sleep: (ms, signal) => setTimeout(ms, undefined, { signal }),
})
