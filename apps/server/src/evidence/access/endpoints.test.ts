import { idPrefixes } from '@getuige/base'
import * as contract from '@getuige/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Caller } from '#corps'
import { createWorld, type Site, toActor, type World } from '../../testing/world.ts'

let world: World
let site: Site
let recordingId: string
let holdId: string
type Role = 'administrator' | 'records-officer' | 'enforcer'
let people: Record<Role, Caller>
beforeAll(async () => {
  world = await createWorld()
  site = await world.listen()
  const id = await world.viewableRecording()
  recordingId = id
  const hold = { recordingId: id, kind: 'report', number: 'PL1500 2026123456-1', reason: 'Aangifte.' } as const
  holdId = (await world.server.modules.retention.placeHold(toActor(world.officer), hold)).id
  people = {
    administrator: world.administrator,
    'records-officer': world.officer,
    // Not the wearer of the recording.
    enforcer: await world.person('enforcer'),
  }
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const endpoints = Object.entries(contract).flatMap(([name, value]) =>
  typeof value === 'object' && 'path' in value && 'method' in value ? [{ name, endpoint: value }] : [],
)
type Endpoint = (typeof endpoints)[number]['endpoint']

const never = (kind: keyof typeof idPrefixes) => `${idPrefixes[kind]}_${'0'.repeat(26)}`
const stated = { purpose: 'report', reference: 'PL1500 2026123456-1', reason: 'Aangifte door de wijkagent.' }

const decision = {
  number: '2026/118',
  magistrate: { name: 'C. Maes', title: 'substituut' },
  decidedOn: '2026-11-22',
  documentId: never('document'),
  recordingIds: [never('recording')],
  purpose: 'report',
  untilOn: '2026-12-22',
  reasoning: 'De raadpleging is noodzakelijk voor het onderzoek.',
}

/** A body that each endpoint takes, so that only who calls decides. */
const bodies: Readonly<Record<string, unknown>> = {
  startViewing: stated,
  assignRecording: {
    personId: never('person'),
    sessionId: never('session'),
    purpose: 'report',
    reference: 'PL1500 2026123456-1',
    untilOn: '2026-11-29',
  },
  makeClip: { inMs: 0, outMs: 1000, method: 'key-frames', reason: 'Voor het dossier.' },
  exportRecording: { ...stated, recipient: 'Openbaar Ministerie' },
  placeHold: { kind: 'report', number: 'PL1500 2026123456-2', reason: 'Tweede aangifte.' },
  liftHold: { reason: 'De zaak is afgesloten.' },
  eraseEarly: {
    number: '2026/1',
    court: 'Rechtbank',
    decidedOn: '2026-11-20',
    documentSha256: 'a'.repeat(64),
    endsHolds: [],
    reason: 'Bevel tot vernietiging.',
  },
  seeNotices: { upTo: 1 },
  simulateLaw: { packId: 'nl-boa-winterswijk', settings: {} },
  simulateLawRecordings: { packId: 'nl-boa-winterswijk', settings: {}, change: 'earlier' },
  adoptLaw: {
    packId: 'nl-boa-winterswijk',
    settings: {},
    inForceFrom: null,
    alsoExisting: false,
    reason: 'Besluit van het college.',
  },
  approveApproval: { reason: 'Nagekeken.' },
  refuseApproval: { reason: 'Niet nodig.' },
  withdrawApproval: { reason: 'Niet nodig.' },
  requestMandate: { ...stated, recordingIds: [never('recording')] },
  withdrawMandateRequest: { reason: 'Niet nodig.' },
  refuseMandate: { number: null, reasoning: 'Dit is voor het onderzoek niet noodzakelijk.' },
  grantMandate: decision,
  recordMandate: { ...decision, requestId: null },
  confirmMandate: { reason: 'Vergeleken.' },
  rejectMandate: { reason: 'Het nummer klopt niet.' },
  withdrawMandate: { reason: 'Niet meer nodig.' },
  breakGlass: { danger: 'Een kind van zeven is vermist.' },
  justifyEmergency: { words: 'Het kind is gevonden dankzij de beelden.', reference: null },
  judgeEmergency: { verdict: 'justified', words: 'Er was gevaar, en niets anders hielp.' },
  completeActivation: {
    firstWarningAt: null,
    secondWarningAt: null,
    exception: 'immediate-danger',
    trigger: 'threat',
    effect: 'calmed',
    note: '',
  },
  addMarker: { atMs: 0, toMs: null, note: 'Hier.' },
  correctClock: { offsetMs: 1500, againstId: null, reason: 'De klok van de kerktoren.' },
  startViewingTogether: { recordingIds: [never('recording')], ...stated },
  changeMarker: { atMs: 0, toMs: null, note: 'Hier.' },
  addPerson: { name: 'Iemand', login: 'iemand', title: '', roles: ['enforcer'] },
  addCamera: { label: 'Camera 2', serial: 'CAM-2', wearerId: null },
  assignCamera: { wearerId: null },
  addDock: { label: 'Dok' },
  signIn: { login: 'niemand', password: 'wrong password' },
  giveCode: { code: '000000' },
  confirmTotp: { code: '000000' },
  changePerson: { name: 'Iemand', title: '' },
  changeRoles: { roles: ['enforcer'], reason: 'Zoals afgesproken.' },
  askRecovery: { reason: 'Telefoon verloren.' },
  exportAccessLog: { format: 'csv', language: 'nl', reason: 'Zoals gevraagd door het orgaan.' },
  saveSearch: { name: 'Vorige nacht', filters: { q: 'plein' } },
  changeTags: { tags: ['plein'] },
  previewBulk: { recordingIds: [never('recording')], act: { act: 'add-tags', tags: ['plein'] } },
  performBulk: { recordingIds: [never('recording')], act: { act: 'add-tags', tags: ['plein'] } },
  beginProviderSignIn: { corpsId: never('corps') },
  changeIdentityProvider: {
    settings: {
      label: 'Gemeente',
      issuer: 'https://id.example',
      clientId: 'getuige',
      scopes: [],
      loginClaim: 'sub',
      rolesClaim: null,
      roleMapping: [],
      addsPeople: false,
      strongAcr: [],
      acceptsOneFactor: false,
    },
    clientSecret: 'not a secret',
    reason: 'Aanmelden bij de gemeente.',
  },
  inviteIdentity: { kind: 'invite', login: 'iemand', reason: 'Zoals afgesproken.' },
  changePassword: { current: 'not the current one', next: 'another long password' },
  completeSetup: {
    corpsName: 'Ander corps',
    lawPackId: 'nl-boa-den-haag',
    administrator: { name: 'Ander', login: 'ander', password: 'another long password' },
  },
}

function pathOf(endpoint: Endpoint): string {
  const values: Readonly<Record<string, string>> = {
    recordingId,
    holdId,
    viewingId: never('viewing'),
    assignmentId: never('grant'),
    approvalId: never('approval'),
    requestId: never('request'),
    mandateId: never('mandate'),
    emergencyId: never('grant'),
    markerId: never('marker'),
    taskId: never('task'),
    searchId: never('search'),
    personId: never('person'),
    sessionId: never('session'),
    cameraId: never('camera'),
    dockId: never('dock'),
    passkeyId: never('passkey'),
    on: '2026-11-21',
    rule: 'at-night',
    document: 'register-of-uses',
    packId: 'nl-boa-winterswijk',
    day: '2026-12-20',
    sha256: 'a'.repeat(64),
    token: 'a'.repeat(43),
  }
  const path = endpoint.path.replaceAll(/:(\w+)/g, (_all, name: string) => values[name] ?? name)
  const query = endpoint.path.endsWith('/:document') ? '?language=nl' : endpoint.path === '/search-terms' ? '?q=pl' : ''
  return `/api${path}${query}`
}

type Expected = Readonly<{ nobody: number } & Record<Role, number>>
const signedIn = (administrator: number, officer: number, enforcer: number): Expected => ({
  nobody: 401,
  administrator,
  'records-officer': officer,
  enforcer,
})

/** What each endpoint answers to nobody, and to each role that has nothing to do with the recording. */
const expected: Readonly<Record<string, Expected>> = {
  getSetup: { nobody: 410, administrator: 410, 'records-officer': 410, enforcer: 410 },
  completeSetup: { nobody: 410, administrator: 410, 'records-officer': 410, enforcer: 410 },
  getSession: signedIn(200, 200, 200),
  signIn: { nobody: 401, administrator: 401, 'records-officer': 401, enforcer: 401 },
  changePassword: signedIn(401, 401, 401),
  giveCode: { nobody: 401, administrator: 401, 'records-officer': 401, enforcer: 401 },
  getAccount: signedIn(200, 200, 200),
  confirmTotp: signedIn(409, 409, 409),
  removeTotp: signedIn(409, 409, 409),
  beginTotp: signedIn(200, 200, 200),
  endOwnSession: signedIn(404, 404, 404),
  endOtherSessions: signedIn(200, 200, 200),
  getStatus: signedIn(200, 403, 403),
  listAlarms: signedIn(200, 403, 403),
  listLogs: signedIn(200, 200, 403),
  getAuthority: signedIn(200, 200, 200),
  listPeople: signedIn(200, 200, 403),
  addPerson: signedIn(200, 403, 403),
  resetPassword: signedIn(404, 403, 403),
  changePerson: signedIn(404, 403, 403),
  changeRoles: signedIn(404, 403, 403),
  leaveCorps: signedIn(404, 403, 403),
  returnToCorps: signedIn(404, 403, 403),
  unlockPerson: signedIn(404, 403, 403),
  askRecovery: signedIn(404, 403, 403),
  takeRecovery: signedIn(404, 403, 403),
  listSessionsOf: signedIn(404, 403, 403),
  endSessionOf: signedIn(404, 403, 403),
  listCameras: signedIn(200, 200, 200),
  addCamera: signedIn(200, 403, 403),
  assignCamera: signedIn(404, 403, 403),
  listDocks: signedIn(200, 403, 403),
  addDock: signedIn(200, 403, 403),
  removeDock: signedIn(404, 403, 403),
  getReceipt: signedIn(404, 404, 404),
  getSignerKey: signedIn(200, 200, 200),
  listRecordings: signedIn(403, 200, 200),
  countRecordings: signedIn(403, 200, 200),
  listRecordingChoices: signedIn(403, 200, 200),
  listOwnRecordings: signedIn(403, 403, 200),
  getRecording: signedIn(404, 200, 404),
  getTrail: signedIn(404, 200, 404),
  startViewing: signedIn(404, 200, 404),
  endViewing: signedIn(404, 404, 404),
  listCompanions: signedIn(404, 200, 404),
  listPieces: signedIn(404, 200, 404),
  listCorrections: signedIn(404, 200, 404),
  correctClock: signedIn(404, 404, 404),
  startViewingTogether: signedIn(404, 404, 404),
  getShift: signedIn(403, 404, 404),
  describeMap: signedIn(200, 200, 200),
  listMarkers: signedIn(404, 200, 404),
  addMarker: signedIn(404, 404, 404),
  changeMarker: signedIn(404, 404, 404),
  removeMarker: signedIn(404, 404, 404),
  listAssignees: signedIn(404, 200, 404),
  assignRecording: signedIn(404, 404, 404),
  endAssignment: signedIn(404, 200, 404),
  placeHold: signedIn(404, 200, 404),
  liftHold: signedIn(404, 200, 404),
  completeActivation: signedIn(404, 403, 404),
  exportRecording: signedIn(404, 200, 404),
  listApprovals: signedIn(200, 200, 200),
  countWaiting: signedIn(200, 200, 200),
  approveApproval: signedIn(404, 404, 404),
  refuseApproval: signedIn(404, 404, 404),
  withdrawApproval: signedIn(404, 404, 404),
  makeClip: signedIn(404, 404, 404),
  listTasks: signedIn(200, 200, 200),
  cancelTask: signedIn(404, 404, 404),
  retryTask: signedIn(404, 404, 404),
  listMandates: signedIn(200, 200, 200),
  requestMandate: signedIn(404, 404, 404),
  withdrawMandateRequest: signedIn(404, 404, 404),
  // The law of The Hague knows no prosecutor.
  refuseMandate: signedIn(403, 403, 403),
  grantMandate: signedIn(403, 403, 403),
  recordMandate: signedIn(404, 404, 404),
  confirmMandate: signedIn(404, 404, 404),
  rejectMandate: signedIn(404, 404, 404),
  withdrawMandate: signedIn(404, 404, 404),
  breakGlass: signedIn(404, 200, 404),
  listEmergencies: signedIn(200, 200, 200),
  justifyEmergency: signedIn(404, 404, 404),
  judgeEmergency: signedIn(404, 404, 404),
  listSearches: signedIn(200, 200, 200),
  saveSearch: signedIn(200, 200, 200),
  openSearch: signedIn(404, 404, 404),
  removeSearch: signedIn(404, 404, 404),
  changeTags: signedIn(404, 200, 404),
  previewBulk: signedIn(200, 200, 200),
  performBulk: signedIn(200, 200, 200),
  suggestTerms: signedIn(403, 200, 200),
  getRetention: signedIn(200, 200, 403),
  getKeeping: signedIn(404, 200, 404),
  listDueOnDay: signedIn(200, 200, 403),
  // Held, and the order names no hold.
  eraseEarly: signedIn(404, 409, 404),
  listNotices: signedIn(200, 200, 200),
  seeNotices: signedIn(200, 200, 200),
  getLaw: signedIn(200, 200, 200),
  readPack: signedIn(200, 200, 200),
  simulateLaw: signedIn(200, 200, 403),
  simulateLawRecordings: signedIn(200, 200, 403),
  adoptLaw: signedIn(200, 403, 403),
  eraseDue: signedIn(200, 403, 403),
  // Only whoever oversees.
  searchAccessLog: signedIn(403, 403, 403),
  exportAccessLog: signedIn(403, 403, 403),
  getOversight: signedIn(403, 403, 403),
  listOutliers: signedIn(403, 403, 403),
  getOversightDocument: signedIn(403, 403, 403),
  listSignInWays: { nobody: 200, administrator: 200, 'records-officer': 200, enforcer: 200 },
  // No address that passkeys are bound to.
  beginPasskeySignIn: { nobody: 409, administrator: 409, 'records-officer': 409, enforcer: 409 },
  signInWithPasskey: { nobody: 400, administrator: 400, 'records-officer': 400, enforcer: 400 },
  listPasskeys: signedIn(200, 200, 200),
  beginAddPasskey: signedIn(409, 409, 409),
  addPasskey: signedIn(400, 400, 400),
  removePasskey: signedIn(404, 404, 404),
  listPasskeysOf: signedIn(404, 403, 403),
  removePasskeyOf: signedIn(404, 403, 403),
  beginProviderSignIn: { nobody: 404, administrator: 404, 'records-officer': 404, enforcer: 404 },
  getIdentityProvider: signedIn(200, 403, 403),
  // No provider that the operator allows.
  changeIdentityProvider: signedIn(422, 403, 403),
  removeIdentityProvider: signedIn(404, 403, 403),
  inviteIdentity: signedIn(404, 403, 403),
  getIdentityOf: signedIn(404, 403, 403),
  signOut: { nobody: 200, administrator: 200, 'records-officer': 200, enforcer: 200 },
}

test('every endpoint says whom it serves', () => {
  expect(Object.keys(expected).toSorted()).toEqual(endpoints.map(({ name }) => name).toSorted())
})

// Signing out comes last: it ends the sessions that the others are tried in.
const inOrder = endpoints.toSorted(
  (a, b) => Object.keys(expected).indexOf(a.name) - Object.keys(expected).indexOf(b.name),
)

test.each(inOrder)('$name serves whom it should and refuses the others', async ({ name, endpoint }) => {
  const whom = expected[name]
  // Whoever is served comes last: what they change does not stand in the way of a refusal.
  const order = (['nobody', 'enforcer', 'administrator', 'records-officer'] as const).toSorted(
    (a, b) => Number(whom?.[a] === 200) - Number(whom?.[b] === 200),
  )
  const statuses: Record<string, number> = {}
  for (const who of order) {
    const as = who === 'nobody' ? undefined : people[who]
    const answer = await site.ask(endpoint.method, pathOf(endpoint), { as, body: bodies[name] })
    statuses[who] = answer.status
    const parsed = answer.status === 200 ? endpoint.returns.safeParse(answer.body) : undefined
    expect(parsed?.error).toBeUndefined()
    if (answer.status !== 200) {
      const { code } = answer.body as { code: contract.ErrorCode }
      expect([...endpoint.errors, ...contract.anyEndpoint]).toContain(code)
    }
    expect(answer.headers.get('cache-control')).toContain('no-store')
  }
  expect(statuses).toEqual(whom)
})
