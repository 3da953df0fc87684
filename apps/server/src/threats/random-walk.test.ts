import {
  addPeriod,
  type ApprovalId,
  type DocumentId,
  type GrantId,
  type JsonValue,
  type MandateId,
  type PackageId,
  type PersonActor,
  type RecordingId,
  type RequestId,
  type Role,
  startOfDay,
  dayOf,
  type ViewingId,
} from '@getuige/base'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Caller } from '#corps'
import { AppError } from '#platform/errors'
import { createWorld, type World } from '../testing/world.ts'

/**
 * A few hundred acts of whoever happens to do them, in whatever order, on a few recordings under a law with windows,
 * decisions of a prosecutor, files and emergencies. What is asked afterwards is asked of the custody log alone, by rules
 * written here once more and simply: none of the decisions under test takes part.
 */

const steps = 500
const seed = 20_261_122
const timeZone = 'Europe/Brussels'
const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]

/** Roles that see no picture and no byte, whatever is granted to whom. */
const blind: readonly Role[] = [
  'enforcer',
  'shift-lead',
  'fleet-manager',
  'prosecutor',
  'data-protection-officer',
  'auditor',
  'administrator',
]

type Shown = Readonly<{
  what: 'media' | 'picture' | 'package'
  recordingId: RecordingId
  person: PersonActor
  at: Date
  viewingId?: ViewingId
}>
type Entry = Readonly<{
  type: string
  at: Date
  actor: Readonly<Record<string, JsonValue>>
  details: Readonly<Record<string, JsonValue>>
}>

let world: World
const people: Caller[] = []
const recordingIds: RecordingId[] = []
const recordedAt = new Map<RecordingId, Date>()
const shown: Shown[] = []
const tally = new Map<string, { done: number; refused: number }>()

const modules = () => world.server.modules
const random = mulberry32(seed)
const among = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T
const often = (share: number) => random() < share

beforeAll(async () => {
  world = await createWorld({
    lawPackId: 'be-gpi',
    around: (settings) => Promise.resolve({ ...settings, sessionIdleMinutes: 1_000_000 }),
  })
  people.push(world.officer, await world.person('records-officer'), await world.person('investigator'))
  people.push(await world.person('complaint-handler'), await world.person('prosecutor', 'records-officer'))
  people.push(await world.person('prosecutor'), await world.person('data-protection-officer'))
  people.push(world.camera.wearer, world.administrator)
  people.push(await world.person('auditor', 'fleet-manager', 'shift-lead', 'enforcer'))
  for (let i = 0; i < 4; i += 1) {
    const id = await world.viewableRecording()
    await putStoryboard(id)
    await modules().retention.placeHold(actorOf(world.officer), { recordingId: id, ...aHold })
    recordingIds.push(id)
    recordedAt.set(id, (await find(id)).recordedAt)
  }
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const reference = 'BR.69.L3.00572/26'
const reason = 'Onderzoek naar slagen en verwondingen op het plein.'
const aHold = { kind: 'report', number: reference, reason } as const
const purposes = ['judicial-police', 'administrative-police', 'complaint', 'danger-to-life']

test('after hundreds of acts of random people, the log alone shows that every byte was seen, and left, as the law has it', async () => {
  for (let step = 0; step < steps; step += 1) {
    world.clock.advance(1000)
    // So that enough is tried on either side of the first month.
    if (step === steps / 2) world.clock.advance(20 * day)
    await walk()
    // Whoever looks goes on looking, whatever happened meanwhile.
    await attempt(lookOn)
  }
  const log = new Map<RecordingId, readonly Entry[]>()
  for (const id of recordingIds) log.set(id, (await modules().custody.trail(world.officer.corpsId, id)).entries)

  expect(shown.filter((each) => judge(each, log.get(each.recordingId) ?? []) !== 'lawful')).toEqual([])
  expect(shown.filter(({ person }) => person.roles.every((role) => blind.includes(role)))).toEqual([])
  for (const entries of log.values()) expect(exportsOfOne(entries)).toEqual([])
  for (const entries of log.values()) expect(decisionsUsedWrongly(entries)).toEqual([])
  expect((await modules().custody.check()).flatMap(({ findings }) => findings)).toEqual([])

  // A walk on which nothing happened shows nothing.
  const ways = Map.groupBy(shown, ({ what }) => what)
  expect({
    media: (ways.get('media')?.length ?? 0) > 20,
    pictures: (ways.get('picture')?.length ?? 0) > 5,
    packages: (ways.get('package')?.length ?? 0) > 0,
  }).toEqual({ media: true, pictures: true, packages: true })
  const opened = [...log.values()].flatMap((entries) => entries.flatMap(({ details }) => kindsIn(details)))
  expect(new Set(opened)).toEqual(new Set(['assignment', 'emergency', 'mandate']))
  const refused = [...tally.values()].reduce((sum, each) => sum + each.refused, 0)
  expect(refused).toBeGreaterThan(steps / 10)
})

/** One act of somebody. What is refused is part of the walk; a defect is not. */
async function walk(): Promise<void> {
  const [name, act] = among(acts)
  const counted = tally.get(name) ?? { done: 0, refused: 0 }
  tally.set(name, counted)
  if (await attempt(act)) counted.done += 1
  else counted.refused += 1
}

async function attempt(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act()
    return true
  } catch (error) {
    if (!(error instanceof AppError) && !(error instanceof Skipped)) throw error
    return false
  }
}

async function lookOn(): Promise<void> {
  for (const { id, by } of viewings.slice(-2)) await watch(await now(by), id)
}

/** There is nothing yet that the act could be done to. */
class Skipped extends Error {}
function demand<T>(all: readonly T[]): T {
  if (all.length === 0) throw new Skipped()
  return among(all)
}

const viewings: { id: ViewingId; by: Caller; recordingId: RecordingId }[] = []
const requests: { id: RequestId; recordingIds: readonly RecordingId[] }[] = []
const mandates: MandateId[] = []
const approvals: ApprovalId[] = []
const emergencies: GrantId[] = []
/** What was opened to somebody, to be tried while it is and when it no longer is. */
const openings: { by: Caller; recordingId: RecordingId; purpose: string }[] = []
const assignments: { id: GrantId; recordingId: RecordingId }[] = []

/** Half of the time somebody who may do something with pictures. */
const someone = () => among(often(0.6) ? people.slice(0, 5) : people)
const recent = <T>(all: readonly T[]): T => demand(often(0.8) ? all.slice(-4) : all)
const recording = () => among(recordingIds)
const untilOn = () => dayOf(new Date(world.clock.now().getTime() + (random() * 12 - 2) * day), timeZone)

const acts: readonly (readonly [string, () => Promise<unknown>])[] = [
  ...repeat(9, 'start viewing', async () => {
    const opened = often(0.3) ? recent(openings) : { by: someone(), recordingId: recording(), purpose: among(purposes) }
    const by = await now(opened.by)
    const { recordingId, purpose } = opened
    const stated = { purpose, reference, reason }
    const { id } = await modules().access.startViewing(by, recordingId, stated)
    viewings.push({ id, by, recordingId })
    await watch(by, id)
  }),
  // Often by another than who began it, and long after.
  ...repeat(7, 'ask a viewing for bytes', async () => {
    const viewing = recent(viewings)
    await watch(await now(often(0.8) ? viewing.by : among(people)), viewing.id)
  }),
  ...repeat(1, 'end a viewing', async () => modules().access.endViewing(await now(someone()), recent(viewings).id)),
  ...repeat(6, 'look at a storyboard', async () => {
    const by = await now(someone())
    const recordingId = recording()
    const picture = await modules().media.openPicture(actorOf(by), recordingId, 'storyboard')
    await picture.read(0, 1)
    note({ what: 'picture', recordingId, person: actorOf(by) })
  }),
  ...repeat(2, 'ask the prosecutor', async () => {
    const ids = often(0.5) ? [recording()] : [...new Set([recording(), recording()])]
    const asked = { purpose: 'judicial-police', reference, reason, recordingIds: ids }
    const id = await modules().mandates.request(actorOf(await now(someone())), asked)
    requests.push({ id, recordingIds: ids })
  }),
  ...repeat(3, 'grant a request', async () => {
    const by = actorOf(await now(often(0.6) ? among(people.slice(4, 6)) : someone()))
    const { id, recordingIds: asked } = recent(requests)
    mandates.push(
      await modules().mandates.grant(by, id, await decision(by, often(0.8) ? asked.slice(0, 1) : undefined)),
    )
  }),
  ...repeat(1, 'refuse a request', async () => {
    const refusal = { number: null, reasoning: reason }
    await modules().mandates.refuse(actorOf(await now(someone())), recent(requests).id, refusal)
  }),
  ...repeat(2, 'record a decision on paper', async () => {
    const by = actorOf(await now(someone()))
    const requestId = often(0.5) ? null : recent(requests).id
    mandates.push(await modules().mandates.recordOnPaper(by, { requestId, ...(await decision(by)) }))
  }),
  ...repeat(2, 'confirm a decision on paper', async () =>
    modules().mandates.confirm(actorOf(await now(someone())), recent(mandates), reason),
  ),
  ...repeat(1, 'withdraw a decision', async () =>
    modules().mandates.withdraw(actorOf(await now(someone())), recent(mandates), reason),
  ),
  ...repeat(2, 'break the glass', async () => {
    const by = someone()
    const recordingId = recording()
    const { id } = await modules().emergencies.break(actorOf(await now(by)), recordingId, reason)
    emergencies.push(id)
    openings.push({ by, recordingId, purpose: 'danger-to-life' })
  }),
  ...repeat(2, 'justify an emergency', async () =>
    modules().emergencies.justify(actorOf(await now(someone())), recent(emergencies), { words: reason, reference }),
  ),
  ...repeat(3, 'assign a recording', async () => {
    const recordingId = recording()
    const fitting = among([
      [people[2], 'judicial-police'],
      [people[3], 'complaint'],
    ] as const)
    const [person, purpose] = often(0.6) ? fitting : [among(people), among(purposes)]
    const to = { personId: (person ?? world.officer).id, purpose, reference, untilOn: untilOn() }
    const id = await modules().access.assign(actorOf(await now(someone())), recordingId, to)
    assignments.push({ id, recordingId })
    openings.push({ by: person ?? world.officer, recordingId, purpose })
  }),
  ...repeat(2, 'end an assignment', async () => {
    const { id, recordingId } = demand(assignments)
    await modules().access.endAssignment(actorOf(await now(someone())), recordingId, id)
  }),
  ...repeat(3, 'ask for an export', async () => {
    const request = { purpose: among(purposes), reference, reason, recipient: 'Parket' }
    const asked = await modules().cases.askExport(actorOf(await now(someone())), recording(), request)
    approvals.push(asked.approvalId)
  }),
  ...repeat(4, 'approve', async () =>
    modules().approvals.approve(actorOf(await now(someone())), recent(approvals), reason),
  ),
  ...repeat(1, 'withdraw what was asked', async () =>
    modules().approvals.withdraw(actorOf(await now(someone())), recent(approvals), reason),
  ),
  ...repeat(3, 'fetch a package', async () => {
    const packages = await world.server.db.everyCorps
      .selectFrom('export_package')
      .select(['id', 'recording_id', 'person_id'])
      .orderBy('created_at')
      .execute()
    const wanted = recent(packages)
    const owner = people.find(({ id }) => id === wanted.person_id)
    const by = actorOf(await now(often(0.6) && owner !== undefined ? owner : someone()))
    const { body } = await modules().cases.openPackage(by, wanted.id as PackageId)
    for await (const _piece of body);
    note({ what: 'package', recordingId: wanted.recording_id as RecordingId, person: by })
  }),
  ...repeat(3, 'take a role away, or give it back', async () => {
    const one = often(0.5) ? recent(viewings).by : among(people)
    const { roles } = await now(one)
    const next = roles.length > 0 && often(0.5) ? [] : one.roles
    await world.server.db.everyCorps
      .updateTable('person')
      .set({ roles: [...next] })
      .where('id', '=', one.id)
      .execute()
  }),
  ...repeat(3, 'wait for minutes', async () => pass(random() * 8 * minute)),
  ...repeat(1, 'wait for hours', async () => pass(random() * 6 * hour)),
  ...repeat(1, 'wait for days', async () => pass(random() * 5 * day)),
]

function repeat<A extends () => Promise<unknown>>(times: number, name: string, act: A): (readonly [string, A])[] {
  return Array.from({ length: times }, () => [name, act] as const)
}

function pass(ms: number): Promise<void> {
  world.clock.advance(Math.round(ms))
  return Promise.resolve()
}

/** As every request is: with the roles of this moment. */
async function now(caller: Caller): Promise<Caller> {
  const actor = await modules().corps.findActor(world.server.db.of(caller.corpsId), caller.corpsId, caller.id)
  if (actor === undefined) throw new Skipped()
  return { ...actor, sessionId: caller.sessionId }
}

function actorOf({ sessionId: _sessionId, ...actor }: Caller): PersonActor {
  return actor
}

async function watch(by: Caller, viewingId: ViewingId): Promise<void> {
  const { source, recording: seen } = await modules().access.openViewing(by, viewingId)
  await source.read(0, 1)
  note({ what: 'media', recordingId: seen.id, person: actorOf(by), viewingId })
}

function note(one: Omit<Shown, 'at'>): void {
  shown.push({ ...one, at: world.clock.now() })
}

async function decision(by: PersonActor, named: readonly RecordingId[] = [recording()]) {
  async function* paper(): AsyncGenerator<Uint8Array> {
    await Promise.resolve()
    yield Buffer.from('Beslissing van de procureur des Konings.')
  }
  const document: { id: DocumentId } = await modules().mandates.keepDocument(by, paper())
  return {
    number: '2026/118',
    magistrate: { name: 'C. Maes', title: 'substituut-procureur des Konings' },
    decidedOn: dayOf(world.clock.now(), timeZone),
    documentId: document.id,
    recordingIds: [...named],
    purpose: 'judicial-police',
    untilOn: untilOn(),
    reasoning: reason,
  }
}

/** By what the log said at that moment, and the law as a jurist would put it. */
function judge({ what, recordingId, person, at, viewingId }: Shown, all: readonly Entry[]): string {
  const entries = all.filter((entry) => entry.at <= at)
  const isBy = (entry: Entry) => entry.actor['id'] === person.id
  if (what === 'package') {
    const exported = entries.some((entry) => entry.type === 'package-exported' && isBy(entry))
    return exported ? 'lawful' : 'no export was entered before it'
  }
  if (what === 'picture') {
    const seen = entries.some((entry) => entry.type === 'preview-shown' && isBy(entry))
    if (!seen) return 'no look was entered before it'
    const some = purposes.slice(0, 3).some((purpose) => isOpen(purpose, { recordingId, person, at, entries }))
    return some ? 'lawful' : 'for no purpose'
  }
  const started = entries.find(({ type, details }) => type === 'viewing-started' && details['viewingId'] === viewingId)
  if (started === undefined || !isBy(started)) return 'no viewing was entered before it'
  const ended = entries.some(({ type, details }) => type === 'viewing-ended' && details['viewingId'] === viewingId)
  if (ended) return 'after its viewing had ended'
  if (at.getTime() - started.at.getTime() >= hour) return 'after an hour'
  const purpose = textOf(started.details['purpose'])
  return isOpen(purpose, { recordingId, person, at, entries }) ? 'lawful' : `not open for ${purpose}`
}

type Moment = Readonly<{ recordingId: RecordingId; person: PersonActor; at: Date; entries: readonly Entry[] }>

function isOpen(purpose: string, { recordingId, person, at, entries }: Moment): boolean {
  const { roles } = person
  const isOfficer = roles.includes('records-officer')
  if (purpose === 'danger-to-life') {
    const isBroken = entries.some(
      ({ type, actor, details }) =>
        type === 'glass-broken' && actor['id'] === person.id && new Date(textOf(details['openUntilAt'])) > at,
    )
    return isOfficer && isBroken
  }
  const isInFile = entries.some(
    ({ type, details }) =>
      type === 'recording-assigned' &&
      details['personId'] === person.id &&
      details['purpose'] === purpose &&
      endOf(textOf(details['untilOn'])) > at &&
      !entries.some((other) => other.type === 'assignment-ended' && other.details['grantId'] === details['grantId']),
  )
  const handler: Readonly<Record<string, Role>> = { 'judicial-police': 'investigator', complaint: 'complaint-handler' }
  const handles = roles.some((role) => role === handler[purpose])
  if (!isOfficer && !(handles && isInFile)) return false
  const made = recordedAt.get(recordingId) ?? new Date(Number.NaN)
  const lastDay = startOfDay(dayOf(addPeriod(made, { months: 1 }, timeZone), timeZone), timeZone)
  if (at < addPeriod(lastDay, { days: 1 }, timeZone)) return true
  return purpose === 'judicial-police' && entries.some((entry) => isDecisionInForce(entry, entries, at))
}

function isDecisionInForce({ type, details, at: grantedAt }: Entry, entries: readonly Entry[], at: Date): boolean {
  if (type !== 'mandate-granted' || at < grantedAt || at >= endOf(textOf(details['untilOn']))) return false
  return !entries.some(
    (other) => other.type === 'mandate-withdrawn' && other.details['mandateId'] === details['mandateId'],
  )
}

const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '')
const endOf = (lastDay: string): Date => addPeriod(startOfDay(lastDay, timeZone), { days: 1 }, timeZone)

/** Exports that were not asked by one and approved by another before, or that left twice. */
function exportsOfOne(entries: readonly Entry[]): readonly Entry[] {
  const exported = entries.filter(({ type }) => type === 'package-exported')
  return exported.filter(({ actor, details, at }) => {
    const its = (type: string) =>
      entries.filter((entry) => entry.type === type && entry.details['approvalId'] === details['approvalId'])
    const [asked, given] = [its('approval-asked')[0], its('approval-given')[0]]
    const isOnce = its('package-exported').length === 1
    const areTwo =
      asked !== undefined &&
      given !== undefined &&
      asked.actor['id'] === actor['id'] &&
      given.actor['id'] !== actor['id'] &&
      asked.at < given.at &&
      given.at <= at
    return !isOnce || !areTwo
  })
}

/** Viewings that a decision opened before it was granted or after its last day, or that nobody but its recorder confirmed. */
function decisionsUsedWrongly(entries: readonly Entry[]): readonly Entry[] {
  return entries.filter(({ type, details, at }) => {
    if (type !== 'viewing-started') return false
    const grantIds = kindsAndIds(details).flatMap(({ kind, grantId }) => (kind === 'mandate' ? [grantId] : []))
    return grantIds.some((grantId) => {
      const granted = entries.find((one) => one.type === 'mandate-granted' && one.details['grantId'] === grantId)
      if (
        granted === undefined ||
        !isDecisionInForce(
          granted,
          entries.filter((one) => one.at <= at),
          at,
        )
      )
        return true
      const recordedBy = granted.details['recordedBy'] as { id: string } | undefined
      return (
        granted.details['isOnPaper'] === true && (recordedBy === undefined || recordedBy.id === granted.actor['id'])
      )
    })
  })
}

function kindsAndIds(details: Entry['details']): readonly Readonly<{ kind: string; grantId: string }>[] {
  const { openedBy } = details
  return Array.isArray(openedBy) ? (openedBy as { kind: string; grantId: string }[]) : []
}
const kindsIn = (details: Entry['details']) => kindsAndIds(details).map(({ kind }) => kind)

async function find(id: RecordingId) {
  const found = await modules().recordings.find(world.officer.corpsId, id)
  if (found === undefined) throw new Error('there is no such recording')
  return found
}

/** This machine's codec engine is left out of it: a picture is put in its place. */
async function putStoryboard(recordingId: RecordingId): Promise<void> {
  const { vault, recordings } = modules()
  const { corpsId } = world.officer
  const db = world.server.db.of(corpsId)
  const row = await vault.writeDerived(db, recordingId, corpsId, 'storyboard', Buffer.from('a picture'))
  if (row === undefined) throw new Error('the recording has no key')
  await db.transaction().execute(async (tx) => {
    await vault.claim(tx, row)
    const known = await recordings.lock(tx, corpsId, recordingId)
    const { facts } = known
    if (facts === null) throw new Error('the recording was not probed')
    const shown = { playable: true, hasStoryboard: true, rendition: 'direct' } as const
    await recordings.tellMedia(tx, recordingId, { ...known, facts, ...shown })
  })
}

/** The same numbers every time. */
function mulberry32(from: number): () => number {
  let state = from
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
