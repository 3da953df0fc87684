import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type CorpsId, equalBytes, type PersonActor, type RecordingId, type Role, toHex } from '@getuige/base'
import { toPem } from '@getuige/pki'
import { systemClock } from '#platform/clock'
import { migrate } from '#platform/database'
import { quietLog } from '#platform/log'
import { type ObjectStore, openFileStore } from '#platform/object-store'
import { startEmbeddedPostgres } from '#platform/postgres'
import { compose, type Modules, type Server, type Settings } from '../compose.ts'
import { clips } from '../demo/clips/clips.ts'
import { personaliseClip } from '../demo/personalise-clip.ts'
import { breakSpecimens } from './break-specimens.ts'
import { sampleReadme } from './readme.ts'
import { startTimeAuthority, startWitness } from './specimen-services.ts'
import { writeStaticLog } from './static-log.ts'

const timeZone = 'Europe/Amsterdam'
const cameraSerial = 'SAMPLE-1'
/** More entries than one tile holds, so that the log has full and partial tiles on two levels. */
const rounds = 75

/**
 * Write into the folder `out`, which must be empty, one of each thing that an outsider can check, and one altered
 * specimen of each. A whole installation is made in `scratch` for it, with a database, a witness and a time-stamping
 * authority of its own, and lives as long as this runs.
 */
export async function makeSample(out: string, scratch: string, say: (line: string) => void): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const postgres = stack.use(
    await startEmbeddedPostgres({ dataFolder: join(scratch, 'postgres'), log: () => undefined }),
  )
  const objects = await openFileStore(join(scratch, 'vault'))
  const settings: Settings = {
    connection: postgres.connection,
    dataFolder: scratch,
    keysFolder: join(scratch, 'keys'),
    originHost: 'sample.getuige.invalid',
    codecEngine: 'none',
    searchPath: '',
    clock: systemClock,
    log: quietLog(),
    reactions: {},
    objects,
  }

  say('A corps, its people and a camera.')
  const { staff, vkey } = await establish(settings)

  const witness = stack.use(await startWitness(join(scratch, 'witness'), vkey))
  const time = stack.use(await startTimeAuthority(new Date()))
  const timeCa = join(scratch, 'time-ca.pem')
  await writeFile(timeCa, time.pem)
  const server = stack.use(
    await compose({
      ...settings,
      witnesses: [{ url: witness.url, vkey: witness.vkey }],
      timeStamps: { urls: [time.url], caFile: timeCa },
    }),
  )
  await idle(server)
  const { authority, custody, vault } = server.modules

  say('Two recordings are received, held and released many times, and exported.')
  const exported = await receive(server.modules, staff.enforcer, 0)
  const busy = await receive(server.modules, staff.enforcer, 1)
  await holdAndLift(server.modules, staff, busy, rounds)
  const old = await cosign(server, staff.officer.corpsId)
  await holdAndLift(server.modules, staff, busy, rounds)

  await mkdir(out, { recursive: true })
  const write = (name: string, content: string | Uint8Array) => writeFile(join(out, name), content)
  await exportCase(server.modules, staff, exported, join(out, 'case.asice'))
  const { certificate } = await authority.certificate(staff.officer.corpsId)
  await write('ca.pem', `${toPem(certificate.der)}${time.pem}`)

  say('The log, as a witness stands behind it.')
  await cosign(server, staff.officer.corpsId)
  const { origin } = await demandLog(server, staff.officer.corpsId)
  await writeStaticLog(custody, origin, join(out, 'log'))
  await write('vkeys', `${vkey}\n${witness.vkey}\n`)
  await write('checkpoint.old', old)
  const { entries } = await custody.provenTrail(staff.officer.corpsId, exported)
  const received = entries.find(({ entry }) => entry.type === 'recording-received')
  if (received === undefined) throw new Error('the trail does not say that the recording was received')
  await write('entry', received.entry.leaf)
  await write('entry.tlog-proof', received.proof)

  say('A sealed recording and the key that opens it.')
  const sealed = await vault.escrowView(exported)
  if (sealed === undefined) throw new Error('the recording has no key')
  await write('object.header', sealed.header)
  await write('object.payload', await readWhole(objects, sealed.objectKey))
  await write(
    'object.sha256',
    `${toHex(
      createHash('sha256')
        .update(await sampleClip(0))
        .digest(),
    )}  -\n`,
  )
  await write('escrow.key', `${sealed.identity}\n`)

  say('An altered specimen of each.')
  const signer = await custody.signer(staff.officer.corpsId)
  await breakSpecimens(out, { origin, signNote: signer.signNote })
  await write('README.md', sampleReadme())
}

/** `second` approves what the officer asks. */
type Staff = Readonly<{ officer: PersonActor; second: PersonActor; enforcer: PersonActor }>

/** A first server, which knows no witness yet: a witness must first be told the key of the corps. */
async function establish(settings: Settings): Promise<{ staff: Staff; vkey: string }> {
  await using server = await compose(settings)
  await migrate(server.db)
  await idle(server)
  const { corps, custody, devices } = server.modules
  const token = await corps.offerSetup()
  if (token === undefined) throw new Error('the database of the sample is not empty')
  const { session } = await corps.establish(token, {
    corpsName: 'Sample corps',
    lawPackId: 'nl-boa-den-haag',
    administrator: { name: 'A. Administrator', login: 'administrator', password: toHex(randomBytes(16)) },
  })
  const { sessionId: _sessionId, ...administrator } = corps.toCaller(session)
  const hire = async (role: Role, name: string, login: string = role): Promise<PersonActor> => {
    const { person } = await corps.addPerson(administrator, { name, title: '', login, roles: [role] })
    const { id, corpsId, title, roles } = person
    return { kind: 'person', id, corpsId, name, title, roles }
  }
  const staff = {
    officer: await hire('records-officer', 'R. Officer'),
    second: await hire('records-officer', 'S. Officer', 'second'),
    enforcer: await hire('enforcer', 'E. Enforcer'),
  }
  await devices.add(administrator, { label: 'Sample camera', serial: cameraSerial, wearerId: staff.enforcer.id })
  return { staff, vkey: (await custody.signer(administrator.corpsId)).vkey }
}

/** Jobs can wait, for ever: nothing but what the sample is about happens. */
function idle(server: Server): Promise<void> {
  return server.jobs.start(server.jobList.map((job) => ({ ...job, run: () => Promise.resolve() })))
}

async function sampleClip(n: number): Promise<Uint8Array> {
  const clip = clips[n]
  if (clip === undefined) throw new Error('there are too few clips')
  const recordedOn = new Date(Date.now() - 24 * 3_600_000).toISOString().slice(0, 10)
  return personaliseClip(clip, { recordedOn, timeZone, cameraSerial, nonce: `sample ${n}` })
}

async function receive({ ingest, recordings }: Modules, actor: PersonActor, n: number): Promise<RecordingId> {
  const bytes = await sampleClip(n)
  const sha256 = createHash('sha256').update(bytes).digest()
  const announcement = { filename: `sample-${n}.mp4`, sha256: sha256.toString('hex'), camera: cameraSerial }
  const upload = await ingest.announce(actor, announcement, bytes.length)
  await ingest.append(actor, upload.id, Readable.from([bytes]), 0)
  const recording = await recordings.findByDigest(actor.corpsId, sha256)
  if (recording === undefined) throw new Error('the recording was not stored')
  return recording.id
}

async function holdAndLift(
  { approvals, retention }: Modules,
  { officer, second }: Staff,
  id: RecordingId,
  times: number,
): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    const hold = await retention.placeHold(officer, {
      recordingId: id,
      kind: 'report',
      number: `SAMPLE-${n}`,
      reason: 'To fill the log.',
    })
    const { approvalId } = await retention.askLift(officer, hold.id, 'To fill the log.')
    await approvals.approve(second, approvalId, 'To fill the log.')
  }
}

async function demandLog({ modules: { custody } }: Server, corpsId: CorpsId) {
  const { log } = await custody.status(corpsId)
  if (log === null) throw new Error('the corps has no log')
  return log
}

/** The head of the log as it stands, with the signature of the witness. */
async function cosign(server: Server, corpsId: CorpsId): Promise<string> {
  const { custody } = server.modules
  await custody.sequence()
  await custody.askWitnesses(AbortSignal.timeout(20_000))
  const { origin } = await demandLog(server, corpsId)
  const head = await custody.published.read(origin, 'checkpoint')
  const cosigned = await custody.published.read(origin, 'checkpoint.cosigned')
  if (head === undefined || 'missing' in head || cosigned === undefined || 'missing' in cosigned) {
    throw new Error('the witness of the sample did not cosign')
  }
  if (!equalBytes(head.body, cosigned.body)) throw new Error('the witness of the sample cosigned another head')
  return Buffer.from(head.body).toString()
}

async function exportCase(
  { approvals, cases }: Modules,
  { officer, second }: Staff,
  id: RecordingId,
  file: string,
): Promise<void> {
  const { approvalId } = await cases.askExport(officer, id, {
    purpose: 'report',
    reference: 'PV-2026-1',
    reason: 'A sample for sceptics.',
    recipient: 'Whoever doubts',
  })
  await approvals.approve(second, approvalId, 'A sample for sceptics.')
  const { body } = await cases.openPackage(officer, await cases.requirePackageOf(officer, approvalId))
  await pipeline(body, createWriteStream(file))
}

async function readWhole(objects: ObjectStore, key: string): Promise<Uint8Array> {
  const size = await objects.sizeOf(key)
  if (size === undefined) throw new Error('the sealed recording is missing')
  return objects.read(key, 0, size)
}
