import { open, readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { recipientOf } from '@getuige/proof'
import { StartError } from '#platform/errors'
import { RootUnavailable } from '#platform/keystore'
import { exportEscrow, findEscrowIdentity } from '#vault'
import { type Installation, openInstallation } from './installation.ts'
import { sentenceOf } from './stored.ts'

const usage = `Usage: npx getuige escrow identity FILE [--demo]
       npx getuige escrow export FOLDER [--open] [--identity FILE] [--demo]

identity  Writes the escrow identity to a new file that only you can read. With it, the program age opens any recording
          of which there is a header: keep it on paper or on a stick in a safe, and not on this machine.
export    Recovers every recording still kept, into an empty folder: ID.header and ID.payload for each, and index.csv.
          cat ID.header ID.payload | age -d -i escrow.key > recording
          --open           write the recordings themselves, each compared with its digest
          --identity FILE  with --open: open with the identity in this file, to see that it does

Needs the database, the objects and the keystore; a server may be at work. The custody log says that it was done.
Exit code 0: all whole; 1: some are missing or altered, see index.csv; 2: could not.
`

process.exitCode = await run()

async function run(): Promise<0 | 1 | 2> {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        open: { type: 'boolean', default: false },
        identity: { type: 'string' },
        demo: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    const [what, path, ...more] = positionals
    const isAsked = path !== undefined && more.length === 0 && (what === 'identity' || what === 'export')
    if (values.help || !isAsked || (values.identity !== undefined && !values.open)) {
      process.stdout.write(usage)
      return values.help ? 0 : 2
    }
    const identity = values.identity === undefined ? undefined : await readIdentity(values.identity)
    await using installation = await openInstallation({ isDemo: values.demo })
    if (what === 'identity') return await writeIdentity(installation, resolve(path))
    return await recoverAll(installation, { folder: resolve(path), isOpen: values.open, identity })
  } catch (error) {
    process.stderr.write(`Could not: ${error instanceof RootUnavailable ? error.sentence : sentenceOf(error)}\n`)
    return 2
  }
}

/** Entered before the file is there: nobody has the identity without the log saying so. */
async function writeIdentity({ server, actors }: Installation, file: string): Promise<0> {
  const { identity, recipient } = await findEscrowIdentity(server)
  const handle = await open(file, 'wx', 0o600).catch((error: unknown) => {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    throw isThere ? new StartError(`${file} is there already: name a new file.`) : error
  })
  try {
    for (const actor of actors) {
      await server.modules.custody.act(actor, (_tx, record) =>
        record({ type: 'escrow-identity-written', recordingId: null, details: { escrow: recipient } }),
      )
    }
    await handle.writeFile(`# Escrow identity of Getuige. Opens recordings: keep it in a safe, not on this machine.
# public key: ${recipient}\n${identity}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  say(`${file} holds the escrow identity ${recipient}.`)
  say('Move it to paper or to a stick in a safe now, try it once, and remove the file: who has it and a header can')
  say(
    'open the recording. It opens nothing by itself: the headers are in the database, under keys that erasure destroys.',
  )
  return 0
}

async function recoverAll(
  { server, actors }: Installation,
  options: Readonly<{ folder: string; isOpen: boolean; identity: string | undefined }>,
): Promise<0 | 1> {
  const { corps, custody, recordings } = server.modules
  const { db, keystore, objects } = server
  const corpsIds = (await corps.list()).map(({ id }) => id)
  for (const actor of actors) {
    await custody.act(actor, (_tx, record) =>
      record({ type: 'escrow-exported', recordingId: null, details: { opened: options.isOpen } }),
    )
  }
  const { recovered, failed } = await exportEscrow(
    {
      db,
      keystore,
      objects,
      async describe(recordingId) {
        for (const corpsId of corpsIds) {
          const found = await recordings.find(corpsId, recordingId)
          if (found !== undefined) return found
        }
        return undefined
      },
    },
    options,
    (recordingId, state) => {
      if (state !== 'whole') say(`${recordingId}: ${state}`)
    },
  )
  say(`${recovered} recordings recovered into ${options.folder}, ${failed} not.`)
  return failed === 0 ? 0 : 1
}

async function readIdentity(file: string): Promise<string> {
  const lines = (await readFile(file, 'utf8')).split('\n').map((line) => line.trim())
  const identity = lines.find((line) => line !== '' && !line.startsWith('#')) ?? ''
  try {
    recipientOf(identity)
  } catch (cause) {
    throw new StartError(`${file} holds no age identity: a line AGE-SECRET-KEY-1…`, { cause })
  }
  return identity
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
