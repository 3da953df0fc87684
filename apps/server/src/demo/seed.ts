import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { setImmediate as breathe } from 'node:timers/promises'
import { addPeriod, type CorpsId, type Day, dayOf, type PersonActor, toHex } from '@getuige/base'
import { turnableClock } from '#platform/clock'
import type { Log } from '#platform/log'
import { compose, type Modules } from '../compose.ts'
import type { Config } from '../config.ts'
import type { Running } from '../start.ts'
import { clips } from './clips/clips.ts'
import { withoutMoov } from './clips/damage.ts'
import { personaliseClip, startOfClip } from './personalise-clip.ts'
import { cameras, corpsName, lawPackId, people, planRecordings, type PlannedRecording, timeZone } from './plan.ts'

/**
 * Fill an empty installation with a demonstration corps, and say how to sign in. People and cameras are there when this
 * returns; recordings arrive over the next minute, each with the clock turned to the day it was handed over, so that its
 * trail reads as it would have. Disposing stops the arrival; a later start does not go on with it.
 */
export async function seedDemo(
  running: Running,
  config: Config,
  log: Log,
  say: (line: string) => void,
): Promise<AsyncDisposable> {
  const { corps } = running.server.modules
  const known = await corps.list()
  if (known[0] !== undefined) {
    await sayPasswords(running.server.modules, known[0].id, say)
    return { [Symbol.asyncDispose]: () => Promise.resolve() }
  }

  const clock = turnableClock(new Date())
  const settings = { ...config, connection: running.connection, clock, log, reactions: {}, jobs: running.server.jobs }
  const seeder = await compose(settings)
  const now = new Date()
  clock.turn(addPeriod(now, { days: -36 }, timeZone))
  const staff = await hirePeople(seeder.modules)
  await sayPasswords(running.server.modules, staff.administrator.corpsId, say)

  const stop = new AbortController()
  const arriving = arrive(seeder.modules, staff, now, clock, stop.signal, () =>
    running.server.modules.custody.sequence(),
  )
    .then((count) => {
      if (!stop.signal.aborted) say(`${count} synthetic recordings have arrived.`)
    })
    .catch((error: unknown) => {
      if (!stop.signal.aborted) log.error('demo/stopped', error)
    })
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await arriving
      await seeder.close()
    },
  }
}

type Staff = Readonly<{ administrator: PersonActor; officer: PersonActor; enforcers: ReadonlyMap<string, PersonActor> }>

async function hirePeople({ corps, devices }: Modules): Promise<Staff> {
  const token = await corps.offerSetup()
  if (token === undefined) throw new Error('the installation has a corps already')
  const [first, ...others] = people
  // Nobody ever learns this password: the administrator gets a one-time one like everybody else.
  const password = toHex(globalThis.crypto.getRandomValues(new Uint8Array(16)))
  const { session } = await corps.establish(token, {
    corpsName,
    lawPackId,
    administrator: { name: first.name, title: first.title, login: first.login, password },
  })
  const { sessionId: _sessionId, ...administrator } = corps.toCaller(session)
  const actors = new Map<string, PersonActor>([[first.login, administrator]])
  for (const each of others) {
    const { person } = await corps.addPerson(administrator, each)
    const { id, corpsId, name, title, roles } = person
    actors.set(each.login, { kind: 'person', id, corpsId, name, title, roles })
  }
  await corps.recoverByOperator(first.login, 'Demonstration.')
  for (const { label, serial, wearer } of cameras) {
    await devices.add(administrator, { label, serial, wearerId: actors.get(wearer)?.id ?? null })
  }
  const officer = [...actors.values()].find(({ roles }) => roles.includes('records-officer'))
  if (officer === undefined) throw new Error('the demonstration has no records officer')
  return { administrator, officer, enforcers: actors }
}

/** A fresh one-time password for everybody who has not chosen one of their own. */
async function sayPasswords({ corps }: Modules, corpsId: CorpsId, say: (line: string) => void): Promise<void> {
  const staff = await corps.listPeople(corpsId)
  const administrator = staff.find(({ roles }) => roles.includes('administrator'))
  if (administrator === undefined) return
  const actor: PersonActor = { kind: 'person', ...administrator }
  say('Demonstration corps. Sign in with a name and its one-time password; you then choose your own.')
  for (const { id, login, roles, mustChangePassword } of staff) {
    const password = mustChangePassword ? await corps.resetPassword(actor, id) : '(chosen by its owner)'
    say(`  ${roles.join(', ').padEnd(24)} ${login.padEnd(12)} ${password}`)
  }
  say('')
}

async function arrive(
  modules: Modules,
  staff: Staff,
  now: Date,
  clock: ReturnType<typeof turnableClock>,
  signal: AbortSignal,
  sequence: () => Promise<unknown>,
): Promise<number> {
  const today = dayOf(now, timeZone)
  let count = 0
  let lastNight: Day | undefined
  for (const planned of planRecordings(today)) {
    if (signal.aborted) break
    const handedOverAt = new Date(Math.min(planned.handedOverAt.getTime(), now.getTime()))
    // Each night between two recordings erases what was due by then.
    const night = dayOf(handedOverAt, timeZone)
    if (night !== lastNight && night !== today) {
      clock.turn(handedOverAt)
      await modules.retention.eraseDue((corpsId) => ({ kind: 'system', corpsId }), signal)
    }
    lastNight = night
    clock.turn(handedOverAt)
    await handOver(modules, staff, planned, clock, signal)
    count += 1
    await sequence()
    await breathe()
  }
  clock.turn(now)
  return count
}

async function handOver(
  modules: Modules,
  staff: Staff,
  planned: PlannedRecording,
  clock: ReturnType<typeof turnableClock>,
  signal: AbortSignal,
): Promise<void> {
  const { ingest, media, deployments, retention, recordings } = modules
  const clip = clips[planned.clip % clips.length]
  const camera = cameras[planned.camera % cameras.length]
  if (clip === undefined || camera === undefined) throw new Error('the plan names a clip or camera that is not there')
  const wearer = staff.enforcers.get(camera.wearer)
  if (wearer === undefined) throw new Error(`nobody carries ${camera.label}`)
  const whole = await personaliseClip(clip, {
    recordedOn: planned.recordedOn,
    timeZone,
    cameraSerial: camera.serial,
    location: planned.location,
    nonce: `${planned.recordedOn}/${planned.clip}`,
  })
  const bytes = planned.isDamaged ? withoutMoov(whole) : whole
  const sha256 = createHash('sha256').update(bytes).digest()
  const announcement = {
    filename: `${camera.serial}_${planned.recordedOn}.mp4`,
    sha256: sha256.toString('hex'),
    camera: camera.serial,
  }
  const upload = await ingest.announce(wearer, announcement, bytes.length)
  await ingest.append(wearer, upload.id, Readable.from([bytes]), 0)
  const { corpsId } = wearer
  const recording = await recordings.findByDigest(corpsId, sha256)
  if (recording === undefined) throw new Error('a recording did not arrive')
  clock.advance(20_000)
  await media.prepare({ corpsId, recordingId: recording.id }, signal)

  clock.advance(240_000)
  if (planned.activation !== null) {
    const startedAt = startOfClip(clip, planned.recordedOn, timeZone).getTime()
    const { warnedSecondsBefore, ...rest } = planned.activation
    const [first, second] = warnedSecondsBefore.map((seconds) => new Date(startedAt - seconds * 1000))
    await deployments.complete(wearer, recording.id, {
      ...rest,
      firstWarningAt: first ?? null,
      secondWarningAt: second ?? null,
    })
  }
  if (planned.hold !== null) {
    clock.advance(7_200_000)
    await retention.placeHold(staff.officer, { recordingId: recording.id, ...planned.hold })
  }
}
