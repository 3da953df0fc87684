import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { PersonActor, RecordingId } from '@getuige/base'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createWorld, toActor, type World } from '../../testing/world.ts'

const hour = 3_600_000
let world: World
let officer: PersonActor
let overseer: PersonActor
let recordingId: RecordingId
const told: unknown[] = []
let answerWith = 204
const webhook = createServer((request, response) => {
  let body = ''
  request.on('data', (piece: Buffer) => {
    body += piece.toString()
  })
  request.on('end', () => {
    told.push(JSON.parse(body))
    response.writeHead(answerWith).end()
  })
})
beforeAll(async () => {
  webhook.listen(0, '127.0.0.1')
  await once(webhook, 'listening')
  const alarmWebhook = `http://127.0.0.1:${(webhook.address() as AddressInfo).port}/alarm`
  world = await createWorld({
    lawPackId: 'be-brussel-elsene',
    around: (settings) => Promise.resolve({ ...settings, alarmWebhook }),
  })
  officer = toActor(world.officer)
  overseer = toActor(await world.person('data-protection-officer'))
  recordingId = await world.viewableRecording()
  await modules().retention.placeHold(officer, {
    recordingId,
    kind: 'report',
    number: 'BR.69.L3.00572/26',
    reason: 'Proces-verbaal opgemaakt.',
  })
  // After the window: the prosecutor alone could open it.
  world.clock.advance(40 * 24 * hour)
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  webhook.close()
})

const modules = () => world.server.modules
const danger = 'Een kind van zeven is vermist; op de beelden staat met wie het wegging.'
const words = 'Het kind is om 16:40 gevonden dankzij de beelden; zie het proces-verbaal.'
const breakIt = (by = officer) => modules().emergencies.break(by, recordingId, danger)
const justify = (id: Awaited<ReturnType<typeof breakIt>>['id'], by = officer) =>
  modules().emergencies.justify(by, id, { words, reference: 'BR.69.L3.00600/26' })
const judge = (id: Awaited<ReturnType<typeof breakIt>>['id'], by = overseer) =>
  modules().emergencies.judge(by, id, { verdict: 'justified', words: 'Er was gevaar, en niets anders hielp.' })
const types = async () => (await world.trail(recordingId)).map(({ type }) => type)
async function mayView(by = officer): Promise<boolean> {
  const recording = await modules().recordings.find(by.corpsId, recordingId)
  if (recording === undefined) throw new Error('there is no such recording')
  return (await modules().access.decide(world.server.db.of(by.corpsId), 'view', by, recording)).allowed
}
const code = (expected: string) => ({ code: expected })

describe('danger to life', () => {
  test('opens a recording at once to whoever says so, for the hours of the law, and to nobody else', async () => {
    expect(await mayView()).toBe(false)
    const { id, untilAt } = await breakIt()
    expect(await mayView()).toBe(true)
    expect(await mayView(toActor(await world.person('records-officer')))).toBe(false)
    expect(untilAt.getTime() - world.clock.now().getTime()).toBe(4 * hour)
    world.clock.advance(4 * hour - 1)
    expect(await mayView()).toBe(true)
    world.clock.advance(1)
    expect(await mayView()).toBe(false)
    const { entries } = await modules().custody.trail(officer.corpsId, recordingId)
    expect(entries.at(-1)).toMatchObject({
      type: 'glass-broken',
      actor: { id: officer.id },
      details: { emergencyId: id, reason: danger },
    })
    await justify(id)
    await judge(id)
    expect((await types()).slice(-3)).toEqual(['glass-broken', 'glass-justified', 'glass-judged'])
  })

  test('is told to the data-protection officer and to the webhook, in ids alone, until the webhook takes it', async () => {
    told.length = 0
    const { id } = await breakIt()
    expect(await modules().emergencies.countWaiting(overseer)).toEqual({ emergencies: 1, hasOverdue: false })
    const { emergencies } = await modules().emergencies.list(overseer)
    expect(emergencies[0]).toMatchObject({ id, by: { name: officer.name }, danger, may: { judge: false } })

    const data = { corpsId: officer.corpsId, recordingId }
    const alarm = () => modules().emergencies.alarm(data, new AbortController().signal)
    answerWith = 503
    await expect(alarm()).rejects.toThrow('503')
    answerWith = 204
    await alarm()
    await alarm()
    const ids = { alarm: 'glass-broken', emergencyId: id, ...data, at: world.clock.now().toISOString() }
    // The first test broke the glass too, and nothing had told the webhook.
    expect(told.filter((each) => (each as { emergencyId: string }).emergencyId === id)).toEqual([ids])
    expect(JSON.stringify(told)).not.toContain(officer.name)
    await justify(id)
    await judge(id)
  })

  test('must be put in words within a day: from then on it is overdue, and this person opens nothing more', async () => {
    const { id, justifyBy } = await breakIt()
    const untilThen = justifyBy.getTime() - world.clock.now().getTime()
    expect(untilThen).toBe(24 * hour)
    world.clock.advance(untilThen - 1)
    await expect(judge(id)).rejects.toMatchObject(code('emergency/not-justified-yet'))
    const inTime = await breakIt()
    await justify(inTime.id)
    world.clock.advance(1)
    const before = await types()
    await expect(breakIt()).rejects.toMatchObject(code('emergency/unjustified'))
    expect(await types()).toEqual(before)
    expect(await modules().emergencies.countWaiting(officer)).toEqual({ emergencies: 1, hasOverdue: true })
    expect((await modules().emergencies.countWaiting(overseer)).hasOverdue).toBe(true)

    await justify(id)
    await expect(justify(id)).rejects.toMatchObject(code('emergency/already-justified'))
    const again = await breakIt()
    for (const each of [id, inTime.id]) await judge(each)
    await justify(again.id)
    await judge(again.id)
    await expect(judge(again.id)).rejects.toMatchObject(code('emergency/already-judged'))
    expect(await modules().emergencies.countWaiting(overseer)).toEqual({ emergencies: 0, hasOverdue: false })
  })

  test('is justified by nobody else, and judged by the data-protection officer alone, never on their own', async () => {
    const both = toActor(await world.person('records-officer', 'data-protection-officer'))
    const { id } = await breakIt(both)
    await expect(justify(id)).rejects.toMatchObject(code('emergency/not-found'))
    await justify(id, both)
    for (const by of [both, officer, toActor(world.administrator), toActor(await world.person('auditor'))])
      await expect(judge(id, by)).rejects.toMatchObject(code('emergency/not-found'))
    await judge(id)
    expect((await modules().emergencies.list(toActor(world.administrator))).emergencies).toEqual([])
  })

  test('lets nobody open what they may not know of, nor an administrator', async () => {
    const before = await types()
    await expect(breakIt(toActor(await world.person('enforcer')))).rejects.toMatchObject(code('recording/not-found'))
    await expect(breakIt(toActor(world.administrator))).rejects.toMatchObject(code('recording/not-found'))
    expect((await types()).filter((type) => type === 'glass-broken')).toEqual(
      before.filter((type) => type === 'glass-broken'),
    )
  })
})
