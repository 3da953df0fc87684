import process, { argv, stderr, stdout } from 'node:process'
import { runLogCheck } from './run.ts'

process.exitCode = await runLogCheck(argv.slice(2), {
  write: (line) => stdout.write(`${line}\n`),
  complain: (line) => stderr.write(`${line}\n`),
})
