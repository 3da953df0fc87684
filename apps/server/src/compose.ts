import { join } from 'node:path'
import type { CorpsId } from '@getuige/base'
import { resolveLaw } from '@getuige/law'
import type { FastifyInstance } from 'fastify'
import { openAccess, openEmergencies, openMandates } from '#access'
import { openApprovals } from '#approvals'
import { openAuthority } from '#authority'
import { openClips } from '#clips'
import { openCorps } from '#corps'
import { type KeptHeads, nothingToRecord, openCustody, openKeptHeads } from '#custody'
import { lawOfPack, listNewestPacks, openDeployments } from '#deployments'
import { openDevices } from '#devices'
import { openCases } from '#cases'
import { listDrafts, openIngest } from '#ingest'
import { findCodecEngine, hasMediaTraces, openMedia, probe, recogniseHead } from '#media'
import { openMarkers } from '#markers'
import { openOversight } from '#oversight'
import { backupJobs, findBackupStanding } from '#platform/backup'
import { type Database, openDatabase } from '#platform/database'
import type { RawRoute } from '#platform/http'
import { type Job, type Jobs, openJobs } from '#platform/jobs'
import { type Keystore, openKeystore, withKeysLocked } from '#platform/keystore'
import { type ObjectStore, openStaging, openStore } from '#platform/object-store'
import { openRecordings } from '#recordings'
import { openRetention } from '#retention'
import { openSearch } from '#search'
import { openTasks } from '#tasks'
import { openTogether } from '#together'
import { openVault } from '#vault'
import { openOperatorSigner } from '#platform/signing'
import { openTimeStamps } from '#platform/time-stamp'
import { accessJobs, gateJobs } from './evidence/access/jobs.ts'
import { custodyJobs } from './evidence/custody/jobs.ts'
import { ingestJobs } from './evidence/ingest/jobs.ts'
import { markerJobs } from './evidence/markers/jobs.ts'
import { mediaJobs } from './evidence/media/jobs.ts'
import { oversightJobs } from './evidence/oversight/jobs.ts'
import { recordingJobs } from './evidence/recordings/jobs.ts'
import { retentionJobs } from './evidence/retention/jobs.ts'
import { searchJobs } from './evidence/search/jobs.ts'
import { taskJobs } from './evidence/tasks/jobs.ts'
import { togetherJobs } from './evidence/together/jobs.ts'
import { vaultJobs } from './evidence/vault/jobs.ts'
import { approvalJobs } from './operations/approvals/jobs.ts'
import { authorityJobs } from './operations/authority/jobs.ts'
import { corpsJobs } from './operations/corps/jobs.ts'
import { forgetRows } from './composition/forget-rows.ts'
import type { Modules } from './composition/modules.ts'
import { buildRoutes } from './composition/routes.ts'
import type { Settings } from './composition/settings.ts'
import { reactions } from './reactions.ts'
import { version } from './version.ts'

export type { Modules } from './composition/modules.ts'
export type { Settings } from './composition/settings.ts'

export type Server = AsyncDisposable &
  Readonly<{
    modules: Modules
    db: Database
    keystore: Keystore
    objects: ObjectStore
    jobs: Jobs
    jobList: readonly Job[]
    buildHttp(extraRoutes?: readonly RawRoute[]): Promise<FastifyInstance>
    close(): Promise<void>
  }>

/** Build each module once and hand it exactly what it names. The only place that sees them all. */
export async function compose(settings: Settings): Promise<Server> {
  const { clock, log, originHost } = settings
  const db = openDatabase(settings.connection)
  const jobs = settings.jobs ?? openJobs(settings.connection, log)
  const keystore = await openKeys(settings, db)
  const { store, second: secondSettings, stagingFolder } = settings.storage ?? {}
  const inDataFolder = (name: string) => join(settings.dataFolder, name)
  const objects = settings.objects ?? (await openStore(store ?? { kind: 'file', folder: inDataFolder('vault') }, clock))
  const second = settings.second ?? (secondSettings === undefined ? undefined : await openStore(secondSettings, clock))
  const staging = settings.staging ?? (await openStaging(stagingFolder ?? inDataFolder('staging')))

  const custody = openCustody({
    db,
    clock,
    keystore,
    log,
    originHost,
    heads: settings.heads ?? openHeads(settings),
    witnesses: settings.witnesses ?? [],
    react: async (tx, corpsId, { type, recordingId }) => {
      for (const job of (settings.reactions ?? reactions)[type] ?? [])
        await jobs.enqueue(tx, job, { corpsId, recordingId })
    },
  })
  const corps = openCorps({
    db,
    clock,
    keystore,
    lawPacks: listNewestPacks().map(lawOfPack),
    act: custody.act,
    nothingToRecord,
    asksSecondFactor: settings.asksSecondFactor ?? true,
    sessionIdleMinutes: settings.sessionIdleMinutes ?? 60,
    identityProviders: settings.identityProviders ?? [],
  })
  const corpsOf = (corpsId: CorpsId) => corps.find(corpsId)
  const timeStamps = await openTimeStamps(settings.timeStamps ?? { urls: [], caFile: undefined }, log)
  const authority = openAuthority({
    db,
    clock,
    keystore,
    custody,
    operatorSigner: await openOperatorSigner(settings.signing ?? {}, clock.now()),
    corpsNameOf: async (corpsId) => (await corpsOf(corpsId)).name,
  })
  const recordings = openRecordings({ db })
  const vault = openVault({
    db,
    clock,
    keystore,
    staging,
    objects,
    second,
    scrubBytesPerSecond: settings.storage?.scrubBytesPerSecond,
    log,
    custody,
    recordings,
    enqueue: jobs.enqueue,
  })
  const access = openAccess({
    db,
    clock,
    custody,
    recordings,
    vault,
    log,
    lawKeyAt: corps.lawKeyAt,
    listColleagues: async (corpsId) => (await corps.listPeople(corpsId)).filter(({ leftAt }) => leftAt === null),
    findColleague: corps.findHere,
  })
  const mandates = openMandates({ db, clock, custody, recordings, keystore, access, lawKeyAt: corps.lawKeyAt })
  const emergencies = openEmergencies({
    db,
    clock,
    log,
    custody,
    recordings,
    access,
    lawKeyAt: corps.lawKeyAt,
    alarmWebhook: settings.alarmWebhook,
  })
  const approvals = openApprovals({
    db,
    clock,
    custody,
    recordings,
    lawKeyAt: corps.lawKeyAt,
    resolveLaw,
    findPerson: corps.findActor,
    requireMay: async (tx, act, actor, recording, purposeId) => {
      if (act === 'export' || act === 'lift-hold' || act === 'erase-early') {
        if (recording === null) throw new Error(`${act} is about a recording`)
        return access.require(tx, act, actor, recording, purposeId)
      }
      return access.requireCorps(act === 'adopt-law' ? act : 'administer', actor)
    },
    // Modules above perform what was approved.
    performers: {
      export: (...approved) => cases.exportApproved(...approved),
      'erase-early': (...approved) => retention.orderApproved(...approved),
      'lift-hold': (...approved) => retention.liftApproved(...approved),
      'widen-role': (...approved) => corps.performers.widenRoles(...approved),
      'adopt-law': (...approved) => deployments.adoptApproved(...approved),
      'recover-account': (...approved) => corps.performers.recoverAccount(...approved),
    },
  })
  const deployments = openDeployments({
    db,
    clock,
    custody,
    recordings,
    access,
    lawKeyAt: corps.lawKeyAt,
    listAdoptions: corps.listAdoptions,
    insertAdoption: corps.insertAdoption,
    ask: approvals.ask,
  })
  const devices = openDevices({ db, clock, custody, findPerson: corps.findHere })
  const ingest = openIngest({
    db,
    clock,
    log,
    custody,
    recordings,
    vault,
    devices,
    recogniseHead,
    hasMediaTraces,
    readClaims: async (source, signal) => {
      const { recordedAt, damage } = await probe(source, signal)
      return { recordedAt, isUnreadable: damage === 'unreadable' || damage === 'no-index' }
    },
    decideKeeping: deployments.decideKeeping,
  })
  const tasks = openTasks({
    db,
    clock,
    log,
    recordings,
    access,
    enqueue: jobs.enqueue,
    findPerson: corps.findActor,
    // Modules above do the work.
    runners: {
      pictures: (work) => media.makePictures(work),
      proxy: (work) => media.makeProxy(work),
      clip: (work) => clips.cut(work),
    },
    told: { proxy: (...told) => media.proxyTaskTold(...told) },
  })
  const engine = await findCodecEngine(settings.codecEngine, settings.searchPath)
  const media = openMedia({ db, clock, custody, recordings, vault, access, engine, tasks })
  const markers = openMarkers({ db, clock, custody, recordings, access })
  const clips = openClips({
    db,
    clock,
    custody,
    recordings,
    vault,
    access,
    tasks,
    media,
    holdAsOriginal: (...clip) => retention.holdAsOriginal(...clip),
  })
  const together = openTogether({
    db,
    clock,
    custody,
    recordings,
    access,
    timeZoneOf: async (corpsId) => (await corpsOf(corpsId)).timeZone,
    findPerson: async (corpsId, personId) => (await corps.listPeople(corpsId)).find(({ id }) => id === personId),
    listCarried: devices.listCarried,
    listWarnings: deployments.listWarnings,
  })
  const timeZoneOf = async (corpsId: CorpsId) => (await corpsOf(corpsId)).timeZone
  const retention = openRetention({
    db,
    clock,
    log,
    custody,
    recordings,
    vault,
    access,
    corps,
    ask: approvals.ask,
    timeZoneOf,
  })
  const cases = openCases({
    db,
    clock,
    custody,
    recordings,
    vault,
    access,
    ask: approvals.ask,
    authority,
    timeStamps,
    corpsOf,
  })
  const search = openSearch({ db, clock, custody, recordings, access, retention })
  const oversight = openOversight({
    db,
    clock,
    log,
    custody,
    access,
    authority,
    vault,
    corpsOf,
    listCorps: corps.list,
    lawAt: async (corpsId, at) => resolveLaw(await corps.lawKeyAt(corpsId, at)),
    forgetRows,
    findBackup: () =>
      settings.backup?.folder === undefined ? Promise.resolve(null) : findBackupStanding(settings.backup.folder, clock),
  })
  const modules = {
    corps,
    custody,
    authority,
    recordings,
    vault,
    access,
    mandates,
    emergencies,
    approvals,
    deployments,
    devices,
    ingest,
    tasks,
    media,
    markers,
    clips,
    together,
    retention,
    cases,
    search,
    oversight,
  }

  const close = async () => {
    await tasks.close()
    if (settings.jobs === undefined) await jobs.stop()
    await custody.stopWitnessing()
    await custody.stopSequencer()
    await ingest.close()
    await access.settle()
    await objects.close()
    await second?.close()
    await keystore[Symbol.asyncDispose]()
    await db.destroy()
  }
  return {
    modules,
    db,
    keystore,
    objects,
    jobs,
    jobList: [
      ...corpsJobs(corps),
      ...custodyJobs({ custody, timeStamps }),
      ...authorityJobs(authority),
      ...vaultJobs({ vault, log, listDrafts: () => listDrafts(db.everyCorps) }),
      ...accessJobs(access),
      ...gateJobs({ mandates, emergencies }),
      ...recordingJobs(recordings),
      ...ingestJobs(ingest),
      ...approvalJobs(approvals),
      ...taskJobs(tasks),
      ...mediaJobs(media),
      ...markerJobs(markers),
      ...togetherJobs(together),
      ...searchJobs(search),
      ...retentionJobs(retention),
      ...oversightJobs(oversight),
      ...nightlyBackup(settings, keystore),
    ],
    buildHttp: (extraRoutes = []) => buildRoutes(modules, db, settings, extraRoutes),
    close,
    [Symbol.asyncDispose]: close,
  }
}

function nightlyBackup({ backup, connection, clock, log }: Settings, keystore: Keystore): Job[] {
  if (backup?.folder === undefined) return []
  const { folder, recipients, keep } = backup
  return backupJobs({ connection, keystore, clock, log, version, settings: { folder, recipients, keep } })
}

/** The keystore, equal to its mirror. */
async function openKeys(settings: Settings, db: Database): Promise<Keystore> {
  const { keysFolder, keystore: kept, keysDurably, log } = settings
  const keystore = await openKeystore({ root: { driver: 'file' }, ...kept, folder: keysFolder }, keysDurably)
  if (kept?.mirror !== undefined) {
    log.info('keystore/compared', await withKeysLocked(db, () => keystore.compareMirror()))
  }
  for (const sentence of await keystore.advice()) log.warn('keystore/advice', { sentence })
  return keystore
}

/** The heads of the logs, beside the keys and in their mirror. */
function openHeads({ keysFolder, keystore, log }: Settings): KeptHeads {
  const folder = join(keysFolder, 'heads')
  if (keystore?.mirror === undefined) return openKeptHeads(folder)
  return openKeptHeads(folder, {
    folder: keystore.mirror,
    tell: (error) => log.error('custody/head-not-mirrored', error),
  })
}
