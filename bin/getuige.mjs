#!/usr/bin/env node
import { becomeScript, giveUp, installIfNeeded } from './node-24.mjs'

const commands = {
  dock: ['apps/dock/src/main.ts', 'dock FOLDER       upload every new recording of a folder and wait for the receipts'],
  verify: [
    'apps/verify/src/main.ts',
    'verify PACKAGE    check an export package: 0 intact, 1 altered or missing, 2 could not check',
  ],
  fsck: ['apps/server/src/commands/fsck.ts', 'fsck              check the stored custody log against its checkpoint'],
}

const usage = `Usage: npx getuige COMMAND …

${Object.values(commands)
  .map(([, line]) => `  ${line}`)
  .join('\n')}

Each command explains itself with --help.
`

const [name, ...args] = process.argv.slice(2)
if (name === '--help' || name === '-h' || name === 'help') {
  process.stdout.write(usage)
} else if (name === undefined || !Object.hasOwn(commands, name)) {
  process.stderr.write(usage)
  if (name !== undefined) giveUp(`there is no command "${name}".`, 2)
  process.exitCode = 2
} else {
  installIfNeeded()
  becomeScript(commands[name][0], args)
}
