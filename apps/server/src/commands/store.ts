import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { systemClock } from '#platform/clock'
import { openDatabase } from '#platform/database'
import { StartError } from '#platform/errors'
import { addressOfStore, openStore, type StoreSettings } from '#platform/object-store'
import { openRecordings } from '#recordings'
import { checkStore, copyStore, newPace, removeMoved } from '#vault'
import type { Config } from '../config.ts'
import { reach, sentenceOf } from './stored.ts'

const usage = `Usage: npx getuige store move FROM TO [--remove] [--at-once N] [--mb-per-second N] [--demo]
       npx getuige store check [STORE] [--at-once N] [--mb-per-second N] [--demo]

move copies every object from one store to another and reads each copy back against its digest. It goes on where it
stopped, and runs beside a running server. It removes nothing; once GETUIGE_STORE is TO and the server was started
again, --remove takes out of FROM what was read back in TO.

check reads every object of a store against its digest; without STORE that of GETUIGE_STORE.

FROM, TO and STORE are file (the folder in the data folder), file:FOLDER, or the address of GETUIGE_STORE or
GETUIGE_SECOND_STORE, whose keys are used.

Exit code 0: every object is there and right; 1: some are not, each named; 2: could not do it.
`

process.exitCode = await run()

async function run(): Promise<0 | 1 | 2> {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        remove: { type: 'boolean', default: false },
        'at-once': { type: 'string', default: '4' },
        'mb-per-second': { type: 'string' },
        demo: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    const [act, ...addresses] = positionals
    if (values.help) {
      say(usage)
      return 0
    }
    const isMove = act === 'move' && addresses.length === 2
    if (!isMove && !(act === 'check' && addresses.length <= 1)) {
      process.stderr.write(usage)
      return 2
    }
    const perSecond = values['mb-per-second']
    const options = {
      atOnce: requireCount(values['at-once']),
      pace: newPace(perSecond === undefined ? undefined : requireCount(perSecond) * 1_000_000, stopping.signal),
      tell: (row: Readonly<{ recordingId: string; objectKey: string }>, what: string) =>
        say(`${what}: ${row.objectKey} of ${row.recordingId}\n`),
      signal: stopping.signal,
    }
    await using stack = new AsyncDisposableStack()
    const { config, connection } = stack.use(await reach({ isDemo: values.demo, alone: false }))
    const db = openDatabase(connection)
    stack.defer(() => db.destroy())
    const open = async (address: string) => {
      const store = await openStore(findStore(config, address), systemClock)
      stack.defer(() => store.close())
      return store
    }
    if (!isMove) {
      const { objects, damaged } = await checkStore(db, await open(addresses[0] ?? usedAddress(config)), options)
      say(`${objects} objects read, ${damaged} damaged or missing.\n`)
      return damaged === 0 ? 0 : 1
    }
    const [from, to] = [await open(addresses[0] ?? ''), await open(addresses[1] ?? '')]
    if (from.address === to.address) throw new StartError('FROM and TO are the same store.')
    if (values.remove) requireSwitched(config, from.address, to.address)
    const deps = { db, clock: systemClock, recordings: openRecordings({ db }), from, to }
    const { objects, copied, bytes, damaged } = await copyStore(deps, options)
    say(`${objects} objects, ${copied} copied and read back (${bytes} bytes), ${damaged} damaged or missing.\n`)
    if (values.remove) {
      const { removed, kept } = await removeMoved(deps, options)
      say(`${removed} removed from ${from.address}, ${kept} kept there.\n`)
    } else if (damaged === 0) say(`Set GETUIGE_STORE to ${to.address}, and start the server again.\n`)
    return damaged === 0 ? 0 : 1
  } catch (error) {
    if (stopping.signal.aborted) say('Stopped; give the command again to go on.\n')
    else say(`Could not do it: ${sentenceOf(error)}\n`)
    return 2
  }
}

function usedStore(config: Config): StoreSettings {
  return config.storage.store ?? { kind: 'file', folder: join(config.dataFolder, 'vault') }
}

function usedAddress(config: Config): string {
  return addressOfStore(usedStore(config))
}

/** What is read from is not removed from, and what is not read from may hold what nobody sees. */
function requireSwitched(config: Config, from: string, to: string): void {
  const { second } = config.storage
  if (usedAddress(config) !== to) throw new StartError(`Set GETUIGE_STORE to ${to} first, and start the server again.`)
  if (second !== undefined && addressOfStore(second) === from) {
    throw new StartError('FROM is the second store, which is to have every object: take it out of the settings first.')
  }
}

function findStore(config: Config, address: string): StoreSettings {
  if (address === 'file') return { kind: 'file', folder: join(config.dataFolder, 'vault') }
  if (address.startsWith('file:') && address.length > 5) return { kind: 'file', folder: resolve(address.slice(5)) }
  const known = [usedStore(config), config.storage.second].find(
    (store) => store !== undefined && addressOfStore(store) === address.replace(/\/$/, ''),
  )
  if (known !== undefined) return known
  throw new StartError(`${address} is neither file:FOLDER nor the address of GETUIGE_STORE or GETUIGE_SECOND_STORE.`)
}

function requireCount(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new StartError(`"${text}" is no number that this can be.`)
  return Number(text)
}

function say(text: string): void {
  process.stdout.write(text)
}
