import { once } from 'node:events'
import type { PersonActor } from '@getuige/base'
import * as contract from '@getuige/contract'
import type { FastifyRequest } from 'fastify'
import { AppError } from '#platform/errors'
import { type RawRoute, type Route, serve } from '#platform/http'
import type { Tasks } from './index.ts'

export function taskRoutes<Caller extends PersonActor>({ tasks }: Readonly<{ tasks: Tasks }>): Route<Caller>[] {
  return [
    serve<typeof contract.listTasks, Caller>(contract.listTasks, async ({ caller, query }) => ({
      tasks: await tasks.list(caller, query.recordingId),
    })),
    serve<typeof contract.cancelTask, Caller>(contract.cancelTask, async ({ caller, params }) => {
      await tasks.cancel(caller, params.taskId)
      return {}
    }),
    serve<typeof contract.retryTask, Caller>(contract.retryTask, async ({ caller, params }) => {
      await tasks.retry(caller, params.taskId)
      return {}
    }),
  ]
}

type EventsDeps = Readonly<{
  tasks: Tasks
  requireCaller(request: FastifyRequest): Promise<PersonActor>
  /** Whose session it still is. Watching is no use of it: it ends like one that nobody uses. */
  findCaller(request: FastifyRequest): Promise<PersonActor | undefined>
}>

/**
 * What changes of the work that whoever asks may know of, as it changes. Before anything is sent the session is looked at
 * again, with the roles of that moment. Whoever reads slowly is sent less often, never more at once.
 */
export function taskEventsRoute({ tasks, requireCaller, findCaller }: EventsDeps): RawRoute {
  return (app) => {
    // Whoever asks for its head alone would hold a stream that says nothing.
    app.get(contract.taskEventsPath, { exposeHeadRoute: false }, async (request, reply) => {
      const { id, corpsId } = await requireCaller(request)
      if (!tasks.hasRoomToWatch(id)) throw new AppError('server/not-ready')
      const { raw } = reply
      void reply.hijack()
      const gone = new AbortController()
      raw.on('close', () => gone.abort())
      for (const [name, value] of Object.entries(reply.getHeaders()))
        if (value !== undefined) raw.setHeader(name, value)
      raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no', // proxies that collect answers pass on each event
      })
      const send = async (text: string) => {
        if (!raw.write(text)) await once(raw, 'drain', { signal: gone.signal })
      }
      try {
        await send(':\n\n')
        for await (const ids of tasks.watch(corpsId, id, gone.signal)) {
          const caller = await findCaller(request)
          if (caller === undefined) break
          if (ids.length === 0) await send(':\n\n')
          for (const task of await tasks.listThese(caller, ids)) await send(`data: ${JSON.stringify(task)}\n\n`)
        }
        raw.end()
      } catch {
        // It hung up, or something is amiss: it asks again.
        raw.destroy()
      }
      return reply
    })
  }
}
