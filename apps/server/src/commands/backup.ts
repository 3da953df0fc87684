import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { decodeBech32, ProofError } from '@getuige/proof'
import { writeBackup } from '#platform/backup'
import { systemClock } from '#platform/clock'
import { StartError } from '#platform/errors'
import { ifMissing } from '#platform/files'
import { openKeystore } from '#platform/keystore'
import { version } from '../version.ts'
import { reach, sentenceOf } from './stored.ts'

const usage = `Usage: npx getuige backup [--to FOLDER] [--recipient age1…]… [--keep N] [--demo]

Writes a back-up of the database and of the keys that outlive every recording, while the server runs or without it: one
file, encrypted with age. Sealed recordings and the keys of days are not in it: docs/operations/backup.md says where
those are kept.

  --to FOLDER       where to, a folder that is there; without it GETUIGE_BACKUP
  --recipient age1… for whom, may be given more than once; without it GETUIGE_BACKUP_RECIPIENT
  --keep N          how many of the newest stay in the folder; without it GETUIGE_BACKUP_KEEP, else 14

Exit code 0: made; 2: not made, and nothing left behind.
`

process.exitCode = await run()

async function run(): Promise<0 | 2> {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
  try {
    const { values } = parseArgs({
      options: {
        to: { type: 'string' },
        recipient: { type: 'string', multiple: true, default: [] },
        keep: { type: 'string' },
        demo: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    if (values.help) {
      process.stdout.write(usage)
      return 0
    }
    await using reached = await reach({ isDemo: values.demo, alone: false })
    const { config, connection } = reached
    const folder = values.to === undefined ? config.backup.folder : resolve(values.to)
    if (folder === undefined) throw new StartError('Say where to: --to FOLDER, or GETUIGE_BACKUP.')
    const recipients = values.recipient.length > 0 ? values.recipient : config.backup.recipients
    recipients.forEach(requireRecipient)
    // Opening a keystore makes one: of a wrong folder there would be a back-up without keys.
    if ((await stat(config.keysFolder).catch(ifMissing)) === undefined)
      throw new StartError(`There are no keys in ${config.keysFolder}: set GETUIGE_KEYS as the server has it.`)
    const made = await writeBackup({
      connection,
      clock: systemClock,
      version,
      folder,
      recipients,
      keep: values.keep === undefined ? config.backup.keep : Number(values.keep),
      async listSecrets() {
        await using keystore = await openKeystore({ ...config.keystore, folder: config.keysFolder })
        const listed = await Array.fromAsync(keystore.undyingSecrets())
        return new Map(listed.map(({ name, secret }) => [name, secret]))
      },
      signal: stopping.signal,
    })
    const rows = made.about.tables.reduce((sum, table) => sum + table.rows, 0)
    process.stdout.write(
      `${made.path}: ${rows} rows of ${made.about.tables.length} tables and ${made.about.secrets.length} keys, ${made.sizeBytes} bytes.\n`,
    )
    for (const name of made.removed) process.stdout.write(`Removed, as newer ones are there: ${name}\n`)
    return 0
  } catch (error) {
    process.stderr.write(`No back-up was made: ${sentenceOf(error)}\n`)
    return 2
  }
}

function requireRecipient(recipient: string): void {
  try {
    decodeBech32('age', recipient)
  } catch (error) {
    if (!(error instanceof ProofError)) throw error
    throw new StartError(`"${recipient}" is no age recipient: it begins with age1.`, { cause: error })
  }
}
