import { newId, type PersonActor, type RecordingId, type SessionId, type ViewingId } from '@getuige/base'
import type { Permission } from '@getuige/contract'
import { hasErasureBegun, type RegisteredRecording } from '#recordings'
import type { PlainSource } from '#vault'
import { AppError } from '#platform/errors'
import type { AccessDeps } from './deps.ts'
import {
  type ActName,
  decideAct,
  decidePurpose,
  mayAdminister,
  mayKnow,
  mayList,
  maySeeRetention,
  type Purpose,
} from './rules.ts'
import { findViewing, insertViewing, type Viewing, type Whose } from './store.ts'

type Person = PersonActor & Readonly<{ sessionId: SessionId }>

export type { AccessDeps } from './deps.ts'
export type { AccessRules, ActName, ActRule, Purpose, Rule } from './rules.ts'
export type Access = ReturnType<typeof openAccess>

export type StatedPurpose = Readonly<{ purpose: string; reference: string | null; reason: string }>

const viewingMinutes = 60
/** How many viewings are remembered here: as many as are looked at by turns. */
const mostKnown = 1000

/** By whom and why: who may do what, and viewings for a purpose stated first. */
export function openAccess(deps: AccessDeps) {
  const { db, clock, custody, recordings, vault } = deps
  /** A viewing never changes, so a player that asks for a thousand ranges need not have it looked up each time. */
  const known = new Map<ViewingId, Whose>()

  function decide(act: ActName, person: PersonActor, recording: RegisteredRecording): Permission {
    return decideAct(act, person, recording, deps.rulesOf(recording.law))
  }

  /** Throws `recording/not-found` where the person may not know, `recording/erased`, or `access/denied`. */
  function require(act: ActName, person: PersonActor, recording: RegisteredRecording): void {
    if (!mayKnow(person, recording)) throw new AppError('recording/not-found')
    const permission = decide(act, person, recording)
    if (permission.allowed) return
    if (permission.because === 'erased') throw new AppError('recording/erased')
    if (permission.because === 'being-erased') throw new AppError('retention/being-erased')
    const isAboutMedia = permission.because === 'not-yet-viewable' || permission.because === 'cannot-be-decoded'
    if (isAboutMedia) throw new AppError('media/not-playable')
    if (permission.because === 'not-held') throw new AppError('hold/already-lifted')
    throw new AppError('access/denied', { because: permission.because, rule: permission.rule?.id ?? null })
  }

  /** The purpose of the pack, with its number where it asks for one. Throws `access/purpose-not-allowed`. */
  function requirePurpose(person: PersonActor, recording: RegisteredRecording, stated: StatedPurpose): Purpose {
    const purpose = deps.rulesOf(recording.law).purposes.find(({ id }) => id === stated.purpose)
    if (purpose === undefined || !decidePurpose(purpose, person).allowed)
      throw new AppError('access/purpose-not-allowed')
    if (purpose.asksReference && stated.reference === null) throw new AppError('request/invalid')
    return purpose
  }

  async function demandViewing(viewingId: ViewingId, actor: Person): Promise<Whose> {
    const viewing = known.get(viewingId) ?? (await findViewing(db.of(actor.corpsId), viewingId))
    const isTheirs =
      viewing?.corpsId === actor.corpsId && viewing.personId === actor.id && viewing.sessionId === actor.sessionId
    if (viewing === undefined || !isTheirs) throw new AppError('viewing/not-found')
    // The one that was begun first gives way.
    const oldest = known.size >= mostKnown && !known.has(viewingId) ? known.keys().next().value : undefined
    if (oldest !== undefined) known.delete(oldest)
    known.set(viewingId, viewing)
    return viewing
  }

  return {
    decide,
    require,
    requirePurpose,
    purposes: (person: PersonActor, recording: RegisteredRecording) =>
      deps.rulesOf(recording.law).purposes.map((purpose) => ({ purpose, permission: decidePurpose(purpose, person) })),
    requireKnow: (person: PersonActor, recording: RegisteredRecording): void => {
      if (!mayKnow(person, recording)) throw new AppError('recording/not-found')
    },
    requireList: (person: PersonActor, which: 'all' | 'own'): void => {
      if (!mayList(person, which)) throw new AppError('access/denied', { because: 'role' })
    },
    requireSeeRetention: (person: PersonActor): void => {
      if (!maySeeRetention(person)) throw new AppError('access/denied', { because: 'role' })
    },
    mayKnow,
    mayAdminister,
    requireAdminister: (person: PersonActor): void => {
      if (!mayAdminister(person)) throw new AppError('access/denied', { because: 'role' })
    },

    /** Purpose before play. Custody: `viewing-started`, committed before the first byte can be asked for. */
    startViewing(actor: Person, recordingId: RecordingId, stated: StatedPurpose): Promise<Viewing> {
      return custody.act(actor, async (tx, record) => {
        const recording = await recordings.lock(tx, actor.corpsId, recordingId)
        require('view', actor, recording)
        await vault.requireSound(tx, recordingId)
        const purpose = requirePurpose(actor, recording, stated)
        const startedAt = clock.now()
        const viewing: Viewing = {
          ...stated,
          id: newId('viewing', startedAt),
          corpsId: actor.corpsId,
          recordingId,
          personId: actor.id,
          sessionId: actor.sessionId,
          startedAt,
          expiresAt: new Date(startedAt.getTime() + viewingMinutes * 60_000),
        }
        await insertViewing(tx, viewing)
        await record({
          type: 'viewing-started',
          recordingId,
          details: { viewingId: viewing.id, ...stated, legalBasis: purpose.legalBasis, ruleId: purpose.rule.id },
        })
        return viewing
      })
    },

    /**
     * The bytes a viewing shows. Throws `viewing/ended` once its time, or the recording, is over: whether the recording,
     * its key and its bytes are there and sound is asked each time.
     */
    async openViewing(
      actor: Person,
      viewingId: ViewingId,
    ): Promise<{ source: PlainSource; recording: RegisteredRecording }> {
      const viewing = await demandViewing(viewingId, actor)
      const [recording, source] = await Promise.all([
        recordings.find(actor.corpsId, viewing.recordingId),
        vault.find(db.of(actor.corpsId), viewing.recordingId, 'payload'),
      ])
      if (viewing.expiresAt <= clock.now() || recording === undefined || hasErasureBegun(recording.state)) {
        throw new AppError('viewing/ended')
      }
      if (source === undefined) throw new AppError('viewing/ended')
      return { source, recording }
    },
  }
}
