import { once } from 'node:events'
import type { JsonValue, PersonActor, RecordingId, TaskId } from '@getuige/base'
import { type Task, task as taskSchema, taskEventsPath } from '@getuige/contract'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Caller } from '#corps'
import { quietLog } from '#platform/log'
import { StoreUnreachable } from '#platform/object-store'
import { createWorld, type Site, toActor, type World } from '../../testing/world.ts'
import { openTasks, TaskProblem, type Tasks, type TaskWork } from './index.ts'

let world: World
let site: Site
let recordingId: RecordingId
let other: RecordingId
let officer: PersonActor
let tasks: Tasks
/** What the runner of the tests does. */
let work: (work: TaskWork) => Promise<{ madeRecordingId?: RecordingId }>
const jobs: string[] = []
const told: [string, string][] = []

beforeAll(async () => {
  world = await createWorld()
  site = await world.listen()
  recordingId = await world.viewableRecording()
  other = await world.viewableRecording()
  officer = toActor(world.officer)
})
beforeEach(async () => {
  await world.server.db.everyCorps.deleteFrom('task').execute()
  jobs.length = 0
  told.length = 0
  tasks = open()
  work = () => Promise.resolve({})
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

/** As a server that has just started. */
function open(): Tasks {
  const { db, modules } = world.server
  const run = (one: TaskWork) => work(one)
  return openTasks({
    db,
    clock: world.clock,
    log: { ...quietLog(), error: () => undefined },
    recordings: modules.recordings,
    access: modules.access,
    enqueue: (_tx, job) => Promise.resolve(void jobs.push(job)),
    findPerson: modules.corps.findActor,
    runners: { clip: run, pictures: run, proxy: run },
    told: { proxy: async (_tx, of, state) => void told.push([of.recordingId, state]) },
  })
}

const signal = new AbortController().signal
function ask(kind: Task['kind'], askedBy: Caller | null = null, of = recordingId, input: JsonValue = {}) {
  const { corpsId } = officer
  const asker = askedBy === null ? null : toActor(askedBy)
  return world.server.db
    .of(corpsId)
    .transaction()
    .execute((tx) => tasks.ask(tx, { corpsId, kind, recordingId: of, askedBy: asker, input }))
}
const listed = async (id: TaskId, as: PersonActor = officer) => (await tasks.list(as)).find((one) => one.id === id)
const rows = () => world.server.db.everyCorps.selectFrom('task').selectAll().orderBy('asked_at').execute()

/** Work that goes on until it is stopped, or until `end` is called; `begun` says that it has begun. */
function endless() {
  const begun = Promise.withResolvers<TaskWork>()
  const ended = Promise.withResolvers<{ madeRecordingId?: RecordingId }>()
  work = async (one) => {
    begun.resolve(one)
    const stopped = once(one.signal, 'abort').then(() => Promise.reject(one.signal.reason))
    return Promise.race([ended.promise, stopped])
  }
  return { begun: begun.promise, end: () => ended.resolve({}) }
}

describe('work', () => {
  test('is asked for with what it follows from, or not at all', async () => {
    const { db } = world.server
    const failing = db
      .of(officer.corpsId)
      .transaction()
      .execute(async (tx) => {
        await tasks.ask(tx, { corpsId: officer.corpsId, kind: 'clip', recordingId, askedBy: officer, input: {} })
        throw new Error('the disk is gone')
      })
    await expect(failing).rejects.toThrow('the disk is gone')
    expect(await rows()).toEqual([])
  })

  test('that the product asks for by itself is asked once while it waits or runs', async () => {
    const first = await ask('proxy')
    expect(await ask('proxy')).toBe(first)
    world.clock.advance(1)
    expect(await ask('proxy', null, other)).not.toBe(first)
    expect(await ask('pictures')).not.toBe(first)
    const running = endless()
    const run = tasks.runNext('long', signal)
    expect((await running.begun).taskId).toBe(first)
    expect(await ask('proxy')).toBe(first)
    running.end()
    await run
    expect(await ask('proxy')).not.toBe(first)
  })

  test('is waiting, running, then done, and what came of it is named', async () => {
    const id = await ask('clip', world.officer, recordingId, { reason: 'Voor het dossier.' })
    expect(jobs).toEqual(['tasks/run-short'])
    expect(await listed(id)).toMatchObject({
      state: 'waiting',
      kind: 'clip',
      cameraLabel: 'Camera 1',
      percent: null,
      askedBy: officer.name,
      may: { cancel: true, retry: false },
    })
    const seen: JsonValue[] = []
    work = async ({ input, report, askedBy }) => {
      seen.push(input, askedBy?.id ?? null)
      expect((await listed(id))?.state).toBe('running')
      world.clock.advance(10_000)
      report(0.25)
      return { madeRecordingId: other }
    }
    expect(await tasks.runNext('short', signal)).toBe(id)
    expect(seen).toEqual([{ reason: 'Voor het dossier.' }, officer.id])
    expect(await listed(id)).toMatchObject({
      state: 'done',
      percent: 100,
      remainingMs: null,
      madeRecordingId: other,
      may: { cancel: false, retry: false },
    })
    // What was asked with it is needed no more.
    expect((await rows())[0]?.input).toEqual({})
    expect(await tasks.runNext('short', signal)).toBeUndefined()
  })

  test('never ends before it began, nor begins before it was asked, whatever the clock did meanwhile', async () => {
    const right = world.clock.now()
    const at = (ms: number) => new Date(right.getTime() + ms)
    const times = async () => (await rows()).map((row) => [row.asked_at, row.started_at, row.ended_at])
    world.clock.turn(at(9_000_000))
    await ask('proxy')
    world.clock.turn(at(5_000_000))
    const running = endless()
    const run = tasks.runNext('long', signal)
    await running.begun
    expect(await times()).toEqual([[at(5_000_000), at(5_000_000), null]])
    world.clock.turn(right)
    running.end()
    await run
    expect(await times()).toEqual([[right, right, right]])
    world.clock.turn(at(9_000_000))
    await tasks.cancel(world.officer, await ask('clip', world.officer, other))
    expect((await times()).at(-1)).toEqual([at(9_000_000), null, at(9_000_000)])
    world.clock.turn(right)
  })

  test('says how far it is and what remains', async () => {
    const id = await ask('proxy')
    const running = endless()
    const run = tasks.runNext('long', signal)
    const { report } = await running.begun
    world.clock.advance(10_000)
    report(0.25)
    report(0.26)
    await expect.poll(async () => listed(id)).toMatchObject({ percent: 25, remainingMs: 30_000 })
    running.end()
    await run
  })

  test('of people comes before that of the product, and pictures never wait for a proxy', async () => {
    const ofProduct = await ask('pictures')
    const ofSomebody = await ask('clip', world.officer)
    const proxy = await ask('proxy')
    const running = endless()
    const run = tasks.runNext('long', signal)
    expect((await running.begun).taskId).toBe(proxy)
    work = () => Promise.resolve({})
    expect(await tasks.runNext('short', signal)).toBe(ofSomebody)
    expect(await tasks.runNext('short', signal)).toBe(ofProduct)
    // One of each lane: a second job finds nothing.
    expect(await tasks.runNext('long', signal)).toBeUndefined()
    running.end()
    await run
  })

  test.each([
    ['not-decodable', new TaskProblem('not-decodable')],
    ['store-unreachable', new Error('reading failed', { cause: new StoreUnreachable('no answer') })],
    ['disk-full', Object.assign(new Error('write'), { code: 'ENOSPC' })],
    ['defect', new TypeError('x is not a function')],
  ])('that fails says why (%s), and can be tried again', async (problem, error) => {
    const id = await ask('proxy')
    work = () => Promise.reject(error)
    await tasks.runNext('long', signal)
    expect(await listed(id)).toMatchObject({ state: 'failed', problem, may: { cancel: false, retry: true } })
    await tasks.retry(officer, id)
    expect(await listed(id)).toMatchObject({ state: 'waiting', problem: null, endedAt: null })
    work = () => Promise.resolve({})
    expect(await tasks.runNext('long', signal)).toBe(id)
    expect((await listed(id))?.state).toBe('done')
    await expect(tasks.retry(officer, id)).rejects.toMatchObject({ code: 'task/not-failed' })
    expect(told.map(([, state]) => state)).toEqual(['running', 'failed', 'waiting', 'running', 'done'])
  })
})

describe('cancelling', () => {
  test('takes work out of the queue', async () => {
    const id = await ask('clip', world.officer)
    await tasks.cancel(officer, id)
    expect(await listed(id)).toMatchObject({ state: 'cancelled', may: { cancel: false, retry: true } })
    expect(await tasks.runNext('short', signal)).toBeUndefined()
    await expect(tasks.cancel(officer, id)).rejects.toMatchObject({ code: 'task/ended' })
  })

  test('stops running work at once, and nothing comes of it', async () => {
    const id = await ask('clip', world.officer)
    const running = endless()
    const run = tasks.runNext('short', signal)
    const { taskId } = await running.begun
    await tasks.cancel(officer, id)
    await run
    expect(await listed(id)).toMatchObject({ state: 'cancelled', problem: null })
    const late = world.server.db
      .of(officer.corpsId)
      .transaction()
      .execute((tx) => tasks.finish(tx, taskId, other))
    await expect(late).rejects.toThrow('ended meanwhile')
  })
})

describe('a server that was killed', () => {
  test('does again what it was at, after its restart', async () => {
    const id = await ask('proxy')
    const running = endless()
    void tasks.runNext('long', signal)
    await running.begun
    // As after kill -9: nobody wrote anything, and another server begins.
    tasks = open()
    expect((await listed(id))?.state).toBe('running')
    jobs.length = 0
    await tasks.takeUp()
    expect(jobs).toEqual(['tasks/run-long'])
    work = () => Promise.resolve({})
    expect(await tasks.runNext('long', signal)).toBe(id)
    expect((await listed(id))?.state).toBe('done')
  })

  test('each time by the same work, gives it up in the end', async () => {
    const id = await ask('proxy')
    for (let n = 0; n < 5; n += 1) {
      tasks = open()
      const running = endless()
      void tasks.runNext('long', signal)
      await running.begun
    }
    tasks = open()
    expect(await tasks.runNext('long', signal)).toBeUndefined()
    expect(await listed(id)).toMatchObject({ state: 'failed', problem: 'defect', may: { retry: true } })
  })

  test('and one that is stopped in order says that it waits', async () => {
    const id = await ask('proxy')
    const running = endless()
    const run = tasks.runNext('long', signal)
    await running.begun
    await tasks.close()
    await run
    expect(await listed(id)).toMatchObject({ state: 'waiting', percent: null })
    expect(await tasks.runNext('long', signal)).toBeUndefined()
  })
})

describe('work of a recording that was erased', () => {
  /** What the register says once erasure began, without all that goes with it. */
  const begin = (id: RecordingId) =>
    world.server.db.everyCorps.updateTable('recording').set({ state: 'erasing' }).where('id', '=', id).execute()

  test('ends as erased, running or not, and what was asked with it goes', async () => {
    const gone = await world.storedRecording()
    const failed = await ask('clip', world.officer, gone, { reason: 'Verdachte in beeld.' })
    work = () => Promise.reject(new TaskProblem('disk-full'))
    await tasks.runNext('short', signal)
    const waiting = await ask('pictures', null, gone)
    await ask('proxy', null, gone)
    const running = endless()
    const run = tasks.runNext('long', signal)
    await running.begun
    await begin(gone)
    expect(await tasks.runNext('short', signal)).toBe(waiting)
    await tasks.tidy(signal)
    await run
    const all = await rows()
    expect(all.map(({ state, problem, input }) => ({ state, problem, input }))).toEqual(
      all.map(() => ({ state: 'failed', problem: 'erased', input: {} })),
    )
    await expect(tasks.retry(officer, failed)).rejects.toMatchObject({ code: 'task/not-failed' })
  })
})

test('what ended two weeks ago is no longer kept', async () => {
  const id = await ask('clip', world.officer)
  await tasks.cancel(officer, id)
  await tasks.tidy(signal)
  expect(await rows()).toHaveLength(1)
  world.clock.advance(15 * 86_400_000)
  await tasks.tidy(signal)
  expect(await rows()).toEqual([])
  world.clock.advance(-15 * 86_400_000)
})

describe('who', () => {
  const path = (id: string, act: string) => `/api/tasks/${id}/${act}`

  test('may not know of the recording finds no work of it', async () => {
    const id = await ask('proxy')
    const stranger = await world.person('enforcer')
    expect((await site.ask('GET', '/api/tasks', { as: stranger })).body).toEqual({ tasks: [] })
    const answer = await site.ask('POST', path(id, 'cancel'), { as: stranger, body: {} })
    expect(answer).toMatchObject({ status: 404, body: { code: 'task/not-found' } })
  })

  test('wore the camera sees what the product does, not who works with it', async () => {
    const ofProduct = await ask('proxy')
    await ask('clip', world.officer)
    const wearer = world.camera.wearer
    const { body } = await site.ask('GET', '/api/tasks', { as: wearer })
    expect((body as { tasks: Task[] }).tasks).toMatchObject([
      { id: ofProduct, askedBy: null, may: { cancel: false, retry: false } },
    ])
    const answer = await site.ask('POST', path(ofProduct, 'cancel'), { as: wearer, body: {} })
    expect(answer).toMatchObject({ status: 403, body: { code: 'access/denied' } })
    expect((await listed(ofProduct))?.state).toBe('waiting')
  })

  test('may assign the recording cancels work of others, and tries nothing again in their name', async () => {
    const colleague = await world.person('records-officer')
    const id = await ask('clip', colleague)
    expect((await site.ask('POST', path(id, 'cancel'), { as: world.officer, body: {} })).status).toBe(200)
    expect((await listed(id))?.may).toEqual({ cancel: false, retry: false })
    expect((await site.ask('POST', path(id, 'retry'), { as: world.officer, body: {} })).status).toBe(403)
    expect((await site.ask('POST', path(id, 'retry'), { as: colleague, body: {} })).status).toBe(200)
  })

  test('left the corps has nothing made in their name', async () => {
    const leaver = await world.person('records-officer')
    const id = await ask('clip', leaver)
    await world.server.db.everyCorps
      .updateTable('person')
      .set({ left_at: world.clock.now() })
      .where('id', '=', leaver.id)
      .execute()
    work = () => Promise.reject(new Error('it was begun'))
    await tasks.runNext('short', signal)
    expect((await listed(id))?.state).toBe('cancelled')
  })
})

test('one person asks for so much at once and no more, until some of it is done or cancelled', async () => {
  const person = await world.person('records-officer')
  const asked = await Promise.all(Array.from({ length: 20 }, () => ask('clip', person)))
  await expect(ask('clip', person)).rejects.toThrow('task/too-many')
  await ask('clip', world.officer)
  const [first] = asked
  if (first === undefined) throw new Error('nothing was asked')
  await tasks.cancel(toActor(person), first)
  await ask('clip', person)
  await expect(tasks.retry(toActor(person), first)).rejects.toThrow('task/too-many')
  const waiting = (await rows()).filter(({ asked_by: by, state }) => by === person.id && state === 'waiting')
  expect(waiting.length).toBe(20)
})

describe('whoever watches', () => {
  async function watch(as: Caller) {
    const leaving = new AbortController()
    const answer = await site.fetch(taskEventsPath, { as, signal: leaving.signal })
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    return {
      answer,
      leave: () => leaving.abort(),
      /** The next event; undefined at the end. */
      async next(): Promise<Task | undefined> {
        for (;;) {
          const end = text.indexOf('\n\n')
          if (end >= 0) {
            const line = text.slice(0, end)
            text = text.slice(end + 2)
            if (line.startsWith('data: ')) return taskSchema.parse(JSON.parse(line.slice(6)))
            continue
          }
          const read = await reader?.read()
          if (read?.done !== false) return undefined
          text += read.value
        }
      },
    }
  }

  test('hears of what changes of recordings they may know of, and of nothing else', async () => {
    const stranger = await world.person('investigator')
    const [mine, theirs] = [await watch(world.officer), await watch(stranger)]
    expect(mine.answer.headers.get('content-type')).toContain('text/event-stream')
    const id = await ask('proxy')
    expect(await mine.next()).toMatchObject({ id, state: 'waiting' })
    await tasks.runNext('long', signal)
    let last: Task | undefined
    do last = await mine.next()
    while (last?.state === 'running')
    expect(last).toMatchObject({ id, state: 'done' })
    // The stranger hears of the first thing that concerns them.
    const { access } = world.server.modules
    await access.assign(toActor(world.officer), other, {
      personId: stranger.id,
      purpose: 'report',
      reference: 'PL1500 2026123456-1',
      untilOn: '2026-11-29',
    })
    const assigned = await ask('pictures', null, other)
    expect(await theirs.next()).toMatchObject({ id: assigned })
    mine.leave()
    theirs.leave()
  })

  test('hears nothing more once the session has ended, and does not prolong it', async () => {
    const person = await world.person('records-officer')
    const seen = async () =>
      (
        await world.server.db.everyCorps
          .selectFrom('person_session')
          .select('last_seen_at')
          .where('id', '=', person.sessionId)
          .executeTakeFirstOrThrow()
      ).last_seen_at
    const watching = await watch(person)
    const before = await seen()
    world.clock.advance(30 * 60_000)
    const id = await ask('proxy')
    expect(await watching.next()).toMatchObject({ id })
    expect(await seen()).toEqual(before)
    world.clock.advance(31 * 60_000)
    await ask('proxy', null, other)
    expect(await watching.next()).toBeUndefined()
  })

  test('is one of a bounded number', async () => {
    const person = await world.person('records-officer')
    const all = await Promise.all(Array.from({ length: 6 }, () => watch(person)))
    expect((await site.fetch(taskEventsPath, { as: person })).status).toBe(503)
    // Its head alone would be one more that says nothing.
    expect((await site.fetch(taskEventsPath, { as: world.officer, method: 'HEAD' })).status).toBe(404)
    for (const one of all) one.leave()
    expect((await site.fetch(taskEventsPath)).status).toBe(401)
  })
})
