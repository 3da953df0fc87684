import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { openStored, sentenceOf } from './stored.ts'

const usage = `Usage: npx getuige log continue --reason TEXT [--restored] [--head FILE]… [--demo]

Begins another custody log where one cannot be signed any more because the database was set back, or was written anew.
The old log is closed as it is; the first entry of the new one names the last head that is known. Stop the server first.

  --reason TEXT  why, such as which back-up was restored; stands in the log
  --restored     after a restore: also where nothing is seen to be wrong, since nobody here can know what was signed later
  --head FILE    a newer checkpoint that someone else kept, such as a witness; may be given more than once

Exit code 0: done, or nothing to do; 2: could not.
`

process.exitCode = await run()

async function run(): Promise<0 | 2> {
  try {
    const { values } = parseArgs({
      options: {
        reason: { type: 'string' },
        restored: { type: 'boolean', default: false },
        head: { type: 'string', multiple: true, default: [] },
        demo: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    const reason = values.reason?.trim() ?? ''
    if (values.help || reason === '') {
      process.stdout.write(usage)
      return values.help ? 0 : 2
    }
    const heads = await Promise.all(values.head.map((file) => readFile(file, 'utf8')))
    await using stored = await openStored({ isDemo: values.demo, alone: true })
    const which = values.restored ? 'growing' : 'refused'
    const continued = await stored.custody.continueLogs({ reason, which, heads })
    for (const { from, origin, lost } of continued) {
      process.stdout.write(`${from} is closed; ${origin} goes on from it. Signed entries known to be lost: ${lost}.\n`)
    }
    if (continued.length === 0) {
      process.stdout.write('Every log can be gone on with: nothing to do. After a restore, say --restored.\n')
    }
    return 0
  } catch (error) {
    process.stderr.write(`Could not continue: ${sentenceOf(error)}\n`)
    return 2
  }
}
