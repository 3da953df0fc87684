import { dayOf, type RecordingId } from '@getuige/base'
import { expect } from 'vitest'
import { runSql } from '#platform/database'
import type { Log } from '#platform/log'
import { checkStored } from '../commands/check-stored.ts'
import { faults, type FailingGround, openFailingGround } from './failing-ground.ts'
import { createWorld, type World } from './world.ts'

/**
 * Something that is asked of the server and makes things durable, and what must hold when any of its steps fails.
 * `Case` is made anew for each failure, and remembers what was acknowledged.
 */
export type Operation<Case> = Readonly<{
  name: string
  hasSecond?: boolean
  /** The server's own store is empty afterwards, on purpose: the check of the vault would say so. */
  isEmptied?: boolean
  /** Steps that it is known to have, as `steps` names them: so that a clean run that finds none is noticed. */
  known: readonly string[]
  prepare(stage: Stage): Promise<Case>
  /** Ask. May throw, as whoever asks sees it; what was acknowledged is noted in `given`. */
  run(stage: Stage, given: Case): Promise<void>
  /** What must hold after the crash, before anything is gone on with. */
  holds(stage: Stage, given: Case): Promise<void>
  /** Ask again, as whoever was not answered does, until it is done. */
  again(stage: Stage, given: Case): Promise<void>
  /** What must be there in the end, exactly, however it came to be. */
  ends(stage: Stage, given: Case): Promise<void>
  /** When every case is done. */
  endsAll?(stage: Stage): Promise<void>
}>

/** What is said while things fail on purpose would hide what matters. */
const silence: Log = { info: () => undefined, warn: () => undefined, error: () => undefined }

export type Stage = Readonly<{ world: World; ground: FailingGround }>

/**
 * Run it once to count its durable steps, then fail each in every way, kill the server, start another, and look, until a run
 * gets through. Answers which of the known steps were never
 * reached.
 */
export async function failEveryStep<Case>(operation: Operation<Case>): Promise<{ notFailed: readonly string[] }> {
  await using ground = openFailingGround(operation.hasSecond === true ? { hasSecond: true } : {})
  await using world = await createWorld({ around: ground.around, log: silence })
  const stage = { world, ground }

  const through = async () => {
    const given = await operation.prepare(stage)
    ground.watch()
    await operation.run(stage, given)
    const { steps } = ground.seen()
    ground.watch()
    await operation.ends(stage, given)
    await requireSound(world, operation.isEmptied)
    return steps
  }
  // The first has steps that no later one has, such as making the log.
  await through()
  const clean = await through()

  const failed: string[] = []
  let mayBeLast = false
  for (let step = 1; !mayBeLast; step += 1) {
    for (const fault of faults) {
      const given = await operation.prepare(stage)
      ground.watch({ step, fault })
      const refusal = await operation.run(stage, given).then(
        () => undefined,
        (cause: unknown) => new Error('it failed by itself', { cause }),
      )
      const { steps, hasFailed } = ground.seen()
      const name = steps[step - 1] ?? 'not reached'
      try {
        await ground.kill()
        await world.crash()
        ground.watch()
        await operation.holds(stage, given)
        await requireSound(world, operation.isEmptied)
        await operation.again(stage, given)
        await operation.ends(stage, given)
        await requireSound(world, operation.isEmptied)
        if (hasFailed) failed.push(name)
        else if (refusal !== undefined) throw refusal
        else if (step > clean.length) mayBeLast = true
      } catch (cause) {
        throw new Error(`${operation.name}: step ${step} of ${clean.length}, ${name}, ${fault}`, { cause })
      }
    }
  }
  await operation.endsAll?.(stage)
  return { notFailed: operation.known.filter((name) => !failed.includes(name)) }
}

/** Logs, register and vault as `npx getuige fsck --deep` sees them. */
export async function requireSound({ server }: World, isEmptied?: boolean): Promise<void> {
  const { db, keystore, objects, modules } = server
  const said: string[] = []
  const { custody, recordings } = modules
  const checked = await checkStored(
    { db, keystore, objects, custody, recordings } as Parameters<typeof checkStored>[0],
    { isDeep: false, say: (line) => said.push(line) },
  )
  const damaged = isEmptied === true ? [] : [...checked.damaged]
  expect({ ...checked, damaged, said }).toMatchObject({ logFindings: 0, damaged: [] })
}

/** A clip recorded on a day that none before was: it has a bucket of its own. */
export async function clipOfAnotherDay({ clock, clip }: World): Promise<Uint8Array> {
  clock.advance(dayMs)
  return clip({ recordedOn: dayOf(new Date(clock.now().getTime() - dayMs), 'Europe/Amsterdam') })
}
export const dayMs = 86_400_000

/** What anyone is shown of a recording; undefined when nothing opens it. */
export async function readBack({ server }: World, recordingId: RecordingId): Promise<Buffer | undefined> {
  const source = await server.modules.vault.find(server.db.everyCorps, recordingId, 'payload')
  return source === undefined ? undefined : Buffer.from(await source.read(0, source.sizeBytes))
}

export const typesIn = async (world: World, recordingId: RecordingId) =>
  (await world.trail(recordingId)).map(({ type }) => type)

/** The details of entries of a type that have these among them, in the order in which they were made. */
export async function listDetails(
  { server }: World,
  type: string,
  details: Readonly<Record<string, unknown>> = {},
): Promise<Readonly<Record<string, unknown>>[]> {
  const text = 'select details from custody_entry where type = $1 and details @> $2 order by serial'
  const rows = (await runSql(server.db.everyCorps, text, [type, JSON.stringify(details)])) as {
    details: Record<string, unknown>
  }[]
  return rows.map((row) => row.details)
}

export async function runJob({ server }: World, name: string): Promise<void> {
  const job = server.jobList.find((each) => each.name === name)
  if (job === undefined) throw new Error(`there is no job ${name}`)
  await job.run({}, new AbortController().signal)
}

/** Once all is given up and swept, nothing lies in the vault but what a row names. */
export async function expectNothingLeftOver(world: World): Promise<void> {
  world.clock.advance(2 * dayMs)
  await world.server.modules.ingest.discardExpired()
  await runJob(world, 'vault/sweep')
  world.clock.advance(dayMs)
  await runJob(world, 'vault/sweep')
  const named = async (text: string) =>
    ((await runSql(world.server.db.everyCorps, text)) as { name: string }[]).map(({ name }) => name).toSorted()
  expect(await world.objectKeys()).toEqual(await named('select object_key as name from vault_object'))
  const keystore = await world.keystore()
  expect(await keystore.list('draft/')).toEqual([])
  expect(await keystore.list('bucket/')).toEqual(await named('select distinct bucket as name from vault_key'))
}
