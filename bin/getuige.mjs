#!/usr/bin/env node
import { becomeScript, giveUp, installIfNeeded } from './node-24.mjs'

/** @type {Readonly<Record<string, readonly [script: string, line: string]>>} */
const commands = {
  dock: ['apps/dock/src/main.ts', 'dock FOLDER       upload every new recording of a folder and wait for the receipts'],
  verify: [
    'apps/verify/src/main.ts',
    'verify PACKAGE    check an export package: 0 intact, 1 altered or missing, 2 could not check',
  ],
  witness: [
    'apps/witness/src/main.ts',
    'witness …         cosign, on another machine, that custody logs only ever grew',
  ],
  'log check': [
    'apps/verify/src/log/main.ts',
    'log check PLACE   read a published custody log and check all of it: 0 intact, 1 altered, 2 could not check',
  ],
  'log continue': [
    'apps/server/src/commands/log-continue.ts',
    'log continue      after a restore: begin another custody log that names the last head of the one before',
  ],
  backup: [
    'apps/server/src/commands/backup.ts',
    'backup            back up database and lasting keys, while the server runs',
  ],
  restore: [
    'apps/server/src/commands/restore.ts',
    'restore FILE      put a back-up into an empty database, and say what is missing',
  ],
  'upgrade-database': [
    'apps/server/src/commands/upgrade-database.ts',
    'upgrade-database  bring the embedded database to the PostgreSQL of this version',
  ],
  corps: [
    'apps/server/src/commands/corps.ts',
    'corps …           the corps of this installation, and a link with which another is established in it',
  ],
  keys: [
    'apps/server/src/commands/keys.ts',
    'keys …            put new keys in the place of old ones, beside a running server',
  ],
  escrow: [
    'apps/server/src/commands/escrow.ts',
    'escrow …          recover every recording without Getuige: its age identity, headers and payloads',
  ],
  store: [
    'apps/server/src/commands/store.ts',
    'store …           move sealed objects to another store, or read them all against their digests',
  ],
  recover: [
    'apps/server/src/commands/recover.ts',
    'recover LOGIN     let somebody in again whom no two people of the corps can',
  ],
  fsck: ['apps/server/src/commands/fsck.ts', 'fsck              check the stored custody log against its checkpoint'],
}

const usage = `Usage: npx getuige COMMAND …

${Object.values(commands)
  .map(([, line]) => `  ${line}`)
  .join('\n')}

Each command explains itself with --help.
`

const [first, ...others] = process.argv.slice(2)
// `log check` and `log continue` are commands of two words.
const isTwoWords = first === 'log' && others[0] !== undefined && !others[0].startsWith('-')
const name = isTwoWords ? `log ${others[0]}` : first
const args = isTwoWords ? others.slice(1) : others
if (name === '--help' || name === '-h' || name === 'help') {
  process.stdout.write(usage)
} else {
  const [script] = (name !== undefined && Object.hasOwn(commands, name) && commands[name]) || []
  if (script === undefined) {
    process.stderr.write(usage)
    giveUp(name === undefined ? 'name a command.' : `there is no command "${name}".`, 2)
  }
  installIfNeeded()
  // Building needs what the verifier itself is better off without.
  const isPageWanted = name === 'verify' && args.length === 2 && args[0] === '--page'
  if (isPageWanted) becomeScript('bin/build-web.mjs', ['--verify-page', String(args[1])])
  else becomeScript(script, args)
}
