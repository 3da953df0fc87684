import process, { argv, stderr, stdout } from 'node:process'
import { run } from './run.ts'

process.exitCode = await run(argv.slice(2), {
  write: (line) => stdout.write(`${line}\n`),
  complain: (line) => stderr.write(`${line}\n`),
  now: new Date(),
})
