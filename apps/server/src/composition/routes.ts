import type { Actor, PersonActor } from '@getuige/base'
import { resolveLaw } from '@getuige/law'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AccessRefused } from '#access'
import type { Caller } from '#corps'
import { describePack, listNewestPacks } from '#deployments'
import { findBackupStanding } from '#platform/backup'
import type { Database } from '#platform/database'
import { AppError } from '#platform/errors'
import { buildHttp, type RawRoute } from '#platform/http'
import {
  accessRoutes,
  emergencyRoutes,
  mandateDocumentRoute,
  mandateRoutes,
  viewingGraphsRoute,
  viewingMediaRoute,
} from '../evidence/access/routes.ts'
import { caseRoutes, packageRoute } from '../evidence/cases/routes.ts'
import { clipRoutes } from '../evidence/clips/routes.ts'
import { custodyRoutes, logRoute } from '../evidence/custody/routes.ts'
import { deviceRoutes } from '../evidence/devices/routes.ts'
import { ingestRoutes, tusRoute } from '../evidence/ingest/routes.ts'
import { markerRoutes } from '../evidence/markers/routes.ts'
import { pictureRoutes, sidecarRoute } from '../evidence/media/routes.ts'
import { openRows, recordingRoutes } from '../evidence/recordings/routes.ts'
import { oversightFilesRoute, oversightRoutes } from '../evidence/oversight/routes.ts'
import { retentionRoutes } from '../evidence/retention/routes.ts'
import { searchRoutes } from '../evidence/search/routes.ts'
import { togetherRoutes } from '../evidence/together/routes.ts'
import { taskEventsRoute, taskRoutes } from '../evidence/tasks/routes.ts'
import { vaultRoutes } from '../evidence/vault/routes.ts'
import { approvalRoutes } from '../operations/approvals/routes.ts'
import { authorityCertificateRoute, authorityRoutes } from '../operations/authority/routes.ts'
import { corpsRoutes, openSessionReader, providerRoutes } from '../operations/corps/routes.ts'
import { deploymentRoutes } from '../operations/deployments/routes.ts'
import { apiDescriptionRoute } from '../api-description.ts'
import { mapTilesRoute } from '../map-tiles.ts'
import { version } from '../version.ts'
import { describeRecordings } from './describe-recordings.ts'
import type { Modules } from './modules.ts'
import type { Settings } from './settings.ts'

/** Every route, each handed what it needs. */
export function buildRoutes(
  modules: Modules,
  db: Database,
  { clock, log, publicUrl, tls, trustedProxies, backup: made, mapTiles }: Settings,
  extraRoutes: readonly RawRoute[],
): Promise<FastifyInstance> {
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
    tasks,
    media,
    markers,
    clips,
    together,
    retention,
    cases,
    search,
    oversight,
  } = modules

  const describe = describeRecordings(modules, db)
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
    authenticate: (request) => sessions.authenticate(request),
    noteRefusal: async (error) => (error instanceof AccessRefused ? access.noteRefusal(error) : undefined),
    routes: [
      ...corpsRoutes(ofCorps),
      ...recordingRoutes({
        recordings,
        clock,
        describe,
        trail: (corpsId, recordingId) => custody.trail(corpsId, recordingId),
      }),
      ...accessRoutes({ access }),
      ...approvalRoutes({
        approvals,
        downloads: (person) => cases.downloads(person),
        countOthers: async (person) => ({
          mandates: await mandates.countWaiting(person),
          ...(await emergencies.countWaiting(person)),
          notices: await retention.countUnseen(person),
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
      ...deviceRoutes({
        devices,
        requireManage: (actor) => access.requireCorps('manage-devices', actor),
        decide: access.decideCorps,
      }),
      ...ingestRoutes<Caller>({ ingest, custody, requireUploader }),
      ...markerRoutes({ markers }),
      ...clipRoutes({ clips }),
      ...togetherRoutes({ together, access, toRows: openRows(describe), hasMapTiles: mapTiles !== undefined }),
      ...taskRoutes({ tasks }),
      ...retentionRoutes({ retention, access }),
      ...vaultRoutes({ vault, requireAdminister: (actor) => access.requireCorps('administer', actor) }),
      ...authorityRoutes({ authority }),
      ...oversightRoutes<Caller>({ oversight }),
      ...caseRoutes({ cases }),
      ...searchRoutes<Caller>({ search }),
      ...custodyRoutes<Caller>({ custody, requireSee: (actor) => access.requireCorps('see-verification', actor) }),
    ],
    rawRoutes: [
      tusRoute({ ingest, log, requireUploader }),
      viewingMediaRoute({ access, clock, requireCaller }),
      viewingGraphsRoute({ access, requireCaller }),
      mapTilesRoute({ mapTiles, requireCaller }),
      pictureRoutes({ media, requireCaller }),
      sidecarRoute({ media, requireUploader }),
      mandateDocumentRoute({ mandates, requireCaller }),
      taskEventsRoute({ tasks, requireCaller, findCaller: (request) => sessions.authenticate(request, false) }),
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
