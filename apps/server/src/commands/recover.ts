import { parseArgs } from 'node:util'
import { openInstallation } from './installation.ts'
import { sentenceOf } from './stored.ts'

const usage = `Usage: npx getuige recover LOGIN --reason TEXT [--demo]

Lets somebody in again who lost password or second factor, where no two people of the corps can agree on it: only one
administrator is left, or none. Prints a one-time password; every session and second factor of theirs ends. Where fewer
than two people could approve a role, the corps is founded anew: its administrator gives roles alone until a second one
has signed in. Both are entered in the custody log with the reason. The server may run meanwhile.

  --reason TEXT  why, and who asked for it; stands in the log

Exit code 0: done; 2: could not.
`

process.exitCode = await run()

async function run(): Promise<0 | 2> {
  try {
    const { values, positionals } = parseArgs({
      options: {
        reason: { type: 'string' },
        demo: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
      allowPositionals: true,
    })
    const [login, ...others] = positionals
    const reason = values.reason?.trim() ?? ''
    if (values.help || login === undefined || others.length > 0 || reason === '') {
      process.stdout.write(usage)
      return values.help ? 0 : 2
    }
    await using installation = await openInstallation({ isDemo: values.demo })
    const recovered = await installation.server.modules.corps.recoverByOperator(login.toLowerCase(), reason)
    if (recovered === undefined) {
      process.stderr.write('Nobody who works here has this login.\n')
      return 2
    }
    process.stdout.write(`One-time password, shown this once: ${recovered.oneTimePassword}\n`)
    if (recovered.isFoundingAgain) {
      process.stdout.write(
        'Nobody else could approve a role: the administrator gives roles alone until somebody can.\n',
      )
    }
    return 0
  } catch (error) {
    process.stderr.write(`Could not recover: ${sentenceOf(error)}\n`)
    return 2
  }
}
