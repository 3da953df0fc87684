import { parseArgs } from 'node:util'
import { toBase64 } from '@getuige/base'
import { ProofError } from '@getuige/proof'
import { FolderError, makeDataFolder, openDataFolder } from './data-folder.ts'
import type { DataFolder } from './data-folder.ts'
import { listen } from './listen.ts'
import { openWitness } from './witness.ts'

export const usage = `A witness of custody logs (c2sp.org/tlog-witness): it cosigns that a log only ever grew, and refuses one that was rewritten.

  getuige witness init NAME   make its key; NAME is a URL without scheme, such as witness.example.org/log
  getuige witness add VKEY    trust the key of a corps, for every log whose origin begins with its name
  getuige witness serve       take POST /add-checkpoint [--host 127.0.0.1] [--port 8081]
  getuige witness list        what it has seen of each log: size, root, when; and what it refused

  --data FOLDER               its folder; else GETUIGE_WITNESS_DATA, else ./witness-data

Run it on another machine than the log, under another person. Never put its folder back from a copy, and never run two
with one key: a witness that forgot what it cosigned must be replaced by one with a new key.
`

export type Surroundings = Readonly<{
  write(line: string): void
  complain(line: string): void
  environment: Readonly<Record<string, string | undefined>>
  now(): Date
  /** Ends `serve`. */
  signal: AbortSignal
}>

/** Exit codes: 0 done, 1 could not, 2 not asked rightly. */
export async function run(args: readonly string[], around: Surroundings): Promise<0 | 1 | 2> {
  const order = readOrder(args, around.environment)
  if (order === 'help') {
    around.write(usage)
    return 0
  }
  if (order === undefined) {
    around.complain(usage)
    return 2
  }
  try {
    await obey(order, around)
    return 0
  } catch (error) {
    if (!(error instanceof FolderError || error instanceof ProofError || isFromSystem(error))) throw error
    around.complain(`getuige witness: ${error.message}`)
    return 1
  }
}

type Order = Readonly<{ data: string }> &
  Readonly<
    | { command: 'init'; operand: string }
    | { command: 'add'; operand: string }
    | { command: 'serve'; host: string; port: number }
    | { command: 'list' }
  >

async function obey(order: Order, around: Surroundings): Promise<void> {
  if (order.command === 'init') {
    const key = await makeDataFolder(order.data, order.operand)
    around.write(key.vkey)
    return
  }
  const folder = await openDataFolder(order.data)
  if (order.command === 'add') await folder.addVkey(order.operand)
  else if (order.command === 'serve') await serve(order, folder, around)
  else await list(folder, around)
}

async function list(folder: DataFolder, { write }: Surroundings): Promise<void> {
  write(folder.key.vkey)
  for (const { origin, size, root, at } of await folder.listSeen()) {
    write(`${origin}  ${size}  ${toBase64(root)}  ${at.toISOString()}`)
  }
  for (const file of await folder.listRefused()) write(`REFUSED  ${file}`)
}

async function serve(
  { host, port }: Extract<Order, { command: 'serve' }>,
  folder: DataFolder,
  { write, complain, now, signal }: Surroundings,
): Promise<void> {
  if ((await folder.listVkeys()).length === 0) complain('no log is known yet: add the key of a corps')
  const server = await listen(openWitness(folder, { now, complain }), { host, port })
  const bound = server.address()
  const boundPort = typeof bound === 'object' && bound !== null ? bound.port : port
  write(`${folder.key.vkey}\nlistening on http://${host.includes(':') ? `[${host}]` : host}:${boundPort}`)
  const closed = new Promise<void>((resolve) => server.once('close', () => resolve()))
  const stop = () => server.close()
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop, { once: true })
  await closed
}

function readOrder(args: readonly string[], environment: Surroundings['environment']): Order | 'help' | undefined {
  const options = {
    data: { type: 'string' },
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '8081' },
    help: { type: 'boolean', short: 'h' },
  } as const
  let parsed
  try {
    parsed = parseArgs({ args: [...args], allowPositionals: true, options })
  } catch {
    return undefined // an option that does not exist
  }
  const { values, positionals } = parsed
  if (values.help === true) return 'help'
  const [command, operand] = positionals
  const given = environment['GETUIGE_WITNESS_DATA']
  const data = values.data ?? (given === undefined || given === '' ? 'witness-data' : given)
  const port = Number(values.port)
  if (!/^\d{1,5}$/.test(values.port) || port > 65_535) return undefined
  if ((command === 'init' || command === 'add') && operand !== undefined && positionals.length === 2) {
    return { command, operand, data }
  }
  if (positionals.length !== 1) return undefined
  if (command === 'serve') return { command, data, host: values.host, port }
  return command === 'list' ? { command, data } : undefined
}

/** The file system or the network said no: its own words serve. */
function isFromSystem(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error
}
