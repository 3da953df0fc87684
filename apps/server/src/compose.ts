import { join } from 'node:path'
import type { Actor, CorpsId, PersonActor } from '@getuige/base'
import type { Permission } from '@getuige/contract'
import { resolveLaw } from '@getuige/law'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import {
  type Access,
  AccessRefused,
  type Emergencies,
  type Mandates,
  openAccess,
  openEmergencies,
  openMandates,
} from '#access'
import { type Approvals, openApprovals } from '#approvals'
import { type Authority, openAuthority } from '#authority'
import { type Caller, type Corps, openCorps } from '#corps'
import {
  type Custody,
  type KeptHeads,
  nothingToRecord,
  openCustody,
  openKeptHeads,
  type WitnessSetting,
} from '#custody'
import { describePack, type Deployments, lawOfPack, listNewestPacks, openDeployments } from '#deployments'
import { type Devices, openDevices } from '#devices'
import { type Cases, openCases } from '#cases'
import { type Ingest, listDrafts, openIngest } from '#ingest'
import { findCodecEngine, hasMediaTraces, type Media, openMedia, probe, recogniseHead } from '#media'
import { openOversight, type Oversight } from '#oversight'
import { backupJobs, findBackupStanding } from '#platform/backup'
import type { Clock } from '#platform/clock'
import { type Connection, type Database, openDatabase } from '#platform/database'
import { AppError } from '#platform/errors'
import { buildHttp, type RawRoute } from '#platform/http'
import { type Job, type Jobs, openJobs } from '#platform/jobs'
import { type Durably, type Keystore, type KeystoreSettings, openKeystore, withKeysLocked } from '#platform/keystore'
import type { Log } from '#platform/log'
import { type ObjectStore, openStaging, openStore, type Staging } from '#platform/object-store'
import { openRecordings, type Recordings } from '#recordings'
import { openRetention, type Retention } from '#retention'
import { openVault, type Vault } from '#vault'
import { openOperatorSigner, type SigningSettings } from '#platform/signing'
import type { Tls } from '#platform/tls'
import { openTimeStamps, type TimeStampSettings } from '#platform/time-stamp'
import { accessJobs, gateJobs } from './evidence/access/jobs.ts'
import {
  accessRoutes,
  emergencyRoutes,
  mandateDocumentRoute,
  mandateRoutes,
  viewingMediaRoute,
} from './evidence/access/routes.ts'
import { caseRoutes, packageRoute } from './evidence/cases/routes.ts'
import { custodyRoutes, logRoute } from './evidence/custody/routes.ts'
import { custodyJobs } from './evidence/custody/jobs.ts'
import { deviceRoutes } from './evidence/devices/routes.ts'
import { ingestJobs } from './evidence/ingest/jobs.ts'
import { ingestRoutes, tusRoute } from './evidence/ingest/routes.ts'
import { mediaJobs } from './evidence/media/jobs.ts'
import { pictureRoutes } from './evidence/media/routes.ts'
import { type Descriptions, recordingRoutes } from './evidence/recordings/routes.ts'
import { oversightJobs } from './evidence/oversight/jobs.ts'
import { oversightFilesRoute, oversightRoutes } from './evidence/oversight/routes.ts'
import { retentionJobs } from './evidence/retention/jobs.ts'
import { retentionRoutes } from './evidence/retention/routes.ts'
import { vaultJobs } from './evidence/vault/jobs.ts'
import { vaultRoutes } from './evidence/vault/routes.ts'
import { approvalJobs } from './operations/approvals/jobs.ts'
import { approvalRoutes } from './operations/approvals/routes.ts'
import { authorityJobs } from './operations/authority/jobs.ts'
import { authorityCertificateRoute, authorityRoutes } from './operations/authority/routes.ts'
import { corpsJobs } from './operations/corps/jobs.ts'
import { corpsRoutes, openSessionReader, providerRoutes } from './operations/corps/routes.ts'
import { deploymentRoutes } from './operations/deployments/routes.ts'
import { apiDescriptionRoute } from './api-description.ts'
import type { StorageSettings } from './config.ts'
import type { Config } from './config.ts'
import { reactions } from './reactions.ts'
import { version } from './version.ts'

export type Modules = Readonly<{
  corps: Corps
  custody: Custody
  authority: Authority
  recordings: Recordings
  vault: Vault
  access: Access
  mandates: Mandates
  emergencies: Emergencies
  approvals: Approvals
  deployments: Deployments
  devices: Devices
  ingest: Ingest
  media: Media
  retention: Retention
  cases: Cases
  oversight: Oversight
}>

export type Settings = Readonly<{
  connection: Connection
  dataFolder: string
  keysFolder: string
  /** A root key in a file, and no mirror, unless told. */
  keystore?: Omit<KeystoreSettings, 'folder'>
  originHost: string
  /** Whom to ask to cosign the custody logs; nobody unless told. */
  witnesses?: readonly WitnessSetting[]
  /** The operator's own signing certificate; unless given, each corps has an authority of its own. */
  signing?: SigningSettings
  /** Who stamps packages and checkpoints; nobody unless told. */
  timeStamps?: TimeStampSettings
  /** Told in ids alone when somebody opens a recording for danger to life. */
  alarmWebhook?: string | undefined
  /** The address people type, where it is not this machine's. */
  publicUrl?: string | undefined
  codecEngine?: 'ffmpeg' | 'node-av' | 'none' | undefined
  /** Every role but an enforcer's asks for a second factor, unless told: a demonstration does without. */
  asksSecondFactor?: boolean
  /** A session ends after an hour in which nothing was asked, unless told. */
  sessionIdleMinutes?: number
  /** Issuers that the operator allows to vouch for people; none unless told. */
  identityProviders?: readonly string[]
  /** The server speaks TLS itself; unless given, plain HTTP. */
  tls?: Tls | undefined
  /** Proxies that are believed about who calls, and whether by TLS; nobody unless told. */
  trustedProxies?: readonly string[]
  /** A back-up every night, where there is a folder for it. */
  backup?: Config['backup']
  searchPath: string
  /** Folders of the data folder unless told. */
  storage?: StorageSettings
  clock: Clock
  log: Log
  /** What follows from which entry; the demonstration follows up by itself. */
  reactions?: typeof reactions
  /** Those of another server on the same database, which then does the work. */
  jobs?: Jobs
  /** Tests may put others in place of folders, such as ones that fail on demand. */
  objects?: ObjectStore
  second?: ObjectStore
  heads?: KeptHeads
  staging?: Staging
  keysDurably?: Durably
}>

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
      'widen-role': corps.performers.widenRoles,
      'adopt-law': (...approved) => deployments.adoptApproved(...approved),
      'recover-account': corps.performers.recoverAccount,
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
  const engine = await findCodecEngine(settings.codecEngine, settings.searchPath)
  const media = openMedia({ db, clock, custody, recordings, vault, access, engine })
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
    media,
    retention,
    cases,
    oversight,
  }

  const close = async () => {
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
      ...ingestJobs(ingest),
      ...approvalJobs(approvals),
      ...mediaJobs(media),
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

function buildRoutes(
  modules: Modules,
  db: Database,
  { clock, log, publicUrl, tls, trustedProxies, backup: made }: Settings,
  extraRoutes: readonly RawRoute[],
) {
  const {
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
    media,
    retention,
    cases,
    oversight,
  } = modules

  const isPublicOverTls = publicUrl?.startsWith('https:') === true
  const sessions = openSessionReader(corps, isPublicOverTls)
  async function requireCaller(request: FastifyRequest): Promise<Caller> {
    const caller = await sessions.authenticate(request)
    if (caller === undefined) throw new AppError('session/none')
    return caller
  }
  /** Whoever may hand over a recording: a dock by its token, or anybody who is signed in. */
  async function requireUploader(request: FastifyRequest): Promise<Actor> {
    const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (token !== undefined) return devices.requireDock(token)
    const { sessionId: _sessionId, ...person } = await requireCaller(request)
    return person
  }

  const ofCorps: Parameters<typeof corpsRoutes>[0] = {
    corps,
    clock,
    sessions,
    isPublicOverTls,
    publicUrl,
    askApproval: approvals.ask,
    requireAdminister: (actor) => access.requireCorps('administer', actor),
    requireSeePeople: (actor) => access.requireCorps('see-people', actor),
    mayAdminister: async (actor) => (await access.decideCorps('administer', actor)).allowed,
    describeLawPack: (law) => describePack(resolveLaw(law)),
    lawPackSummaries: listNewestPacks().map(describePack),
    status: describeStatus,
  }

  return buildHttp<Caller>({
    log,
    tls,
    publicUrl,
    trustedProxies,
    authenticate: sessions.authenticate,
    noteRefusal: async (error) => (error instanceof AccessRefused ? access.noteRefusal(error) : undefined),
    routes: [
      ...corpsRoutes(ofCorps),
      ...recordingRoutes({
        recordings,
        clock,
        describe: describeRecordings(modules, db),
        trail: custody.trail,
      }),
      ...accessRoutes({ access }),
      ...approvalRoutes({
        approvals,
        downloads: cases.downloads,
        countOthers: async (person) => ({
          mandates: await mandates.countWaiting(person),
          ...(await emergencies.countWaiting(person)),
        }),
      }),
      ...mandateRoutes({ mandates }),
      ...emergencyRoutes({ emergencies }),
      ...deploymentRoutes({
        deployments,
        access,
        clock,
        lawAt: corps.lawAt,
        listNames: async (corpsId) => new Map((await corps.listPeople(corpsId)).map(({ id, name }) => [id, name])),
      }),
      ...deviceRoutes({ devices, requireManage: (actor) => access.requireCorps('manage-devices', actor) }),
      ...ingestRoutes<Caller>({ ingest, custody, requireUploader }),
      ...retentionRoutes({ retention, access }),
      ...vaultRoutes({ vault, requireAdminister: (actor) => access.requireCorps('administer', actor) }),
      ...authorityRoutes({ authority }),
      ...oversightRoutes<Caller>({ oversight }),
      ...caseRoutes({ cases }),
      ...custodyRoutes<Caller>({ custody, requireSee: (actor) => access.requireCorps('see-verification', actor) }),
    ],
    rawRoutes: [
      tusRoute({ ingest, log, requireUploader }),
      viewingMediaRoute({ access, requireCaller }),
      pictureRoutes({ media, requireCaller }),
      mandateDocumentRoute({ mandates, requireCaller }),
      packageRoute({ cases, requireCaller }),
      oversightFilesRoute({ oversight, requireCaller }),
      authorityCertificateRoute({
        authority,
        isCorps: async (id) => (await corps.list()).some((one) => one.id === id),
      }),
      logRoute({ custody }),
      apiDescriptionRoute,
      ...providerRoutes({ ...ofCorps, log }),
      ...extraRoutes,
    ],
  })

  async function describeStores({ corpsId }: PersonActor) {
    const { checkedSince, ...figures } = await vault.condition(corpsId)
    return { ...figures, checkedSince: checkedSince?.toISOString() ?? null }
  }

  async function describeStatus(caller: PersonActor) {
    const { kept } = await retention.figures(caller.corpsId)
    const backup = made?.folder === undefined ? null : await findBackupStanding(made.folder, clock)
    return {
      version,
      recordings: kept,
      storedBytes: await vault.storedBytes(caller.corpsId),
      freeBytes: await vault.freeBytes(),
      stores: await describeStores(caller),
      codecEngine: media.engineName,
      backup: backup && { madeAt: backup.madeAt?.toISOString() ?? null, isOverdue: backup.isOverdue },
    }
  }
}

/** What modules above tell the register's screens. */
function describeRecordings({ corps, access, deployments, retention, vault }: Modules, db: Database): Descriptions {
  const damaged: Permission = { allowed: false, because: 'bytes-damaged', rule: null, whoMay: [], granting: [] }
  const unlessDamaged = (permission: Permission, isDamaged: boolean) =>
    isDamaged && permission.allowed ? damaged : permission
  return {
    damaged: vault.damaged,
    timeZone: async (actor) => (await corps.find(actor.corpsId)).timeZone,
    requireList: access.requireList,
    listFilter: (actor) => access.listFilter(actor, 'know'),
    requireKnow: (actor, recording) => access.require(db.of(actor.corpsId), 'know', actor, recording),
    mayPreview: (actor, listed) => access.listAllowed(db.of(actor.corpsId), 'preview', actor, listed),
    keptUntil: retention.keptUntil,
    async may(actor, recording, isDamaged) {
      const permissions = await access.permissions(
        db.of(actor.corpsId),
        [
          'view',
          'export',
          'place-hold',
          'lift-hold',
          'complete-activation',
          'assign',
          'request-mandate',
          'break-glass',
        ],
        actor,
        recording,
      )
      return {
        view: unlessDamaged(permissions.view, isDamaged),
        export: unlessDamaged(permissions.export, isDamaged),
        placeHold: permissions['place-hold'],
        liftHold: permissions['lift-hold'],
        completeActivation: permissions['complete-activation'],
        assign: permissions.assign,
        requestMandate: permissions['request-mandate'],
        breakGlass: permissions['break-glass'],
      }
    },
    purposes: async (actor, recording) =>
      (await access.listPurposes(db.of(actor.corpsId), actor, recording)).map(
        ({ id, label, legalBasis, asksReference, referencePattern, may }) => ({
          id,
          label,
          legalBasis,
          asksReference,
          referencePattern,
          may,
        }),
      ),
    assignments: async (actor, recording) =>
      (await access.assignmentsOn(actor, recording)).map(({ fromAt, untilAt, ...assignment }) => ({
        ...assignment,
        from: fromAt.toISOString(),
        until: untilAt.toISOString(),
      })),
    activation: async (recording) => {
      const { activation } = resolveLaw(recording.law)
      const stored = await deployments.findActivation(recording)
      return {
        activationChoices: {
          warningsAsked: activation.warnings.value,
          exceptions: [...activation.exceptions],
          triggers: [...activation.triggers],
        },
        activationRecord:
          stored === undefined
            ? null
            : {
                ...stored,
                firstWarningAt: stored.firstWarningAt?.toISOString() ?? null,
                secondWarningAt: stored.secondWarningAt?.toISOString() ?? null,
                completedAt: stored.completedAt.toISOString(),
              },
      }
    },
  }
}
