import type { CorpsId, GrantId, PersonActor, RecordingId } from '@getuige/base'
import type { Emergency } from '@getuige/contract'
import { decideCorpsAct, resolveLaw } from '@getuige/law'
import { AppError } from '#platform/errors'
import type { Decisions } from './decisions.ts'
import type { AccessDeps } from './deps.ts'
import {
  type EmergencyRow,
  insertEmergency,
  type ListedEmergency,
  listEmergencies,
  listUnalarmed,
  lockEmergency,
  owesWords,
  updateAlarmed,
  updateJudged,
  updateJustified,
  type Verdict,
} from './emergency-store.ts'
import { insertGrants } from './grants.ts'
import { somebody } from './mandate-store.ts'

export type EmergencyDeps = Pick<AccessDeps, 'db' | 'clock' | 'log' | 'custody' | 'recordings' | 'lawKeyAt'> &
  Readonly<{
    access: Pick<Decisions, 'require'>
    /** Who else is told, in ids alone. Undefined: nobody. */
    alarmWebhook: string | undefined
  }>

export type Emergencies = ReturnType<typeof openEmergencies>

const hourMs = 3_600_000
const mostListed = 200
const webhookMs = 10_000

/** Danger to life: a recording is opened at once, the data-protection officer alarmed, and the words follow. */
export function openEmergencies(deps: EmergencyDeps) {
  const { access, clock, custody, db, log, recordings } = deps

  /** Who judges: the data-protection officer, as far as the law lets them oversee. */
  async function mayJudge(person: PersonActor): Promise<boolean> {
    const law = resolveLaw(await deps.lawKeyAt(person.corpsId, clock.now()))
    return person.roles.includes('data-protection-officer') && decideCorpsAct('see-oversight', person, law).allowed
  }

  const isOverdue = ({ justified, justifyBy }: EmergencyRow) => justified === null && justifyBy <= clock.now()

  return {
    /**
     * Opens a recording to this person, now and for the hours of its law, also after its window. Refused while words are
     * owed for one of before. Custody: `glass-broken`.
     */
    async break(
      actor: PersonActor,
      recordingId: RecordingId,
      danger: string,
    ): Promise<{ id: GrantId; untilAt: Date; justifyBy: Date }> {
      const made = await custody.act(actor, async (tx, record) => {
        const recording = await recordings.lock(tx, actor.corpsId, recordingId)
        await access.require(tx, 'break-glass', actor, recording)
        const now = clock.now()
        if (await owesWords(tx, actor, now)) throw new AppError('emergency/unjustified')
        const { opensForHours, justifyWithinHours, ruleId } = resolveLaw(recording.law).emergency
        const untilAt = new Date(now.getTime() + opensForHours * hourMs)
        const justifyBy = new Date(now.getTime() + justifyWithinHours * hourMs)
        const [id] = await insertGrants(tx, [
          {
            kind: 'emergency',
            corpsId: actor.corpsId,
            recordingId,
            personId: actor.id,
            purposeId: null,
            reference: null,
            fromAt: now,
            untilAt,
            madeAt: now,
            madeBy: actor.id,
          },
        ])
        if (id === undefined) throw new Error('a grant was not made')
        await insertEmergency(tx, {
          id,
          corpsId: actor.corpsId,
          recordingId,
          personId: actor.id,
          person: somebody(actor),
          danger,
          openedAt: now,
          untilAt,
          justifyBy,
        })
        const [until, by] = [untilAt.toISOString(), justifyBy.toISOString()]
        const details = { emergencyId: id, reason: danger, openUntilAt: until, justifyByAt: by, ruleId }
        await record({ type: 'glass-broken', recordingId, details })
        return { id, untilAt, justifyBy }
      })
      log.warn('access/glass-broken', { corpsId: actor.corpsId, recordingId, emergencyId: made.id })
      return made
    },

    /** By whoever broke it; also when the time is over. Custody: `glass-justified`. */
    async justify(
      actor: PersonActor,
      id: GrantId,
      { words, reference }: Readonly<{ words: string; reference: string | null }>,
    ): Promise<void> {
      await custody.act(actor, async (tx, record) => {
        const emergency = await lockEmergency(tx, actor.corpsId, id)
        if (emergency?.personId !== actor.id) throw new AppError('emergency/not-found')
        if (emergency.justified !== null) throw new AppError('emergency/already-justified')
        const at = clock.now()
        await updateJustified(tx, id, { at, words, reference })
        const details = { emergencyId: id, reason: words, reference, isLate: isOverdue(emergency) }
        await record({ type: 'glass-justified', recordingId: emergency.recordingId, details })
      })
    },

    /**
     * By the data-protection officer, never on their own: once it was justified, or should have been. Custody:
     * `glass-judged`.
     */
    async judge(
      actor: PersonActor,
      id: GrantId,
      { verdict, words }: Readonly<{ verdict: Verdict; words: string }>,
    ): Promise<void> {
      const isJudge = await mayJudge(actor)
      await custody.act(actor, async (tx, record) => {
        const emergency = await lockEmergency(tx, actor.corpsId, id)
        if (emergency === undefined || !isJudge || emergency.personId === actor.id)
          throw new AppError('emergency/not-found')
        if (emergency.judged !== null) throw new AppError('emergency/already-judged')
        if (emergency.justified === null && !isOverdue(emergency)) throw new AppError('emergency/not-justified-yet')
        await updateJudged(tx, id, { at: clock.now(), by: actor, verdict, words })
        const brokenBy = { id: emergency.personId, ...emergency.person }
        const details = { emergencyId: id, verdict, reason: words, brokenBy }
        await record({ type: 'glass-judged', recordingId: emergency.recordingId, details })
      })
    },

    /** Own ones; for the data-protection officer all of the corps. */
    async list(person: PersonActor): Promise<{ emergencies: Emergency[]; may: { judge: boolean } }> {
      const isJudge = await mayJudge(person)
      const of = isJudge ? undefined : person.id
      const listed = await listEmergencies(db.of(person.corpsId), person.corpsId, of, mostListed)
      return { emergencies: listed.map((each) => describe(each, person, isJudge)), may: { judge: isJudge } }
    },

    /** What waits for this person: words that they owe, or, for the data-protection officer, a judgement. */
    async countWaiting(person: PersonActor): Promise<{ emergencies: number; hasOverdue: boolean }> {
      const isJudge = await mayJudge(person)
      const of = isJudge ? undefined : person.id
      const listed = await listEmergencies(db.of(person.corpsId), person.corpsId, of, mostListed)
      const waiting = listed.filter(({ personId, justified, judged }) =>
        personId === person.id ? justified === null : judged === null,
      )
      return { emergencies: waiting.length, hasOverdue: waiting.some(isOverdue) }
    },

    /**
     * Tell the webhook, in ids alone, of each emergency of a recording that it was not told of. Throws when it does not
     * take one, to be run again; may tell one twice.
     */
    async alarm(
      { corpsId, recordingId }: Readonly<{ corpsId: CorpsId; recordingId: RecordingId }>,
      signal: AbortSignal,
    ): Promise<void> {
      if (deps.alarmWebhook === undefined) return
      const reader = db.of(corpsId)
      for (const { id, openedAt } of await listUnalarmed(reader, corpsId, recordingId)) {
        const answer = await fetch(deps.alarmWebhook, {
          method: 'POST',
          redirect: 'error',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ alarm: 'glass-broken', emergencyId: id, corpsId, recordingId, at: openedAt }),
          signal: AbortSignal.any([signal, AbortSignal.timeout(webhookMs)]),
        })
        await answer.body?.cancel()
        if (!answer.ok) throw new Error(`the alarm webhook answered ${answer.status}`)
        await updateAlarmed(reader, id, clock.now())
      }
    },
  }

  function describe(row: ListedEmergency, person: PersonActor, isJudge: boolean): Emergency {
    const isOwn = row.personId === person.id
    const canBeJudged = row.judged === null && (row.justified !== null || isOverdue(row))
    return {
      id: row.id,
      recordingId: row.recordingId,
      recordedAt: row.recordedAt.toISOString(),
      cameraLabel: row.cameraLabel,
      by: { id: row.personId, ...row.person },
      openedAt: row.openedAt.toISOString(),
      untilAt: row.untilAt.toISOString(),
      danger: row.danger,
      justifyBy: row.justifyBy.toISOString(),
      isOverdue: isOverdue(row),
      justified: row.justified === null ? null : { ...row.justified, at: row.justified.at.toISOString() },
      judged: row.judged === null ? null : { ...row.judged, at: row.judged.at.toISOString() },
      may: { justify: isOwn && row.justified === null, judge: isJudge && !isOwn && canBeJudged },
    }
  }
}
