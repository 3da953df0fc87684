import { readFile, stat } from 'node:fs/promises'
import type { Language } from '@getuige/base'
import { toReason } from './failures.ts'
import { handOver, type HandOverDeps, handOverSidecar } from './hand-over.ts'
import { listFiles, type Listing } from './list-files.ts'
import { isOpenToOthers, type Order, type OrderProblem, readOrder, readToken } from './order.ts'
import { type Output, showProgress } from './progress.ts'
import { decideEnd, type Reason } from './rules.ts'
import { openServer, type Server } from './server.ts'
import { openState, type State } from './state.ts'
import { explain, say, sentences, toSafe, usage } from './words.ts'

export type RunDeps = Readonly<{
  output: Output
  environment: Readonly<Record<string, string | undefined>>
  /** Aborted: stop, and say what is left. */
  signal: AbortSignal
  nowMs(): number
  /** The clock of this machine. */
  now(): Date
  sleep(ms: number, signal: AbortSignal): Promise<void>
}>

export type ExitCode = 0 | 1 | 2
const ignoredShown = 10

const problems = {
  usage,
  camera: sentences.needsCamera,
  server: sentences.badServer,
  token: sentences.needsToken,
  wait: sentences.badWait,
  clock: sentences.badClock,
} as const satisfies Record<OrderProblem, unknown>

/** Exit codes are part of the contract: 0 all received, 1 something not, 2 wrong usage, no server or no access. */
export async function run(args: readonly string[], deps: RunDeps): Promise<ExitCode> {
  const read = readOrder(args, deps.environment)
  const { language } = read
  if ('asksHelp' in read) {
    deps.output.write(usage[language])
    return 0
  }
  if ('problem' in read) {
    deps.output.complain(problems[read.problem][language])
    return 2
  }
  const { cameraClock } = read.order
  const clocks = cameraClock === undefined ? undefined : { cameraClock, dockClock: deps.now().toISOString() }
  const prepared = await prepare(read.order, language, deps)
  return prepared === undefined ? 2 : handOverAll({ ...prepared, clocks }, read.order, language, deps)
}

type Prepared = Readonly<{ listing: Listing; state: State; server: Server; vkey: string }>

/** Folder, token, server and key, or undefined once it was said what is wrong with them. */
async function prepare(order: Order, language: Language, deps: RunDeps): Promise<Prepared | undefined> {
  const { output, signal } = deps
  const fail = (sentence: string): undefined => {
    output.complain(sentence)
    return undefined
  }

  const token = readToken(
    order.token.from === 'environment' ? order.token.value : await readTokenFile(order.token.path),
  )
  if (token === undefined) return fail(sentences.badToken[language])
  const listing = await listFolder(order.folder)
  if ('code' in listing) return fail(say(sentences.cannotReadFolder, language, { code: listing.code }))
  const server = openServer(order.server, token, signal)
  if (isOpenToOthers(order.server)) output.complain(say(sentences.openToOthers, language, { server: order.server }))

  let vkey: string
  try {
    vkey = await server.requireVkey()
  } catch (error) {
    const reason = signal.aborted ? ({ kind: 'interrupted' } as const) : toReason(error)
    const isAway = reason.kind === 'away'
    return fail(
      isAway
        ? say(sentences.serverAway, language, { server: order.server })
        : `${order.server}: ${explain(reason, language)}`,
    )
  }
  try {
    const state = await openState(order.folder)
    const trusted = await state.findVkey()
    if (trusted === null) return fail(sentences.keyUnreadable[language])
    if (trusted !== undefined && trusted !== vkey) return fail(sentences.keyDiffers[language])
    if (trusted === undefined) {
      await state.saveVkey(order.server, vkey)
      output.write(say(sentences.keyTrusted, language, { server: order.server, vkey }))
    }
    return { listing, state, server, vkey }
  } catch (error) {
    return fail(say(sentences.cannotWriteState, language, { code: codeOf(error) }))
  }
}

async function handOverAll(
  prepared: Prepared & Pick<HandOverDeps, 'clocks'>,
  order: Order,
  language: Language,
  deps: RunDeps,
): Promise<ExitCode> {
  const { output, signal } = deps
  const { recordings, sidecars, ignored } = prepared.listing
  tellIgnored(ignored, language, output)
  if (recordings.length === 0) {
    output.write(sentences.empty[language])
    return 0
  }
  const handing: HandOverDeps = {
    ...prepared,
    folder: order.folder,
    camera: order.camera,
    patienceMs: order.patienceMs,
    signal,
    sleep: deps.sleep,
    onStage: showProgress(output, language, order.patienceMs, deps.nowMs),
  }
  const counts = { received: 0, known: 0, failed: 0 }
  let exitCode: ExitCode = 0
  // What lies beside a recording comes once that has its receipt.
  const files = [...recordings, ...sidecars.keys()]
  for (const [index, path] of files.entries()) {
    const outcome = await outcomeOf(handing, path, sidecars.get(path))
    if (typeof outcome === 'string') {
      counts[outcome === 'received' ? 'received' : 'known'] += 1
      if (outcome !== 'had') output.write(`${sentences[outcome][language]}  ${toSafe(path)}`)
      continue
    }
    counts.failed += 1
    exitCode = 1
    output.complain(`${sentences.notReceived[language]}  ${toSafe(path)}: ${explain(outcome, language)}`)
    const end = decideEnd(outcome)
    if (!end.ends) continue
    exitCode = end.exitCode
    const left = files.slice(index + 1)
    counts.failed += left.length
    if (left[0] !== undefined) {
      output.complain(say(sentences.left, language, { count: left.length, path: left[0] }))
    }
    break
  }
  output.write(say(sentences.summary, language, counts))
  return exitCode
}

async function outcomeOf(
  deps: HandOverDeps,
  path: string,
  beside: string | undefined,
): Promise<'had' | 'known' | 'received' | Reason> {
  try {
    deps.signal.throwIfAborted()
    return beside === undefined ? await handOver(deps, path) : await handOverSidecar(deps, path, beside)
  } catch (error) {
    return deps.signal.aborted ? { kind: 'interrupted' } : toReason(error)
  }
}

function tellIgnored(ignored: Listing['ignored'], language: Language, output: Output): void {
  for (const { path, because } of ignored.slice(0, ignoredShown)) {
    output.write(`${sentences.ignored[language]}  ${toSafe(path)} (${sentences[because][language]})`)
  }
  const more = ignored.length - ignoredShown
  if (more > 0) {
    output.write(`${sentences.ignored[language]}  ${say(sentences.ignoredMore, language, { count: more })}`)
  }
}

async function readTokenFile(path: string): Promise<string> {
  try {
    return (await stat(path)).size > 4096 ? '' : await readFile(path, 'utf8')
  } catch {
    return '' // no token there
  }
}

async function listFolder(folder: string): Promise<Listing | Readonly<{ code: string }>> {
  try {
    return await listFiles(folder)
  } catch (error) {
    return { code: codeOf(error) }
  }
}

/** The word of the system for what went wrong with a file. Throws a defect again. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (typeof code === 'string') return code
  throw error
}
