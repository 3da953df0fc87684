import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { equalBytes } from '@getuige/base'
import { markRestored } from '#custody'
import { BackupError, checkBackup, restoreDatabase } from '#platform/backup'
import { migrate } from '#platform/database'
import { StartError } from '#platform/errors'
import { type Keystore, openKeystore } from '#platform/keystore'
import { listUnclaimedObjects } from '#vault'
import type { Config } from '../config.ts'
import { checkStored } from './check-stored.ts'
import { openReached, reach, sentenceOf, type Stored } from './stored.ts'

const usage = `Usage: npx getuige restore FILE --identity KEYFILE [--keys FOLDER] [--demo]

Puts a back-up into an empty database, with the keys it holds, then checks everything and says what could not be found.
The folder of keys is empty too, or that of this very installation. All of it or nothing; stop the server first.

  --identity KEYFILE  the age identity of a recipient of the back-up (a file with AGE-SECRET-KEY-1…)
  --keys FOLDER       the mirror of the keys, from which the keys of days come back; without it GETUIGE_KEYS_MIRROR

Exit code 0: restored, everything found; 1: restored, and something is missing; 2: not restored.
`

process.exitCode = await run()

async function run(): Promise<0 | 1 | 2> {
  let isRestored = false
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        identity: { type: 'string' },
        keys: { type: 'string' },
        demo: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    const [file, ...rest] = positionals
    if (values.help || file === undefined || rest.length > 0 || values.identity === undefined) {
      process.stdout.write(usage)
      return values.help ? 0 : 2
    }
    say('Reading the back-up to its end, before anything is written.')
    const backup = await checkBackup(file, await readIdentities(values.identity))
    await using reached = await reach({ isDemo: values.demo, alone: true })
    const { config, connection } = reached
    const mirror = values.keys === undefined ? config.keystore.mirror : resolve(values.keys)
    await restoreDatabase(connection, backup, markRestored, (secrets) => putKeys(config, mirror, secrets))
    isRestored = true
    const rows = backup.about.tables.reduce((sum, table) => sum + table.rows, 0)
    say(`Restored what was there at ${backup.about.madeAt}: ${rows} rows, ${backup.secrets.size} lasting keys.`)

    await using stored = await openReached(config, connection, mirror)
    const { applied } = await migrate(stored.db)
    for (const name of applied) say(`Brought up to date by ${name}.`)
    const isWhole = await report(stored)
    say(afterwards(backup.about.madeAt))
    return isWhole ? 0 : 1
  } catch (error) {
    process.stderr.write(
      `${isRestored ? 'Restored, but not checked to the end' : 'Not restored'}: ${sentenceOf(error)}\n`,
    )
    return isRestored ? 1 : 2
  }
}

/** The identities in a file as `age-keygen` makes it. */
async function readIdentities(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new StartError(`The identity cannot be read: ${(cause as Error).message}`, { cause })
  })
  const identities = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  if (identities.length === 0 || !identities.every((line) => line.toUpperCase().startsWith('AGE-SECRET-KEY-1')))
    throw new StartError(`${file} is no age identity: it should hold a line that begins with AGE-SECRET-KEY-1.`)
  return identities
}

/** Keys of days from the mirror, lasting ones from the back-up. Nothing that is there is ever replaced. */
async function putKeys(
  config: Config,
  mirror: string | undefined,
  secrets: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  await using keystore: Keystore = await openKeystore({ ...config.keystore, folder: config.keysFolder, mirror })
  if (mirror !== undefined) await keystore.compareMirror()
  const absent: [string, Uint8Array][] = []
  for (const [name, secret] of secrets) {
    const found = await keystore.find(name)
    if (found === undefined) absent.push([name, secret])
    else if (!equalBytes(found, secret))
      throw new BackupError(
        `The keys in ${config.keysFolder} are of another installation: ${name} is another key there.`,
      )
  }
  for (const [name, secret] of absent) await keystore.keep(name, secret)
}

/** Check log, register and vault, and say what could not be found. Answers whether all was. */
async function report(stored: Stored): Promise<boolean> {
  const { logFindings, damaged } = await checkStored(stored, { isDeep: false, say })
  if (damaged.size > 0) {
    say(
      `What these ${damaged.size} recordings lack was erased after the back-up, or went with a hold placed or lifted since, or is lost. The nightly run erases those that are due.`,
    )
  }
  let unclaimed = 0
  for await (const key of listUnclaimedObjects(stored)) {
    if (unclaimed === 0) say('Objects that no row names, of recordings received after the back-up:')
    unclaimed += 1
    say(`       ${key}`)
  }
  if (unclaimed > 0) {
    say(
      `Nothing opens these ${unclaimed}: their wrapped keys were in the rows that are gone, so escrow does not help either. Upload them again from where they came; whatever stays unnamed is swept after half a day.`,
    )
  }
  return logFindings === 0 && damaged.size === 0 && unclaimed === 0
}

function afterwards(madeAt: string): string {
  return `
Before you start the server: entries that were signed after the back-up are gone, and nobody here can know how many.
Begin a further log that says so, with every newer checkpoint that a witness or somebody else kept:

  npx getuige log continue --restored --reason "restored the back-up of ${madeAt}" --head CHECKPOINT
`
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
