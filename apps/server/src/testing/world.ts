import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { Readable } from 'node:stream'
import {
  type Actor,
  type ApprovalId,
  roles as everyRole,
  type HoldId,
  type PersonActor,
  type RecordingId,
  type Role,
} from '@getuige/base'
import type { FastifyInstance } from 'fastify'
import { createEmptyDatabase } from '../../../../tests/setup/database.ts'
import type { Caller, OpenedSession } from '#corps'
import { turnableClock, type TurnableClock } from '#platform/clock'
import { migrate } from '#platform/database'
import type { Job } from '#platform/jobs'
import { type Keystore, openFileKeystore } from '#platform/keystore'
import { type Log, quietLog } from '#platform/log'
import type { ObjectStore, Staging } from '#platform/object-store'
import { compose, type Server, type Settings } from '../compose.ts'
import { clips } from '../demo/clips/clips.ts'
import { personaliseClip } from '../demo/personalise-clip.ts'

export type World = AsyncDisposable &
  Readonly<{
    /** The server now running; another one after `restart`. */
    server: Server
    clock: TurnableClock
    settings: Settings
    /** Another person of that role, or those, with a session. */
    person(...roles: readonly [Role, ...Role[]]): Promise<Caller>
    /** Another corps of the same installation, invited, and who established it: with every role, so that none is missing. */
    otherCorps(): Promise<Caller>
    /** Another session of somebody without a second factor. */
    signInWith(login: string, password: string): Promise<OpenedSession>
    camera: Readonly<{ serial: string; wearer: Caller }>
    officer: Caller
    administrator: Caller
    /** A synthetic recording with its own digest; recorded the day before the clock's, unless told. */
    clip(options?: Readonly<{ recordedOn?: string }>): Promise<Uint8Array>
    /** Receive these bytes as a dock would; answers the recording. */
    receive(bytes: Uint8Array, actor?: Actor): Promise<RecordingId>
    storedRecording(): Promise<RecordingId>
    /** Received, probed and pictured. */
    viewableRecording(): Promise<RecordingId>
    /** By another records officer, who may approve what officers ask. */
    approve(asked: Readonly<{ approvalId: string }>): Promise<void>
    /** Approves an export that the officer asked for; answers where the officer fetches it. */
    approvedPackage(asked: unknown): Promise<string>
    /** As the officer asks, and another approves. */
    liftHold(holdId: HoldId): Promise<void>
    trail(recordingId: RecordingId): Promise<{ type: string; actorKind: unknown }[]>
    /** Close the modules and open them again on the same database, keys and objects. */
    restart(changes?: Partial<Settings>): Promise<void>
    /** As after `kill -9`: nothing is closed or ended, and other modules go on with what is on disk. */
    crash(): Promise<void>
    /** The server over HTTP on a port of its own, until the world ends or restarts. */
    listen(): Promise<Site>
    cookieOf(caller: Caller): string
    /** What lies in the vault's folder, as keys, and in staging, as `staging/NAME`. */
    objectKeys(): Promise<string[]>
    keystore(): Promise<Keystore>
  }>

export type Answer = Readonly<{ status: number; headers: Headers; body: unknown }>
/** Calls over HTTP, in the session of `as` if one is given. */
export type Site = Readonly<{
  address: string
  fetch(path: string, init?: RequestInit & { as?: Caller | undefined }): Promise<Response>
  /** With a JSON body, to a JSON answer; a status alone where the answer is no JSON. */
  ask(method: string, path: string, options?: Readonly<{ as?: Caller | undefined; body?: unknown }>): Promise<Answer>
}>

export const password = 'a long enough password'

export const worldBegins = new Date('2026-11-22T12:00:00Z')

type WorldOptions = Readonly<{
  /** The law of the corps; The Hague's unless told. */
  lawPackId?: string
  objects?: ObjectStore
  second?: ObjectStore
  staging?: Staging
  startJobs?: boolean
  log?: Log
  /** Only where it is what is tried: people of a world sign in with a password. */
  asksSecondFactor?: boolean
  /** What each server of the world is opened with instead, such as with things that fail. */
  around?: (settings: Settings) => Promise<Settings>
}>

/** An installation that nobody has set up yet: the real modules on an empty database. */
export async function createEmptyServer(options: WorldOptions = {}): Promise<AsyncDisposable & { server: Server }> {
  await using undo = new AsyncDisposableStack()
  const ground = undo.use(await layGround(options))
  const server = undo.use(await compose(ground.settings))
  await migrate(server.db)
  await server.jobs.start(idle(server))
  const kept = undo.move()
  return { server, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

/** Jobs wait to be run by the test, so that nothing happens behind its back. */
const idle = (server: Server): Job[] => server.jobList.map((job) => ({ ...job, run: async () => undefined }))

async function layGround(options: WorldOptions) {
  const database = await createEmptyDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'getuige-world-'))
  const clock = turnableClock(worldBegins)
  const settings: Settings = {
    connection: database.connection,
    dataFolder: folder,
    keysFolder: join(folder, 'keys'),
    originHost: 'getuige.test',
    codecEngine: 'none',
    asksSecondFactor: options.asksSecondFactor ?? false,
    searchPath: '',
    clock,
    log: options.log ?? quietLog(),
    ...(options.objects === undefined ? {} : { objects: options.objects }),
    ...(options.second === undefined ? {} : { second: options.second }),
    ...(options.staging === undefined ? {} : { staging: options.staging }),
  }
  return {
    settings,
    clock,
    async [Symbol.asyncDispose]() {
      await database.drop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The real modules on an empty database, a file vault in a temporary folder, a clock the test turns. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  await using undo = new AsyncDisposableStack()
  const { settings, clock } = undo.use(await layGround(options))
  const open = async (changes: Partial<Settings>) =>
    compose(await (options.around ?? ((plain) => Promise.resolve(plain)))({ ...settings, ...changes }))
  let server = await open({})
  let isPublicOverTls = false
  undo.defer(() => server.close())
  let http: FastifyInstance | undefined
  undo.defer(() => http?.close())
  await migrate(server.db)
  await server.jobs.start(options.startJobs === true ? server.jobList : idle(server))

  const { corps, devices } = server.modules
  const token = await corps.offerSetup()
  if (token === undefined) throw new Error('the database is not empty')
  const opened = await corps.establish(token, {
    corpsName: 'Testcorps',
    lawPackId: options.lawPackId ?? 'nl-boa-den-haag',
    administrator: { name: 'Ada Beheer', login: 'ada', password },
  })
  const tokens = new Map<string, string>()
  const signedIn = ({ token: sessionToken, session }: OpenedSession): Caller => {
    tokens.set(session.id, sessionToken)
    return corps.toCaller(session)
  }
  const administrator = signedIn(opened)
  let people = 0
  const signInWith = async (login: string, secret: string): Promise<OpenedSession> => {
    const step = await server.modules.corps.signIn(login, secret)
    if (step.step !== 'signed-in') throw new Error(`${login} has a second factor`)
    return step.opened
  }
  const person = async (...roles: readonly [Role, ...Role[]]): Promise<Caller> => {
    people += 1
    const login = `${roles[0]}-${people}`
    const added = { name: `Persoon ${people}`, login, title: '', roles: ['enforcer'] as const }
    const { oneTimePassword, person: one } = await server.modules.corps.addPerson(administrator, added)
    // As after a second person approved, also where there is none.
    await server.modules.custody.act(toActor(administrator), async (tx, record) => {
      await tx
        .updateTable('person')
        .set({ roles: [...roles] })
        .where('id', '=', one.id)
        .execute()
      const removed = roles.includes('enforcer') ? [] : ['enforcer']
      const details = { personId: one.id, removed, added: [...roles] }
      await record({ type: 'roles-widened', recordingId: null, details })
    })
    const { session } = await signInWith(login, oneTimePassword)
    return signedIn(await server.modules.corps.changePassword(session, oneTimePassword, password))
  }
  const officer = await person('records-officer')
  const wearer = await person('enforcer')
  const camera = { serial: 'CAM-1', wearer }
  await devices.add(administrator, { label: 'Camera 1', serial: camera.serial, wearerId: wearer.id })

  let second: Caller | undefined
  let made = 0
  const world: World = {
    get server() {
      return server
    },
    clock,
    settings,
    person,
    async otherCorps() {
      const link = await server.modules.corps.invite()
      const founder = await server.modules.corps.establish(link, {
        corpsName: 'Ander corps',
        lawPackId: options.lawPackId ?? 'nl-boa-den-haag',
        administrator: { name: 'Bo Ander', login: 'bo', password },
      })
      await server.db
        .of(founder.session.corps.id)
        .updateTable('person')
        .set({ roles: [...everyRole] })
        .execute()
      return { ...signedIn(founder), roles: [...everyRole] }
    },
    signInWith,
    camera,
    officer,
    administrator,
    async clip({ recordedOn = '2026-11-21' } = {}) {
      made += 1
      const clip = clips[made % clips.length]
      if (clip === undefined) throw new Error('there are no clips')
      return personaliseClip(clip, {
        recordedOn,
        timeZone: 'Europe/Amsterdam',
        cameraSerial: camera.serial,
        nonce: `${made}`,
      })
    },
    async receive(bytes, actor = toActor(wearer)) {
      const { ingest, recordings } = server.modules
      const sha256 = createHash('sha256').update(bytes).digest()
      const announcement = { filename: 'recording.mp4', sha256: sha256.toString('hex'), camera: camera.serial }
      const upload = await ingest.announce(actor, announcement, bytes.length)
      await ingest.append(actor, upload.id, Readable.from([bytes]), 0)
      const recording = await recordings.findByDigest(actor.corpsId, sha256)
      if (recording === undefined) throw new Error('the recording was not stored')
      return recording.id
    },
    storedRecording: async () => world.receive(await world.clip()),
    async viewableRecording() {
      const recordingId = await world.storedRecording()
      await server.modules.media.prepare({ corpsId: officer.corpsId, recordingId }, new AbortController().signal)
      return recordingId
    },
    async approve({ approvalId }) {
      second ??= await person('records-officer')
      const approver = toActor(second)
      await server.modules.approvals.approve(approver, approvalId as ApprovalId, 'Nagekeken en in orde.')
    },
    async approvedPackage(asked) {
      const { approvalId } = asked as { approvalId: ApprovalId }
      await world.approve({ approvalId })
      return `/api/packages/${await server.modules.cases.requirePackageOf(toActor(officer), approvalId)}`
    },
    liftHold: async (holdId) =>
      world.approve(await server.modules.retention.askLift(toActor(officer), holdId, 'De zaak is afgesloten.')),
    async trail(recordingId) {
      const { entries } = await server.modules.custody.trail(officer.corpsId, recordingId)
      return entries.map(({ type, actor }) => ({ type, actorKind: actor['kind'] }))
    },
    async restart(changes = {}) {
      await http?.close()
      await server.close()
      await reopen(changes)
    },
    async crash() {
      await http?.close()
      const lost = server
      await lost.jobs.stop()
      kept.defer(() => lost.close())
      await reopen({})
    },
    async listen() {
      await http?.close()
      http = await server.buildHttp()
      const address = await http.listen({ host: '127.0.0.1', port: 0 })
      return newSite(address, world.cookieOf)
    },
    cookieOf: ({ sessionId }) => `${isPublicOverTls ? '__Host-' : ''}getuige_session=${tokens.get(sessionId)}`,
    async objectKeys() {
      const vault = join(settings.dataFolder, 'vault')
      const files = await readdir(vault, { recursive: true, withFileTypes: true })
      const keys = files
        .filter((file) => file.isFile())
        .map((file) => relative(vault, join(file.parentPath, file.name)))
      const staged = await readdir(join(settings.dataFolder, 'staging'))
      return [...keys, ...staged.map((name) => `staging/${name}`)].toSorted()
    },
    keystore: () => openFileKeystore(settings.keysFolder),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
  async function reopen(changes: Partial<Settings>): Promise<void> {
    server = await open(changes)
    isPublicOverTls = changes.publicUrl?.startsWith('https:') === true
    await server.jobs.start(idle(server))
  }
  const kept = undo.move()
  return world
}

function newSite(address: string, cookieOf: (caller: Caller) => string): Site {
  const site: Site = {
    address,
    fetch(path, { as, ...init } = {}) {
      const headers = new Headers(init.headers)
      if (as !== undefined) headers.set('cookie', cookieOf(as))
      return fetch(new URL(path, address), { ...init, headers })
    },
    async ask(method, path, { as, body } = {}) {
      const sent =
        body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
      const answer = await site.fetch(path, { as, method, ...sent })
      const isJson = answer.headers.get('content-type')?.includes('json') === true
      const read: unknown = isJson ? await answer.json() : await answer.arrayBuffer()
      return { status: answer.status, headers: answer.headers, body: read }
    },
  }
  return site
}

/** A caller as custody and ingest know them: without the session. */
export function toActor({ sessionId: _sessionId, ...actor }: Caller): PersonActor {
  return actor
}
