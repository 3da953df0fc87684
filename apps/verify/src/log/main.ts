import { hash } from 'node:crypto'
import process, { argv, stderr, stdout } from 'node:process'
import { chooseSha256 } from '@getuige/proof'
import { runLogCheck } from './run.ts'

// A log has many leaves, and OpenSSL is quicker than a digest in JavaScript.
chooseSha256((bytes) => hash('sha256', bytes, 'buffer'))

process.exitCode = await runLogCheck(argv.slice(2), {
  write: (line) => stdout.write(`${line}\n`),
  complain: (line) => stderr.write(`${line}\n`),
})
