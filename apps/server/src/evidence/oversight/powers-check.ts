import { canonicalJson, type JsonValue } from '@getuige/base'
import { digestOfPayload } from '#approvals'
import type { EntryType } from '#custody'
import type { Reader } from '#platform/database'

export type PowerFinding = Readonly<{
  what:
    | 'role-not-entered'
    | 'person-differs'
    | 'passkey-not-entered'
    | 'identity-not-entered'
    | 'grant-not-entered'
    | 'grant-differs'
    | 'approval-not-entered'
    | 'approval-differs'
    | 'law-not-entered'
    | 'viewing-not-entered'
  /** A sentence for the operator: ids, no names. */
  sentence: string
}>
export type PowersCheck = Readonly<{ people: number; grants: number; findings: readonly PowerFinding[] }>

type Details = Readonly<Record<string, JsonValue>>
type Entry = Readonly<{
  type: string
  corpsId: string
  recordingId: string | null
  actorId: string
  at: Date
  details: Details
  isForgotten: boolean
}>

const powerTypes = [
  'corps-established',
  'law-adopted',
  'person-added',
  'roles-changed',
  'roles-widened',
  'person-left',
  'person-returned',
  'passkey-added',
  'identity-invited',
  'identity-linked',
  'recording-assigned',
  'assignment-ended',
  'mandate-granted',
  'mandate-withdrawn',
  'glass-broken',
  'clip-made',
  'approval-asked',
  'approval-given',
  'viewing-started',
] as const satisfies readonly EntryType[]

/**
 * Hold what lets people in and further against the custody log: roles, passkeys, identities, grants, approvals, the law of
 * a corps and viewings, each with an entry that says the same. Whoever writes to the database gives themselves these
 * without one. What was made before words were lawfully erased is passed over: nothing is left to hold it against. That
 * the entries are those that were signed is what custody checks. `snapshot` sees every corps, at one moment.
 */
export async function checkPowers(snapshot: Reader): Promise<PowersCheck> {
  const log = newLog(await listEntries(snapshot))
  const people = await snapshot
    .selectFrom('person')
    .select(['id', 'corps_id', 'roles', 'created_at', 'left_at'])
    .orderBy('id')
    .execute()
  const grants = await snapshot.selectFrom('access_grant').selectAll().orderBy('id').execute()
  const findings = [
    ...people.flatMap((row) => judgePerson(row, log)),
    ...(await judgeWaysIn(snapshot, log)),
    ...grants.flatMap((row) => judgeGrant(row, log)),
    ...(await judgeApprovals(snapshot, log)),
    ...(await judgeLaws(snapshot, log)),
    ...(await judgeViewings(snapshot, log)),
    ...judgeOpenings(log),
  ]
  return { people: people.length, grants: grants.length, findings }
}

async function listEntries(db: Reader): Promise<Entry[]> {
  const rows = await db
    .selectFrom('custody_entry')
    .select(['type', 'corps_id', 'recording_id', 'actor', 'at', 'details', 'salt'])
    .where('type', 'in', powerTypes)
    .orderBy('serial')
    .execute()
  return rows.map((row) => ({
    type: row.type,
    corpsId: row.corps_id,
    recordingId: row.recording_id,
    actorId: textOf((row.actor as Details)['id']),
    at: row.at,
    details: row.details as Details,
    isForgotten: row.salt.length === 0,
  }))
}

type Log = ReturnType<typeof newLog>

function newLog(entries: readonly Entry[]) {
  const byKey = new Map<string, Entry[]>()
  for (const entry of entries) {
    for (const [name, value] of Object.entries(entry.details)) {
      if (!name.endsWith('Id') || name === 'ruleId' || typeof value !== 'string') continue
      const key = `${entry.corpsId} ${entry.type} ${value}`
      const named = byKey.get(key) ?? []
      named.push(entry)
      byKey.set(key, named)
    }
  }
  const forgottenUntil = new Map<string, Date>()
  for (const { corpsId, isForgotten, at } of entries)
    if (isForgotten && at >= (forgottenUntil.get(corpsId) ?? at)) forgottenUntil.set(corpsId, at)
  return {
    entries,
    /** Entries of a corps of these types that name this id, oldest first. */
    naming: (corpsId: string, types: readonly EntryType[], id: string): readonly Entry[] =>
      types.flatMap((type) => byKey.get(`${corpsId} ${type} ${id}`) ?? []),
    of: (corpsId: string, type: EntryType): readonly Entry[] =>
      entries.filter((entry) => entry.corpsId === corpsId && entry.type === type),
    /** Whether the words of entries from then may be gone. */
    mayBeForgotten: (corpsId: string, at: Date): boolean => at <= (forgottenUntil.get(corpsId) ?? new Date(0)),
  }
}

type PersonRow = Readonly<{ id: string; corps_id: string; roles: string[]; created_at: Date; left_at: Date | null }>

function judgePerson({ id, corps_id: corpsId, roles, created_at: at, left_at: leftAt }: PersonRow, log: Log) {
  if (log.mayBeForgotten(corpsId, at)) return []
  const given = new Set<string>()
  const [founder] = log.of(corpsId, 'corps-established')
  if (founder?.actorId === id) given.add('administrator')
  const told = log
    .naming(corpsId, ['person-added', 'roles-changed', 'roles-widened', 'person-left', 'person-returned'], id)
    .toSorted((a, b) => a.at.getTime() - b.at.getTime())
  let hasLeft = false
  for (const { type, details } of told) {
    if (type === 'person-left') hasLeft = true
    if (type === 'person-returned') hasLeft = false
    if (type === 'person-added' || type === 'person-returned') given.clear()
    for (const role of textsOf(details['removed'])) given.delete(role)
    // Entries made before people could have several roles name the one.
    const one = textOf(details['role'])
    for (const role of [...textsOf(details['roles']), ...textsOf(details['added']), ...(one === '' ? [] : [one])])
      if (type !== 'person-left') given.add(role)
  }
  const findings: PowerFinding[] = []
  const more = roles.filter((role) => !given.has(role))
  if (more.length > 0) {
    const sentence = `person ${id} has roles that no entry gives: ${more.join(', ')}`
    findings.push({ what: 'role-not-entered', sentence })
  }
  if (hasLeft !== (leftAt !== null)) {
    const [is, was] = leftAt === null ? ['is here', 'left'] : ['left', 'is here']
    findings.push({ what: 'person-differs', sentence: `person ${id} ${is} by the register, and ${was} by the log` })
  }
  return findings
}

async function judgeWaysIn(db: Reader, log: Log): Promise<PowerFinding[]> {
  const passkeys = await db.selectFrom('passkey').select(['id', 'corps_id', 'person_id', 'created_at']).execute()
  const identities = await db
    .selectFrom('person_identity')
    .select(['corps_id', 'person_id', 'issuer', 'invited_at'])
    .execute()
  const isOf = (person: string) => (entry: Entry) => entry.details['personId'] === person
  return [
    ...passkeys.flatMap((row): PowerFinding[] => {
      if (log.mayBeForgotten(row.corps_id, row.created_at)) return []
      const isEntered = log.naming(row.corps_id, ['passkey-added'], row.id).some(isOf(row.person_id))
      const sentence = `passkey ${row.id} of person ${row.person_id} was added without an entry`
      return isEntered ? [] : [{ what: 'passkey-not-entered', sentence }]
    }),
    ...identities.flatMap((row): PowerFinding[] => {
      if (log.mayBeForgotten(row.corps_id, row.invited_at)) return []
      const told = log.naming(row.corps_id, ['identity-invited', 'identity-linked', 'person-added'], row.person_id)
      const sentence = `person ${row.person_id} can sign in at ${row.issuer} without an entry`
      return told.some(({ details }) => details['issuer'] === row.issuer)
        ? []
        : [{ what: 'identity-not-entered', sentence }]
    }),
  ]
}

type GrantRow = Readonly<{
  id: string
  corps_id: string
  recording_id: string
  kind: string
  person_id: string | null
  purpose_id: string | null
  until_at: Date
  ended_at: Date | null
  made_at: Date
  copy_of: string | null
}>

function judgeGrant(row: GrantRow, log: Log): PowerFinding[] {
  const { id, corps_id: corpsId, recording_id: recordingId, kind, copy_of: copyOf } = row
  if (log.mayBeForgotten(corpsId, row.made_at)) return []
  const made = copyOf === null ? undefined : findCopied(log, corpsId, recordingId, id)
  const type = kind === 'assignment' ? 'recording-assigned' : kind === 'mandate' ? 'mandate-granted' : 'glass-broken'
  // A copy about a clip says what the one it is a copy of says, and its clip says that it was copied.
  const entry = log
    .naming(corpsId, [type], copyOf ?? id)
    .find((one) => copyOf !== null || one.recordingId === recordingId)
  // The one that it is a copy of is judged itself.
  if (entry === undefined && copyOf !== null && made === copyOf) return []
  if (entry === undefined || (copyOf !== null && made !== copyOf)) {
    const sentence = `grant ${id} (${kind}) opens recording ${recordingId} without an entry`
    return [{ what: 'grant-not-entered', sentence }]
  }
  const { details } = entry
  const differing = [
    kind === 'mandate' || row.person_id === (details['personId'] ?? entry.actorId) ? '' : 'person',
    kind !== 'assignment' || row.purpose_id === details['purpose'] ? '' : 'purpose',
    isUntil(row.until_at, details) ? '' : 'end',
    row.ended_at === null && isEndedInLog(row, details, log) ? 'that it was ended' : '',
  ].filter((part) => part !== '')
  if (differing.length === 0) return []
  const sentence = `grant ${id} (${kind}) and its entry differ in ${differing.join(', ')}`
  return [{ what: 'grant-differs', sentence }]
}

const dayMs = 86_400_000

/** An assignment names its last day alone, which ends somewhere within these hours, wherever the corps is. */
function isUntil(untilAt: Date, { endsAt, openUntilAt, untilOn }: Details): boolean {
  const instant = textOf(endsAt) || textOf(openUntilAt)
  if (instant !== '') return untilAt.toISOString() === instant
  const afterMs = untilAt.getTime() - Date.parse(textOf(untilOn))
  return afterMs >= dayMs / 2 && afterMs <= 1.5 * dayMs
}

/** Of which grant the entry of a clip says that this is a copy. */
function findCopied(log: Log, corpsId: string, clipId: string, grantId: string): string | undefined {
  const copied = log
    .of(corpsId, 'clip-made')
    .filter(({ recordingId }) => recordingId === clipId)
    .flatMap(({ details }) => (Array.isArray(details['grants']) ? (details['grants'] as Details[]) : []))
    .find((each) => each['grantId'] === grantId)
  return copied === undefined ? undefined : textOf(copied['copyOf'])
}

function isEndedInLog(
  { id: own, copy_of: copyOf, corps_id: corpsId, kind, recording_id: recordingId }: GrantRow,
  details: Details,
  log: Log,
) {
  const id = copyOf ?? own
  if (kind === 'assignment') return [id, own].some((one) => log.naming(corpsId, ['assignment-ended'], one).length > 0)
  return log
    .naming(corpsId, ['mandate-withdrawn'], textOf(details['mandateId']))
    .some((entry) => kind === 'mandate' && (copyOf !== null || entry.recordingId === recordingId))
}

async function judgeApprovals(db: Reader, log: Log): Promise<PowerFinding[]> {
  const rows = await db.selectFrom('approval').selectAll().orderBy('id').execute()
  return rows.flatMap((row): PowerFinding[] => {
    const { id, corps_id: corpsId } = row
    if (log.mayBeForgotten(corpsId, row.asked_at)) return []
    const asked = log.naming(corpsId, ['approval-asked'], id).find(({ actorId }) => actorId === row.asked_by)
    if (asked === undefined) {
      return [{ what: 'approval-not-entered', sentence: `approval ${id} was asked without an entry` }]
    }
    const { details } = asked
    const isSame =
      details['act'] === row.act &&
      details['reason'] === row.reason &&
      details['expiresAt'] === row.expires_at.toISOString() &&
      canonicalJson(details['shown'] ?? null) === canonicalJson(row.shown as JsonValue) &&
      // Not entered by versions from before.
      ['', digestOfPayload(row.payload as JsonValue)].includes(textOf(details['payloadSha256']))
    const given = log.naming(corpsId, ['approval-given'], id)
    const isGivenAsEntered = (row.ended_as === 'given') === given.some(({ actorId }) => actorId === row.ended_by)
    if (isSame && isGivenAsEntered) return []
    const how = isSame ? 'who approved it' : 'what was asked'
    return [{ what: 'approval-differs', sentence: `approval ${id} and its entries differ in ${how}` }]
  })
}

async function judgeLaws(db: Reader, log: Log): Promise<PowerFinding[]> {
  const rows = await db.selectFrom('corps_law').selectAll().orderBy('serial').execute()
  return rows.flatMap((row): PowerFinding[] => {
    const { corps_id: corpsId, law } = row
    if (log.mayBeForgotten(corpsId, row.adopted_at)) return []
    const from = row.in_force_from.toISOString()
    const isAdopted = log
      .of(corpsId, 'law-adopted')
      .some(
        ({ details }) =>
          details['law'] === law && details['inForceFrom'] === from && details['alsoExisting'] === row.also_existing,
      )
    const isFirst = log
      .of(corpsId, 'corps-established')
      .some(({ details }) => (textOf(details['law']) || `${textOf(details['lawPackId'])}@1`) === law)
    if (isAdopted || (row.approved_by === null && isFirst && !row.also_existing)) return []
    const sentence = `corps ${corpsId} has the law ${law} from ${from} on without an entry`
    return [{ what: 'law-not-entered', sentence }]
  })
}

async function judgeViewings(db: Reader, log: Log): Promise<PowerFinding[]> {
  const rows = await db
    .selectFrom('viewing')
    .select(['id', 'corps_id', 'recording_id', 'person_id', 'purpose', 'reason', 'started_at'])
    .orderBy('id')
    .execute()
  return rows.flatMap((row): PowerFinding[] => {
    if (log.mayBeForgotten(row.corps_id, row.started_at)) return []
    const isEntered = log
      .naming(row.corps_id, ['viewing-started'], row.id)
      .some(
        ({ actorId, recordingId, details }) =>
          actorId === row.person_id &&
          recordingId === row.recording_id &&
          details['purpose'] === row.purpose &&
          details['reason'] === row.reason,
      )
    const sentence = `viewing ${row.id} of recording ${row.recording_id} is not as it was entered`
    return isEntered ? [] : [{ what: 'viewing-not-entered', sentence }]
  })
}

/** What opened a viewing was entered too, also where its row is gone again. */
function judgeOpenings(log: Log): PowerFinding[] {
  return log.entries.flatMap(({ type, corpsId, recordingId, at, details }): PowerFinding[] => {
    const { openedBy, viewingId } = details
    if (type !== 'viewing-started' || !Array.isArray(openedBy) || log.mayBeForgotten(corpsId, at)) return []
    return openedBy.flatMap((each): PowerFinding[] => {
      const grantId = textOf((each as Details)['grantId'])
      const makers = ['recording-assigned', 'mandate-granted', 'glass-broken'] as const
      if (log.naming(corpsId, makers, grantId).some((entry) => entry.recordingId === recordingId)) return []
      if (recordingId !== null && findCopied(log, corpsId, recordingId, grantId) !== undefined) return []
      const sentence = `viewing ${textOf(viewingId)} was opened by grant ${grantId}, of which there is no entry`
      return [{ what: 'grant-not-entered', sentence }]
    })
  })
}

const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '')
const textsOf = (value: JsonValue | undefined): readonly string[] =>
  Array.isArray(value) ? value.flatMap((each) => (typeof each === 'string' ? [each] : [])) : []
