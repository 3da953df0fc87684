import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { setImmediate as breathe } from 'node:timers/promises'
import { addPeriod, dayOf, instantOf, type PersonActor, type RecordingId, toHex } from '@getuige/base'
import type { Viewer } from '#access'
import { type TurnableClock, turnableClock } from '#platform/clock'
import type { Log } from '#platform/log'
import { compose, type Modules } from '../compose.ts'
import type { Config } from '../config.ts'
import type { Running } from '../start.ts'
import { truncated, withoutMoov } from './clips/damage.ts'
import { type DemoCorps, demoCorps } from './corps.ts'
import { asMatroska } from './matroska.ts'
import { sayPasswords } from './passwords.ts'
import { personaliseClip, startOfClip } from './personalise-clip.ts'
import { daysBefore, type PlannedRecording, planRecordings } from './plan.ts'
import { type Stage, type Step, storyOf } from './story.ts'
import { planStory } from './story-recordings.ts'
import { writeTrack } from './track-file.ts'

const daysOfPast = 100
/** Before that, nothing is due and nobody is told anything. */
const nights = 36
const minuteMs = 60_000

/**
 * Fill an empty installation with two demonstration corps, and say how to sign in. People and cameras are there when this
 * returns; what happened since arrives over the next minute, each thing with the clock turned to its time, so that trails
 * read as they would have; nothing may run by the clock of the server until `arrived`, which never rejects. Disposing stops
 * the arrival; a later start does not go on with it.
 */
export async function seedDemo(
  running: Running,
  config: Config,
  log: Log,
  say: (line: string) => void,
): Promise<AsyncDisposable & Readonly<{ arrived: Promise<void> }>> {
  const { corps } = running.server.modules
  if ((await corps.list()).length > 0) {
    await sayPasswords(corps, new Map(), say)
    return { arrived: Promise.resolve(), [Symbol.asyncDispose]: () => Promise.resolve() }
  }

  const now = new Date()
  const clock = turnableClock(now)
  const quiet = { ...log, info: () => undefined, warn: () => undefined }
  const { jobs, modules } = running.server
  // Long work waits until all is there: what there is to see arrives in half the time.
  const withoutTasks: typeof jobs = {
    ...jobs,
    enqueue: async (tx, job, data) => (job.startsWith('tasks/') ? undefined : jobs.enqueue(tx, job, data)),
  }
  const shared = { connection: running.connection, jobs: withoutTasks }
  const settings = { ...config, ...shared, clock, log: quiet, reactions: {} }
  const seeder = await compose(settings)
  clock.turn(addPeriod(now, { days: -daysOfPast }, 'UTC'))
  const passwords = new Map<string, string>()
  const stages: CorpsStage[] = []
  for (const each of demoCorps) stages.push(await establish(seeder.modules, clock, each, passwords, now))
  await sayPasswords(corps, passwords, say)
  say('Recordings of the last weeks arrive now, the oldest first; a line here says when all are there.')

  const stop = new AbortController()
  const sequence = () => running.server.modules.custody.sequence()
  const arrived = arrive(seeder.modules, clock, stages, { now, signal: stop.signal, sequence })
    .then(async (count) => {
      if (stop.signal.aborted) return
      say(
        `All has arrived: ${count} recordings, and what people did with them. Tasks shows what is still made of them.`,
      )
      await modules.tasks.takeUp()
    })
    .catch((error: unknown) => {
      if (!stop.signal.aborted) log.error('demo/stopped', error)
    })
  return {
    arrived,
    async [Symbol.asyncDispose]() {
      stop.abort()
      await arrived
      await seeder.close()
    },
  }
}

type CorpsStage = Stage & Readonly<{ plan: DemoCorps; arrived: Map<string, RecordingId> }>

/** A corps with its people and cameras; `passwords` gets what each signs in with, by login. */
async function establish(
  modules: Modules,
  clock: TurnableClock,
  plan: DemoCorps,
  passwords: Map<string, string>,
  now: Date,
): Promise<CorpsStage> {
  const { authority, corps, devices } = modules
  const token = (await corps.offerSetup()) ?? (await corps.invite())
  const [first, ...others] = plan.people
  // Nobody ever learns this password: the administrator gets a one-time one like everybody else.
  const password = toHex(globalThis.crypto.getRandomValues(new Uint8Array(16)))
  const { session } = await corps.establish(token, {
    corpsName: plan.name,
    lawPackId: plan.lawPackId,
    administrator: { name: first.name, title: first.title, login: first.login, password },
  })
  const { sessionId: _sessionId, ...administrator } = corps.toCaller(session)
  const { corpsId } = administrator
  const people = new Map<string, PersonActor>([[first.login, administrator]])
  const adding = others.map(async ({ login, name, title, roles }) => {
    const { person, oneTimePassword } = await corps.addPerson(administrator, { login, name, title, roles })
    people.set(login, { kind: 'person', id: person.id, corpsId, name, title, roles: person.roles })
    passwords.set(login, oneTimePassword)
  })
  await Promise.all(adding)
  const recovered = await corps.recoverByOperator(first.login, 'Demonstration.')
  if (recovered !== undefined) passwords.set(first.login, recovered.oneTimePassword)
  await authority.prepare(corpsId)

  const find = <T>(known: ReadonlyMap<string, T>, name: string): T => {
    const found = known.get(name)
    if (found === undefined) throw new Error(`the demonstration has no ${name}`)
    return found
  }
  for (const { label, serial, wearer } of plan.cameras) {
    await devices.add(administrator, { label, serial, wearerId: find(people, wearer).id })
  }
  const viewers = new Map<string, Viewer>()
  for (const { login } of plan.people) {
    const step = await corps.signIn(login, find(passwords, login))
    if (step.step !== 'signed-in') throw new Error('the demonstration asks for no second factor')
    viewers.set(login, corps.toCaller(step.opened.session))
  }
  const arrived = new Map<string, RecordingId>()
  const today = dayOf(now, plan.timeZone)
  return {
    modules,
    clock,
    plan,
    arrived,
    person: (login) => find(people, login),
    viewer: (login) => find(viewers, login),
    recording: (key) => find(arrived, key),
    day: (days) => daysBefore(today, -days, plan.timeZone),
  }
}

type Arrival = Readonly<{ now: Date; signal: AbortSignal; sequence: () => Promise<unknown> }>

/** Everything that happened in any of the corps, in the order of time. Answers how many recordings there are. */
async function arrive(
  modules: Modules,
  clock: TurnableClock,
  stages: readonly CorpsStage[],
  { now, signal, sequence }: Arrival,
): Promise<number> {
  const timed: Readonly<{ at: Date; run: () => Promise<void> }>[] = []
  for (const stage of stages) {
    const { plan } = stage
    const today = dayOf(now, plan.timeZone)
    const planned = [...planRecordings(plan, today), ...planStory(plan, today)].flatMap((each) =>
      arrivalOf(stage, each, signal),
    )
    for (const { at, run } of [...planned, ...storyOf(plan, today, now)]) timed.push({ at, run: () => run(stage) })
  }
  timed.push(...nightsUntil(modules, now, { signal, sequence }))
  for (const { at, run } of timed.toSorted((a, b) => a.at.getTime() - b.at.getTime())) {
    if (signal.aborted) break
    clock.turn(new Date(Math.min(at.getTime(), now.getTime())))
    await run()
    await breathe()
  }
  clock.turn(now)
  await sequence()
  return stages.reduce((sum, { arrived }) => sum + arrived.size, 0)
}

/** What the nightly runs did: end viewings, announce and erase what was due by then. */
function nightsUntil(
  { access, retention }: Modules,
  now: Date,
  { signal, sequence }: Omit<Arrival, 'now'>,
): Readonly<{ at: Date; run: () => Promise<void> }>[] {
  const today = dayOf(now, 'Europe/Brussels')
  return Array.from({ length: nights }, (_, ago) => ({
    at: instantOf(daysBefore(today, ago, 'Europe/Brussels'), '02:30:00', 'Europe/Brussels'),
    run: async () => {
      await access.endViewingsOver(signal)
      await retention.announceErasures(signal)
      await retention.eraseDue((corpsId) => ({ kind: 'system', corpsId }), signal)
      await sequence()
    },
  })).filter(({ at }) => at < now)
}

/** What a dock reads of the camera's clock, beside its own. Most cameras do not tell it. */
const clocksOf = ({ clockAheadMs }: PlannedRecording, at: Date) => ({
  cameraClock: new Date(at.getTime() + clockAheadMs).toISOString(),
  dockClock: at.toISOString(),
})

/** What the camera handed over, or what was left of it. */
async function fileOf(
  { clip, recordedOn, location, file, key }: PlannedRecording,
  cameraSerial: string,
  timeZone: string,
): Promise<Uint8Array> {
  const whole = await personaliseClip(clip, {
    recordedOn,
    timeZone,
    cameraSerial,
    location,
    nonce: `${key} ${clip.file}`,
  })
  if (file === 'without-index') return withoutMoov(whole)
  if (file === 'cut-short') return truncated(whole, 0.6)
  return file === 'matroska' ? asMatroska(whole, startOfClip(clip, recordedOn, timeZone)) : whole
}

/** Handed over, then explained by whoever wore the camera, then held where somebody needs it. */
function arrivalOf({ arrived, plan }: CorpsStage, planned: PlannedRecording, signal: AbortSignal): Step[] {
  const after = (minutes: number): Date => new Date(planned.handedOverAt.getTime() + minutes * minuteMs)
  const { activation, clip, hold, key, track } = planned
  const camera = plan.cameras[planned.camera]
  if (camera === undefined) throw new Error('the plan names a camera that is not there')
  const startedAt = startOfClip(clip, planned.recordedOn, plan.timeZone).getTime()
  const name = `${camera.serial}_${planned.recordedOn}_${clip.startsAt.slice(0, 8).replaceAll(':', '')}`

  const steps: Step[] = [
    {
      at: planned.handedOverAt,
      run: async ({ modules: { ingest, media, recordings }, clock, person }) => {
        const wearer = person(camera.wearer)
        const bytes = await fileOf(planned, camera.serial, plan.timeZone)
        const sha256 = createHash('sha256').update(bytes).digest()
        const announcement = {
          filename: `${name}.${planned.file === 'matroska' ? 'mkv' : 'mp4'}`,
          sha256: sha256.toString('hex'),
          camera: camera.serial,
          ...(planned.clockAheadMs === 0 ? {} : clocksOf(planned, clock.now())),
        }
        const upload = await ingest.announce(wearer, announcement, bytes.length)
        await ingest.append(wearer, upload.id, Readable.from([bytes]), 0)
        const recording = await recordings.findByDigest(wearer.corpsId, sha256)
        if (recording === undefined) throw new Error('a recording did not arrive')
        arrived.set(key, recording.id)
        clock.advance(20_000)
        const prepared = { corpsId: wearer.corpsId, recordingId: recording.id }
        await media.prepare(prepared, signal)
        if (track === null) return
        const places = writeTrack({
          from: planned.location,
          track,
          startedAt: new Date(startedAt - planned.clockAheadMs),
          durationMs: clip.durationMs,
        })
        const beside = {
          recordingId: recording.id,
          name: `${name}.${track.format}`,
          sha256: createHash('sha256').update(places).digest('hex'),
        }
        await media.receiveSidecar(wearer, beside, Readable.from([places]), signal)
        await media.placeSidecars(prepared, signal)
      },
    },
  ]
  if (activation !== null) {
    const { warnedSecondsBefore, ...rest } = activation
    const [first, second] = warnedSecondsBefore.map((seconds) => new Date(startedAt - seconds * 1000))
    const warnings = { firstWarningAt: first ?? null, secondWarningAt: second ?? null }
    steps.push({
      at: after(5),
      run: async ({ modules: { deployments }, person, recording }) => {
        await deployments.complete(person(camera.wearer), recording(key), { ...rest, ...warnings })
      },
    })
  }
  if (hold !== null) {
    const { placedBy, ...request } = hold
    steps.push({
      at: after(120),
      run: async ({ modules: { retention }, person, recording }) => {
        await retention.placeHold(person(placedBy), { recordingId: recording(key), ...request })
      },
    })
  }
  return steps
}
