// A whole server in a process of its own: embedded PostgreSQL, a file vault, one corps. Told where by BENCH_FOLDER.
import { randomBytes } from 'node:crypto'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { compose } from '../apps/server/src/compose.ts'
import { systemClock } from '../apps/server/src/platform/clock/index.ts'
import { migrate } from '../apps/server/src/platform/database/index.ts'
import { sendRange } from '../apps/server/src/platform/http/index.ts'
import { jsonLog } from '../apps/server/src/platform/log/index.ts'
import { startEmbeddedPostgres } from '../apps/server/src/platform/postgres/index.ts'
import type { ApprovalId, PersonActor } from '@getuige/base'
import { openFileKeystore } from '../apps/server/src/platform/keystore/index.ts'
import { measureActs } from './act-rounds.ts'
import { eraseDue, seedDue, type SeedOptions } from './erasable.ts'

export type Ready = Readonly<{ port: number; cookie: string; cameraSerial: string; dataFolder: string }>
/** What a bench may ask of the server process, each answered by one message with the same `ask`. */
export type Ask = Readonly<{
  ask:
    | 'settle'
    | 'pictured'
    | 'acts'
    | 'approve'
    | 'viewable'
    | 'payload-path'
    | 'seed-due'
    | 'erase-due'
    | 'draft'
    | 'stop'
  options?: unknown
}>

const folder = process.env['BENCH_FOLDER']
if (folder === undefined) throw new Error('BENCH_FOLDER says where the server keeps its data')
const dataFolder: string = folder

await using stack = new AsyncDisposableStack()
const postgres = stack.use(await startEmbeddedPostgres({ dataFolder: join(folder, 'postgres'), log: () => undefined }))
const server = stack.use(
  await compose({
    connection: postgres.connection,
    dataFolder: folder,
    keysFolder: join(folder, 'keys'),
    originHost: 'bench.getuige.localhost',
    asksSecondFactor: false,
    searchPath: process.env['PATH'] ?? '',
    clock: systemClock,
    log: jsonLog(),
    // What is seeded as if it had been received long ago must not be taken up as if it came now.
    ...(process.env['BENCH_SEEDS'] === undefined ? {} : { reactions: {} }),
  }),
)
await migrate(server.db)
await server.jobs.start(server.jobList)
const { corps, custody, devices } = server.modules
custody.startSequencer()

const token = await corps.offerSetup()
if (token === undefined) throw new Error('the folder holds a corps already')
const password = 'a password of the bench'
const { session } = await corps.establish(token, {
  corpsName: 'Bench',
  lawPackId: 'nl-boa-den-haag',
  administrator: { name: 'Bench', login: 'bench', password },
})
const administrator: PersonActor = corps.toCaller(session)
const cameraSerial = 'BENCH-1'
await devices.add(administrator, { label: 'Bench', serial: cameraSerial, wearerId: null })
const officer = { name: 'Officer', login: 'officer', title: '', roles: ['records-officer'] as const }
const { oneTimePassword } = await corps.addPerson(administrator, officer)
const first = await corps.signIn(officer.login, oneTimePassword)
if (first.step !== 'signed-in') throw new Error('the bench asks for no second factor')
const opened = await corps.changePassword(first.opened.session, oneTimePassword, password)

const { person: colleague } = await corps.addPerson(administrator, {
  ...officer,
  name: 'Colleague',
  login: 'colleague',
})
const second: PersonActor = { ...administrator, id: colleague.id, name: colleague.name, roles: officer.roles }

const plainFile = join(folder, 'plain')
const http = await server.buildHttp([
  (app) => {
    // The same answer from a plain file: what sealing and access add is the difference.
    app.get('/bench/plain', async (request, reply) => {
      const file = await open(plainFile)
      // A player that seeks hangs up at any time, also before the file is open.
      if (reply.raw.destroyed) {
        await file.close()
        return reply.hijack()
      }
      reply.raw.once('close', () => void file.close())
      const read = async (start: number, end: number) => {
        const { buffer } = await file.read(Buffer.allocUnsafe(end - start), 0, end - start, start)
        return buffer
      }
      return sendRange(request, reply, { sizeBytes: (await file.stat()).size, read }, 'video/mp4')
    })
  },
])
stack.defer(() => http.close())
await http.listen({ host: '127.0.0.1', port: 0 })
const address = http.server.address()
if (address === null || typeof address === 'string') throw new Error('the server has no port')

const answers: Readonly<Record<Ask['ask'], (options: unknown) => Promise<unknown>>> = {
  /** Wait until nothing received is still being probed or pictured. */
  settle: async () => {
    for (;;) {
      const left = await server.db.everyCorps
        .selectFrom('recording')
        .select('id')
        .where('state', '=', 'stored')
        .execute()
      if (left.length === 0) return undefined
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  },
  /** Milliseconds from then (since the epoch) until the one recording has its strip, its sheet and its waveform. */
  pictured: async (since) => {
    const until = async (isThere: () => Promise<boolean>): Promise<number> => {
      while (!(await isThere())) await new Promise((resolve) => setTimeout(resolve, 50))
      return Date.now() - Number(since)
    }
    const hasObject = (kind: string) => async (): Promise<boolean> => {
      const rows = await server.db.everyCorps
        .selectFrom('vault_object')
        .select('kind')
        .where('kind', '=', kind)
        .execute()
      return rows.length > 0
    }
    const strip = await until(hasObject('storyboard'))
    return { strip, scrub: await until(hasObject('scrub')), waveform: await until(hasObject('waveform')) }
  },
  viewable: async () =>
    (await server.db.everyCorps.selectFrom('recording').select('id').where('state', '=', 'viewable').execute()).at(-1)
      ?.id,
  'payload-path': async (recordingId) => {
    const row = await server.db.everyCorps
      .selectFrom('vault_object')
      .select('object_key')
      .where('recording_id', '=', String(recordingId))
      .where('kind', '=', 'payload')
      .executeTakeFirstOrThrow()
    return join(folder, 'vault', row.object_key)
  },
  /** Approve an export; answers where it is fetched. */
  approve: async (approvalId) => {
    const { approvals, cases } = server.modules
    await approvals.approve(second, approvalId as ApprovalId, 'to measure')
    const asker: PersonActor = corps.toCaller(opened.session)
    return `/api/packages/${await cases.requirePackageOf(asker, approvalId as ApprovalId)}`
  },
  acts: async (options) =>
    measureActs({ db: server.db, custody, actor: administrator }, options as Parameters<typeof measureActs>[1]),
  'seed-due': async (options) => seedDue(await erasable(), options as SeedOptions),
  'erase-due': async () => eraseDue(await erasable()),
  /** Digest, seal and write bytes of memory, without HTTP or a register: seconds, and seconds of processor. */
  draft: async (sizeBytes) => {
    const ref = { draftId: 'up_bench', objectKey: 'bench/draft.age', sizeBytes: Number(sizeBytes) }
    const noise = randomBytes(1024 * 1024)
    const before = process.cpuUsage()
    const startedAt = performance.now()
    await using draft = await server.modules.vault.openDraft(ref)
    for (let at = 0; at < ref.sizeBytes; at += noise.length) await draft.append(noise)
    await draft.flush()
    const seconds = (performance.now() - startedAt) / 1000
    const { user, system } = process.cpuUsage(before)
    await server.modules.vault.discardDraft(ref)
    return { seconds, cpuSeconds: (user + system) / 1e6 }
  },
  stop: async () => {
    await stack.disposeAsync()
  },
}
async function erasable() {
  const keystore = await openFileKeystore(join(dataFolder, 'keys'))
  return { server, keystore, vaultFolder: join(dataFolder, 'vault'), actor: administrator }
}
process.on('message', ({ ask, options }: Ask) => {
  answers[ask](options).then(
    (answer) => {
      if (ask === 'stop') process.disconnect()
      else process.send?.({ ask, answer })
    },
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
const ready: Ready = { port: address.port, cookie: `getuige_session=${opened.token}`, cameraSerial, dataFolder: folder }
process.send?.({ ask: 'ready', answer: ready })
await new Promise((resolve) => process.once('disconnect', resolve))
