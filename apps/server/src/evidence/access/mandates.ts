import {
  addPeriod,
  type CorpsId,
  dayOf,
  type DocumentId,
  type GrantId,
  type JsonValue,
  type MandateId,
  newId,
  type PersonActor,
  type RecordingId,
  type RequestId,
  startOfDay,
  toHex,
} from '@getuige/base'
import type { WrittenDecision } from '@getuige/contract'
import { type Law, type Purpose, resolveLaw } from '@getuige/law'
import type { RecordEntry } from '#custody'
import { hasErasureBegun, type RegisteredRecording } from '#recordings'
import type { Tx } from '#platform/database'
import { AppError } from '#platform/errors'
import type { Keystore } from '#platform/keystore'
import type { Decisions } from './decisions.ts'
import type { AccessDeps } from './deps.ts'
import { claimDocument, type DocumentKind, forgetUnclaimed, keepDocument, openDocument } from './documents.ts'
import { endGrants, insertGrants } from './grants.ts'
import { describeMandates } from './mandate-list.ts'
import { mandateRoles } from './mandate-roles.ts'
import {
  countToConfirm,
  countToDecide,
  findMandateByDocument,
  insertMandate,
  insertRequest,
  listNamed,
  listRequested,
  lockMandate,
  lockRequest,
  type MandateRequestRow,
  type MandateRow,
  somebody,
  updateConfirmed,
  updateGrant,
  updateMandateEnded,
  updateRequestEnded,
} from './mandate-store.ts'

export type MandateDeps = Pick<AccessDeps, 'db' | 'clock' | 'custody' | 'recordings' | 'lawKeyAt'> &
  Readonly<{ keystore: Keystore; access: Pick<Decisions, 'require' | 'requireCorps'> }>

export type RequestMandate = Readonly<{
  recordingIds: readonly RecordingId[]
  purpose: string
  reference: string
  reason: string
}>

export type Mandates = ReturnType<typeof openMandates>

/**
 * The gate after the first month: recordings that only a prosecutor's decision opens, written and with reasons, about
 * named recordings, for one purpose, until a day.
 *
 * @law WPA/LFP art. 25/7; see docs/law/be-gpi.md
 */
export function openMandates(deps: MandateDeps) {
  const { access, clock, custody, db, keystore, recordings } = deps

  const lawOf = async ({ corpsId }: PersonActor): Promise<Law> => resolveLaw(await deps.lawKeyAt(corpsId, clock.now()))

  /** The recordings first, as every act on them does; then what is decided. */
  async function lockAsked(
    tx: Tx,
    actor: PersonActor,
    requestId: RequestId,
  ): Promise<{ request: MandateRequestRow; asked: readonly RegisteredRecording[] }> {
    const asked = await recordings.lockAll(tx, actor.corpsId, await listRequested(tx, requestId))
    const request = await lockRequest(tx, actor.corpsId, requestId)
    if (request === undefined) throw new AppError('mandate/not-found')
    return { request, asked }
  }

  async function lockDecided(tx: Tx, actor: PersonActor, mandateId: MandateId) {
    const named = await listNamed(tx, mandateId)
    const ids = named.map(({ recordingId }) => recordingId)
    const locked = await recordings.lockAll(tx, actor.corpsId, ids)
    const request = await findRequestOf(tx, actor.corpsId, mandateId)
    const mandate = await lockMandate(tx, actor.corpsId, mandateId)
    if (mandate === undefined) throw new AppError('mandate/not-found')
    return { mandate, named, locked, request }
  }

  /** Throws `mandate/not-found` for who neither decides nor, as far as each of these recordings goes, asks. */
  async function requireHand(
    tx: Tx,
    actor: PersonActor,
    named: readonly RegisteredRecording[],
  ): Promise<'prosecutor' | 'second-person'> {
    const roles = mandateRoles(actor, await lawOf(actor))
    if (roles.decides) return 'prosecutor'
    if (!roles.requests) throw new AppError('mandate/not-found')
    for (const recording of named) {
      if (!hasErasureBegun(recording.state)) await access.require(tx, 'request-mandate', actor, recording)
    }
    return 'second-person'
  }

  /** The dates of a decision, as the calendar of the corps has them. */
  function datesOf(law: Law, { decidedOn, untilOn }: Pick<WrittenDecision, 'decidedOn' | 'untilOn'>) {
    const now = clock.now()
    const today = dayOf(now, law.timeZone)
    if (decidedOn > today) throw new AppError('mandate/decided-in-the-future')
    const endsAt = addPeriod(startOfDay(untilOn, law.timeZone), { days: 1 }, law.timeZone)
    if (endsAt <= now) throw new AppError('mandate/ends-in-the-past')
    return { now, endsAt }
  }

  /** Let a decision open recordings. Answers the grant of each. */
  async function open(
    tx: Tx,
    actor: PersonActor,
    mandate: Pick<MandateRow, 'id' | 'number' | 'endsAt'>,
    opened: readonly RegisteredRecording[],
  ): Promise<ReadonlyMap<RecordingId, GrantId>> {
    const now = clock.now()
    const ids = await insertGrants(
      tx,
      opened.map(({ id }) => ({
        kind: 'mandate' as const,
        corpsId: actor.corpsId,
        recordingId: id,
        personId: null,
        purposeId: null,
        reference: mandate.number,
        fromAt: now,
        untilAt: mandate.endsAt,
        madeAt: now,
        madeBy: actor.id,
        details: { mandateId: mandate.id },
      })),
    )
    return new Map(opened.map(({ id }, i) => [id, ids[i] ?? missing()]))
  }

  return {
    /** Custody: `mandate-requested`, once a recording. */
    request(
      actor: PersonActor,
      { recordingIds, purpose: purposeId, reference, reason }: RequestMandate,
    ): Promise<RequestId> {
      return custody.act(actor, async (tx, record) => {
        const wanted = await lockNamed(recordings, tx, actor.corpsId, recordingIds)
        for (const recording of wanted) await access.require(tx, 'request-mandate', actor, recording)
        for (const recording of wanted) requireOpenable(recording, purposeId)
        const askedAt = clock.now()
        const id = newId('request', askedAt)
        const asked = { id, corpsId: actor.corpsId, purposeId, reference, reason, askedById: actor.id, askedAt }
        await insertRequest(
          tx,
          { ...asked, asker: somebody(actor) },
          wanted.map((recording) => recording.id),
        )
        for (const recording of wanted) {
          const { window, legalBasis } = requireOpenable(recording, purposeId)
          await record({
            type: 'mandate-requested',
            recordingId: recording.id,
            details: { requestId: id, purpose: purposeId, reference, reason, legalBasis, ruleId: window.ruleId },
          })
        }
        return id
      })
    },

    /** By whoever asked. Custody: `mandate-request-withdrawn`, once a recording. */
    async withdrawRequest(actor: PersonActor, requestId: RequestId, reason: string): Promise<void> {
      await custody.act(actor, async (tx, record) => {
        const { request, asked } = await lockAsked(tx, actor, requestId)
        if (request.askedById !== actor.id) throw new AppError('mandate/not-found')
        requireOpen(request)
        await updateRequestEnded(tx, requestId, { as: 'withdrawn', at: clock.now(), by: actor, reason })
        const details = { requestId, reason }
        for (const { id } of asked) await record({ type: 'mandate-request-withdrawn', recordingId: id, details })
      })
    },

    /** By the prosecutor, with reasons. Custody: `mandate-refused`, once a recording. */
    async refuse(
      actor: PersonActor,
      requestId: RequestId,
      { number, reasoning }: Readonly<{ number: string | null; reasoning: string }>,
    ): Promise<void> {
      await access.requireCorps('decide-mandates', actor)
      await custody.act(actor, async (tx, record) => {
        const { request, asked } = await lockAsked(tx, actor, requestId)
        requireOpen(request)
        requireAnother(actor, request.askedById, 'mandate/own-request')
        const ended = { as: 'refused', at: clock.now(), by: actor, reason: reasoning, number } as const
        await updateRequestEnded(tx, requestId, ended)
        const details = { requestId, number, reason: reasoning }
        for (const { id } of asked) await record({ type: 'mandate-refused', recordingId: id, details })
      })
    },

    /**
     * By the prosecutor, in writing: opens exactly the recordings that the decision names, from now until the end of its
     * last day. Custody: `mandate-granted`, once a recording, with the digest of the document.
     */
    async grant(actor: PersonActor, requestId: RequestId, decision: WrittenDecision): Promise<MandateId> {
      await access.requireCorps('decide-mandates', actor)
      const law = await lawOf(actor)
      return custody.act(actor, async (tx, record) => {
        const { request, asked } = await lockAsked(tx, actor, requestId)
        requireOpen(request)
        requireAnother(actor, request.askedById, 'mandate/own-request')
        const named = pick(asked, decision.recordingIds)
        const { now, endsAt } = datesOf(law, decision)
        for (const recording of named) {
          if (hasErasureBegun(recording.state)) throw new AppError('retention/being-erased')
          requireOpenable(recording, decision.purpose)
        }
        const document = await claimDocument(tx, actor, decision.documentId, now)
        const id = newId('mandate', now)
        const mandate = rowOf(id, actor, requestId, decision, { endsAt, recordedAt: now, isOnPaper: false })
        const grants = await open(tx, actor, mandate, named)
        await insertMandate(
          tx,
          mandate,
          named.map((recording) => ({ recordingId: recording.id, grantId: grants.get(recording.id) ?? null })),
        )
        await updateRequestEnded(tx, requestId, { as: 'granted', at: now, by: actor, reason: null })
        await enter(record, 'mandate-granted', named, mandate, toHex(document.sha256), { grants })
        return id
      })
    },

    /**
     * A decision that was given on paper: opens nothing until the prosecutor or a second person confirms it. Custody:
     * `mandate-recorded`, once a recording.
     */
    async recordOnPaper(
      actor: PersonActor,
      { requestId, ...decision }: WrittenDecision & Readonly<{ requestId: RequestId | null }>,
    ): Promise<MandateId> {
      const law = await lawOf(actor)
      return custody.act(actor, async (tx, record) => {
        let named: readonly RegisteredRecording[]
        if (requestId === null) named = await lockNamed(recordings, tx, actor.corpsId, decision.recordingIds)
        else {
          const { request, asked } = await lockAsked(tx, actor, requestId)
          requireOpen(request)
          named = pick(asked, decision.recordingIds)
        }
        for (const recording of named) {
          await access.require(tx, 'request-mandate', actor, recording)
          requireOpenable(recording, decision.purpose)
        }
        const { now, endsAt } = datesOf(law, decision)
        const document = await claimDocument(tx, actor, decision.documentId, now)
        const id = newId('mandate', now)
        const mandate = rowOf(id, actor, requestId, decision, { endsAt, recordedAt: now, isOnPaper: true })
        await insertMandate(
          tx,
          mandate,
          named.map((recording) => ({ recordingId: recording.id, grantId: null })),
        )
        await enter(record, 'mandate-recorded', named, mandate, toHex(document.sha256))
        return id
      })
    },

    /**
     * By the prosecutor, or by a second person who may ask for such decisions; never by whoever recorded it. Opens what it
     * names and is still there. Custody: `mandate-granted`, once a recording.
     */
    async confirm(actor: PersonActor, mandateId: MandateId, reason: string): Promise<void> {
      await custody.act(actor, async (tx, record) => {
        const { mandate, locked, request } = await lockDecided(tx, actor, mandateId)
        const as = await requireHand(tx, actor, locked)
        requireToConfirm(mandate)
        requireAnother(actor, mandate.recordedById, 'mandate/own-record')
        const now = clock.now()
        if (mandate.endsAt <= now) throw new AppError('mandate/ends-in-the-past')
        const kept = locked.filter(({ state }) => !hasErasureBegun(state))
        if (kept.length === 0) throw new AppError('retention/being-erased')
        const grants = await open(tx, actor, mandate, kept)
        for (const [recordingId, grantId] of grants) await updateGrant(tx, mandateId, recordingId, grantId)
        await updateConfirmed(tx, mandateId, { at: now, by: actor, as })
        if (request !== undefined && request.endedAs === null) {
          await updateRequestEnded(tx, request.id, { as: 'granted', at: now, by: actor, reason: null })
        }
        const document = await documentOf(tx, mandate)
        const { recordedById, recorder } = mandate
        const more = { confirmedAs: as, confirmReason: reason, recordedBy: { id: recordedById, ...recorder } }
        await enter(record, 'mandate-granted', kept, mandate, document, { grants, more })
      })
    },

    /** The record is not what the document says. Custody: `mandate-withdrawn`, once a recording. */
    async reject(actor: PersonActor, mandateId: MandateId, reason: string): Promise<void> {
      await custody.act(actor, async (tx, record) => {
        const { mandate, locked } = await lockDecided(tx, actor, mandateId)
        await requireHand(tx, actor, locked)
        requireToConfirm(mandate)
        requireAnother(actor, mandate.recordedById, 'mandate/own-record')
        await end(tx, record, actor, { mandate, locked, grants: [] }, 'rejected', reason)
      })
    },

    /**
     * Closes at once what it opened; viewings that run end with their next range. By the prosecutor; one given on paper also
     * by who may ask for such decisions, for it only ever closes. Custody: `mandate-withdrawn`, once a recording.
     */
    async withdraw(actor: PersonActor, mandateId: MandateId, reason: string): Promise<void> {
      await custody.act(actor, async (tx, record) => {
        const { mandate, locked, named } = await lockDecided(tx, actor, mandateId)
        const as = await requireHand(tx, actor, locked)
        if (as !== 'prosecutor' && !mandate.isOnPaper) throw new AppError('mandate/not-found')
        if (mandate.endedAs !== null || mandate.endsAt <= clock.now()) throw new AppError('mandate/already-decided')
        const grants = named.flatMap(({ grantId }) => grantId ?? [])
        await end(tx, record, actor, { mandate, locked, grants }, 'withdrawn', reason)
      })
    },

    /** Throws `access/denied` for who neither decides nor asks. */
    async keepDocument(actor: PersonActor, body: AsyncIterable<Uint8Array>) {
      const { decides, requests } = mandateRoles(actor, await lawOf(actor))
      if (!decides && !requests) throw new AppError('access/denied', { because: 'role' })
      return keepDocument({ db, clock, keystore }, actor, body)
    },

    /** Custody: `mandate-document-opened`, before the first byte. Throws `document/not-found` for who may not read it. */
    async openDocument(
      actor: PersonActor,
      documentId: DocumentId,
    ): Promise<{ kind: DocumentKind; bytes: Uint8Array; mandateId: MandateId }> {
      const { decides, requests, oversees } = mandateRoles(actor, await lawOf(actor))
      const reader = db.of(actor.corpsId)
      const mandate = await findMandateByDocument(reader, actor.corpsId, documentId)
      if (mandate === undefined || !(decides || requests || oversees)) throw new AppError('document/not-found')
      const { kind, bytes } = await openDocument(keystore, reader, actor.corpsId, documentId)
      const details = { mandateId: mandate.id, number: mandate.number, documentId }
      await custody.act(actor, (_tx, record) => record({ type: 'mandate-document-opened', recordingId: null, details }))
      return { kind, bytes, mandateId: mandate.id }
    },

    list: async (actor: PersonActor) => describeMandates(db.of(actor.corpsId), actor, await lawOf(actor), clock.now()),

    async countWaiting(actor: PersonActor): Promise<number> {
      const { decides, requests } = mandateRoles(actor, await lawOf(actor))
      const reader = db.of(actor.corpsId)
      const [toDecide, toConfirm] = await Promise.all([
        decides ? countToDecide(reader, actor.corpsId) : 0,
        decides || requests ? countToConfirm(reader, actor) : 0,
      ])
      return toDecide + toConfirm
    },

    forgetUnclaimed: () => forgetUnclaimed(db, clock.now()),
  }

  async function end(
    tx: Tx,
    record: RecordEntry,
    actor: PersonActor,
    {
      mandate,
      locked,
      grants,
    }: Readonly<{
      mandate: MandateRow
      locked: readonly RegisteredRecording[]
      grants: readonly GrantId[]
    }>,
    as: 'withdrawn' | 'rejected',
    reason: string,
  ): Promise<void> {
    const at = clock.now()
    await updateMandateEnded(tx, mandate.id, { as, at, by: actor, reason })
    await endGrants(tx, grants, at)
    const { id, number } = mandate
    const details = { mandateId: id, number, endedAs: as, reason }
    for (const recording of locked) await record({ type: 'mandate-withdrawn', recordingId: recording.id, details })
  }

  /** The request that a decision answers, locked before the decision. */
  async function findRequestOf(tx: Tx, corpsId: CorpsId, mandateId: MandateId) {
    const row = await tx.selectFrom('mandate').select('request_id').where('id', '=', mandateId).executeTakeFirst()
    return row?.request_id == null ? undefined : lockRequest(tx, corpsId, row.request_id as RequestId)
  }

  async function documentOf(tx: Tx, { documentId }: MandateRow): Promise<string> {
    const row = await tx
      .selectFrom('mandate_document')
      .select('sha256')
      .where('id', '=', documentId)
      .executeTakeFirstOrThrow()
    return toHex(row.sha256)
  }
}

/** Every one of them, or `recording/not-found`. */
async function lockNamed(
  recordings: MandateDeps['recordings'],
  tx: Tx,
  corpsId: CorpsId,
  ids: readonly RecordingId[],
): Promise<RegisteredRecording[]> {
  const locked = await recordings.lockAll(tx, corpsId, ids)
  if (locked.length < ids.length) throw new AppError('recording/not-found')
  return locked
}

/** The purpose that a decision is to open. Throws where the law knows no such purpose, or asks no decision for it. */
function requireOpenable(
  recording: RegisteredRecording,
  purposeId: string,
): Purpose & Readonly<{ window: NonNullable<Purpose['window']> }> {
  const purpose = resolveLaw(recording.law).purposes.find(({ id }) => id === purposeId)
  if (purpose === undefined) throw new AppError('access/purpose-not-allowed')
  const { window } = purpose
  if (window?.afterwards !== 'mandate') throw new AppError('mandate/not-needed')
  return { ...purpose, window }
}

function requireOpen({ endedAs }: MandateRequestRow): void {
  if (endedAs !== null) throw new AppError('mandate/already-decided')
}

function requireToConfirm({ isOnPaper, confirmed, endedAs }: MandateRow): void {
  if (!isOnPaper || confirmed !== null || endedAs !== null) throw new AppError('mandate/already-decided')
}

function requireAnother(actor: PersonActor, first: string, code: 'mandate/own-request' | 'mandate/own-record'): void {
  if (actor.id === first) throw new AppError(code)
}

function pick(asked: readonly RegisteredRecording[], ids: readonly RecordingId[]): readonly RegisteredRecording[] {
  const named = asked.filter(({ id }) => ids.includes(id))
  if (named.length < ids.length) throw new AppError('mandate/recording-not-requested')
  return named
}

function rowOf(
  id: MandateId,
  actor: PersonActor,
  requestId: RequestId | null,
  decision: WrittenDecision,
  more: Readonly<{ endsAt: Date; recordedAt: Date; isOnPaper: boolean }>,
): Omit<MandateRow, 'confirmed' | 'endedAs' | 'ended'> {
  const { number, magistrate, decidedOn, documentId, purpose: purposeId, untilOn, reasoning } = decision
  return {
    id,
    corpsId: actor.corpsId,
    requestId,
    number,
    magistrate,
    decidedOn,
    purposeId,
    untilOn,
    reasoning,
    documentId,
    recordedById: actor.id,
    recorder: somebody(actor),
    ...more,
  }
}

async function enter(
  record: RecordEntry,
  type: 'mandate-granted' | 'mandate-recorded',
  named: readonly RegisteredRecording[],
  mandate: Omit<MandateRow, 'confirmed' | 'endedAs' | 'ended'>,
  documentSha256: string,
  {
    grants,
    more,
  }: Readonly<{
    grants?: ReadonlyMap<RecordingId, GrantId>
    more?: Readonly<Record<string, JsonValue>>
  }> = {},
): Promise<void> {
  const { id, requestId, number, magistrate, decidedOn, purposeId, untilOn, endsAt, reasoning, isOnPaper } = mandate
  for (const recording of named) {
    const { window, legalBasis } = requireOpenable(recording, purposeId)
    await record({
      type,
      recordingId: recording.id,
      details: {
        mandateId: id,
        requestId,
        number,
        magistrate: { ...magistrate },
        decidedOn,
        purpose: purposeId,
        legalBasis,
        untilOn,
        endsAt: endsAt.toISOString(),
        reason: reasoning,
        documentSha256,
        isOnPaper,
        ...(grants === undefined ? {} : { grantId: grants.get(recording.id) ?? null }),
        ...more,
        ruleId: window.ruleId,
      },
    })
  }
}

function missing(): never {
  throw new Error('a grant was not made')
}
