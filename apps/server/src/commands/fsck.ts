import { parseArgs } from 'node:util'
import { checkStored } from './check-stored.ts'
import { openStored, sentenceOf } from './stored.ts'

const usage = `Usage: npx getuige fsck [--deep] [--demo]

Derives every custody log again from its stored entries, and holds every recording that is kept against its rows, objects
and keys. Works beside a running server or without one.

  --deep  read every byte of every object against its digest; this takes as long as reading all of them

Exit code 0: all in order; 1: something is wrong; 2: could not check.
`

process.exitCode = await run()

async function run(): Promise<0 | 1 | 2> {
  try {
    const { values } = parseArgs({
      options: {
        deep: { type: 'boolean', default: false },
        demo: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    if (values.help) {
      say(usage.trimEnd())
      return 0
    }
    await using stored = await openStored({ isDemo: values.demo, alone: false })
    const { logFindings, damaged } = await checkStored(stored, { isDeep: values.deep, say })
    const wrong = logFindings + damaged.size
    say(wrong === 0 ? 'Every log gives the root that its checkpoint signs.' : `${wrong} findings.`)
    return wrong === 0 ? 0 : 1
  } catch (error) {
    say(`Could not check: ${sentenceOf(error)}`)
    return 2
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
