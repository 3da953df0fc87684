import { PgBoss } from 'pg-boss'
import { type Connection, poolConfig, runSql, type Tx } from '../database/index.ts'
import type { Log } from '../log/index.ts'

/**
 * Work that waits in the database. Enqueued in the transaction of the act it follows from, so neither is without the
 * other; run at least once, so `run` must bear being run twice and being stopped anywhere.
 */
export type Job<Data extends object = object> = Readonly<{
  /** `module/what-it-does`. */
  name: string
  /** Five cron fields in `timeZone`, for a job that also runs on its own, with `{}` as its data. */
  schedule?: Readonly<{ cron: string; timeZone: string }>
  /** One that takes longer is stopped through its signal, and tried again. */
  timeoutSeconds?: number
  run(data: Data, signal: AbortSignal): Promise<void>
}>

export type Jobs = Readonly<{
  /** In the caller's transaction. */
  enqueue(tx: Tx, name: string, data: object): Promise<void>
  /** Make the queues, then take up work. `jobs` holds every job of the process. */
  start(jobs: readonly Job[]): Promise<void>
  /** Waits for what runs, for 5 s at most; what is cut off runs again at the next start. */
  stop(): Promise<void>
}>

export function openJobs(connection: Connection, log: Log): Jobs {
  const boss = new PgBoss({ ...poolConfig(connection), max: 4, useListenNotify: true } as ConstructorParameters<
    typeof PgBoss
  >[0])
  boss.on('error', (error) => log.error('jobs/trouble', error))
  let isStarted = false

  return {
    async enqueue(tx, name, data) {
      const db = { executeSql: async (text: string, values?: unknown[]) => ({ rows: await runSql(tx, text, values) }) }
      await boss.send(name, data, { db })
    },
    async start(jobs) {
      await boss.start()
      isStarted = true
      await Promise.all(
        jobs.map(async (job) => {
          const options = {
            expireInSeconds: job.timeoutSeconds ?? 900,
            heartbeatSeconds: 20,
            retryLimit: 8,
            retryDelay: 2,
            retryBackoff: true,
            notify: true,
          }
          await boss.createQueue(job.name, options)
          await boss.updateQueue(job.name, options)
          if (job.schedule !== undefined) {
            await boss.schedule(job.name, job.schedule.cron, {}, { tz: job.schedule.timeZone })
          }
          const worker = await boss.work(
            job.name,
            { batchSize: 1, localConcurrency: 1, pollingIntervalSeconds: 2, heartbeatRefreshSeconds: 8 },
            async ([taken]) => {
              if (taken === undefined) return
              try {
                await job.run(taken.data as object, taken.signal)
              } catch (error) {
                log.error('jobs/failed', error, { job: job.name, jobId: taken.id })
                throw error
              } finally {
                // Takes the next one at once. Otherwise what waited before it listened, such as after a crash, would be
                // taken up one by one at its long interval.
                boss.notifyWorker(worker)
              }
            },
          )
        }),
      )
    },
    async stop() {
      if (isStarted) await boss.stop({ graceful: true, timeout: 5000 })
    },
  }
}
