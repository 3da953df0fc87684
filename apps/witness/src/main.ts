import process, { argv, env, stderr, stdout } from 'node:process'
import { run } from './run.ts'

const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())

process.exitCode = await run(argv.slice(2), {
  write: (line) => stdout.write(`${line.replace(/\n$/, '')}\n`),
  complain: (line) => stderr.write(`${line.replace(/\n$/, '')}\n`),
  environment: env,
  now: () => new Date(),
  signal: stopping.signal,
})
