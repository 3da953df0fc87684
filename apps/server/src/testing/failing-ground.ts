import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { openKeptHeads } from '#custody'
import { openDatabase, runSql } from '#platform/database'
import type { Jobs } from '#platform/jobs'
import { openFileStore, openStaging, type ObjectStore, type Staging, type StagingWriter } from '#platform/object-store'
import type { Server, Settings } from '../compose.ts'
import { type FailingConnection, openFailingConnection, type Verdict } from './failing-connection.ts'

/**
 * How a durable step fails. `not-written`: nothing of it is done and it is reported as failed; `reported-failed`: it is
 * done, and reported as failed all the same; in both the process goes on, and handles the failure. `killed`: nothing of
 * it is done, and nothing after it.
 */
export type Fault = (typeof faults)[number]
export const faults = ['not-written', 'reported-failed', 'killed'] as const

/** Everything that a server writes on, each durable step of it counted, named, and made to fail at will. */
export type FailingGround = AsyncDisposable &
  Readonly<{
    /** For a world: each server stands on it anew, and the one before can write nothing any more. */
    around(settings: Settings): Promise<Settings>
    /** Another store that this server writes on. */
    watched(store: ObjectStore, place: string): ObjectStore
    /** Count from here; fail the step of that number, if one is given. */
    watch(failing?: Readonly<{ step: number; fault: Fault }>): void
    /** Steps since `watch`, in order, and whether the one that was to fail was reached. */
    seen(): Readonly<{ steps: readonly string[]; hasFailed: boolean }>
    /**
     * The power goes: of what was written in staging only what was synced is left, what was removed there is back, and
     * the server that stood here reaches nothing any more.
     */
    kill(): Promise<void>
    /** Run what is queued, in order, until nothing is. Throws where a job does, which then stays in the queue. */
    drain(server: Server): Promise<void>
  }>

export class PowerGone extends Error {}

type Life = { isOver: boolean; door: FailingConnection | undefined }

export function openFailingGround(options: Readonly<{ hasSecond?: boolean }> = {}): FailingGround {
  let steps: string[] = []
  let failing: Readonly<{ step: number; fault: Fault }> | undefined
  let hasFailed = false
  let life: Life = { isOver: false, door: undefined }
  const doors: FailingConnection[] = []
  /** Of staged files: how much a crash now would leave. */
  const synced = new Map<string, number>()
  let folders: Readonly<{ staging: string; removed: string }> | undefined

  function ask(mine: Life, step: string): Verdict {
    if (mine.isOver) return 'before'
    steps.push(step)
    if (steps.length !== failing?.step) return 'pass'
    hasFailed = true
    if (failing.fault === 'reported-failed') return 'after'
    if (failing.fault === 'killed') {
      mine.isOver = true
      mine.door?.cut()
    }
    return 'before'
  }

  async function pass<T>(mine: Life, step: string, work: () => Promise<T>): Promise<T> {
    const verdict = ask(mine, step)
    if (verdict === 'before') throw new PowerGone(step)
    const done = await work()
    if (verdict === 'after') throw new PowerGone(step)
    return done
  }

  function watchStore(mine: Life, store: ObjectStore, place: string): ObjectStore {
    const short = (key: string) =>
      key
        .split('/')
        .at(-1)
        ?.replace(/-[0-9a-f]{16}/, '')
    return {
      ...store,
      put: (key, ...rest) => pass(mine, `${place} put ${short(key)}`, () => store.put(key, ...rest)),
      remove: (keys) => pass(mine, `${place} remove`, () => store.remove(keys)),
      protect: (...about) => pass(mine, `${place} protect`, () => store.protect(...about)),
    }
  }

  function watchStaging(mine: Life, staging: Staging, removed: string): Staging {
    const kindOf = (name: string) => name.replace(/^[^.]*\.|\d$/g, '')
    return {
      ...staging,
      async append(name, fromBytes) {
        const opened: StagingWriter[] = []
        const open = async () => {
          const before = synced.get(name) ?? (await staging.sizeOf(name)) ?? 0
          synced.set(name, Math.min(before, fromBytes))
          const writer = await staging.append(name, fromBytes)
          opened.push(writer)
          return {
            ...writer,
            write: (parts: readonly Uint8Array[]) =>
              pass(mine, `staging write ${kindOf(name)}`, () => writer.write(parts)),
            sync: () =>
              pass(mine, `staging sync ${kindOf(name)}`, async () => {
                const written = (await staging.sizeOf(name)) ?? 0
                await writer.sync()
                synced.set(name, written)
              }),
          }
        }
        return pass(mine, `staging open ${kindOf(name)}`, open).catch(async (error: unknown) => {
          for (const writer of opened) await writer.close()
          throw error
        })
      },
      remove: (name) =>
        pass(mine, `staging remove ${kindOf(name)}`, async () => {
          await rename(staging.pathOf(name), join(removed, name)).catch(() => undefined)
        }),
    }
  }

  return {
    watched: (store, place) => watchStore(life, store, place),
    async around(settings) {
      life.isOver = true
      life.door?.cut()
      const mine: Life = { isOver: false, door: undefined }
      life = mine
      await makeQueue(settings)
      mine.door = await openFailingConnection(settings.connection, (step) => ask(mine, step))
      doors.push(mine.door)
      const inFolder = (name: string) => join(settings.dataFolder, name)
      folders = { staging: inFolder('staging'), removed: inFolder('removed') }
      await mkdir(folders.removed, { recursive: true })
      const staging = watchStaging(mine, await openStaging(folders.staging), folders.removed)
      const heads = openKeptHeads(join(settings.keysFolder, 'heads'))
      const second =
        options.hasSecond === true
          ? { second: watchStore(mine, await openFileStore(inFolder('second')), 'second') }
          : {}
      return {
        ...settings,
        ...second,
        connection: mine.door.connection,
        staging,
        objects: watchStore(mine, await openFileStore(inFolder('vault')), 'store'),
        heads: { ...heads, keep: (...head) => pass(mine, 'head keep', () => heads.keep(...head)) },
        keysDurably: (step, work) => pass(mine, `keys ${step}`, work),
        jobs: queue,
      }
    },
    watch(next) {
      steps = []
      failing = next
      hasFailed = false
    },
    seen: () => ({ steps, hasFailed }),
    async kill() {
      failing = undefined
      life.isOver = true
      life.door?.cut()
      if (folders === undefined) return
      for (const [name, size] of synced) {
        const file = join(folders.staging, name)
        // Removed, but nobody waited until that was on the disk.
        await rename(join(folders.removed, name), file).catch(() => undefined)
        await (size === 0 ? rm(file, { force: true }) : truncate(file, size).catch(() => undefined))
      }
      synced.clear()
    },
    async drain(server) {
      for (;;) {
        const [next] = (await runSql(
          server.db.everyCorps,
          'select id, name, data from queued_job order by at limit 1',
        )) as {
          id: string
          name: string
          data: object
        }[]
        if (next === undefined) return
        const job = server.jobList.find(({ name }) => name === next.name)
        if (job === undefined) throw new Error(`there is no job ${next.name}`)
        await job.run(next.data, new AbortController().signal)
        await runSql(server.db.everyCorps, 'delete from queued_job where id = $1', [next.id])
      }
    },
    async [Symbol.asyncDispose]() {
      for (const door of doors) await door[Symbol.asyncDispose]()
    },
  }
}

async function makeQueue({ connection }: Settings): Promise<void> {
  const db = openDatabase(connection, { maxConnections: 1 })
  const columns =
    'id text primary key, name text not null, data jsonb not null, at timestamptz default clock_timestamp()'
  await runSql(db.everyCorps, `create table if not exists queued_job (${columns})`)
  await db.destroy()
}

/** What follows from an act is queued in its transaction, and waits until the test has it done. */
const queue: Jobs = {
  async enqueue(tx, name, data) {
    await runSql(tx, 'insert into queued_job (id, name, data) values ($1, $2, $3)', [
      randomUUID(),
      name,
      JSON.stringify(data),
    ])
  },
  start: () => Promise.resolve(),
  stop: () => Promise.resolve(),
}
