import type { PersonActor, RecordingId } from '@getuige/base'
import type { Permission } from '@getuige/contract'
import { type ActName, type CorpsActName, decideAct, decideCorpsAct, type Decision, resolveLaw } from '@getuige/law'
import type { RegisteredRecording } from '#recordings'
import { AppError } from '#platform/errors'
import type { Reader } from '#platform/database'
import type { AccessDeps } from './deps.ts'
import { findGrants, type KnownGrant } from './grants.ts'
import { toPermission } from './permission.ts'
import { AccessRefused, codeOfState } from './refusals.ts'

export type Decisions = ReturnType<typeof openDecisions>

/** May this person do this act on this recording, for this purpose, now: the decision of the law on rows as they are. */
export function openDecisions({ clock, lawKeyAt }: Pick<AccessDeps, 'clock' | 'lawKeyAt'>) {
  /** Grants only ever open, so what the plain rules allow needs no look at them. */
  async function decide(
    reader: Reader,
    act: ActName,
    actor: PersonActor,
    recording: RegisteredRecording,
    purposeId?: string,
  ): Promise<Decision> {
    const now = clock.now()
    const plain = decideAct(act, actor, recording, [], now, purposeId)
    if (plain.allowed || isAboutState(plain)) return plain
    const grants = await grantsOn(reader, recording.id)
    return grants.length === 0 ? plain : decideAct(act, actor, recording, grants, now, purposeId)
  }

  /** Throws `recording/not-found` where the person may not know, a code of its state, or `access/denied`. */
  async function require(
    reader: Reader,
    act: ActName,
    actor: PersonActor,
    recording: RegisteredRecording,
    purposeId?: string,
  ): Promise<void> {
    const decision = await decide(reader, act, actor, recording, purposeId)
    if (!decision.allowed) await refuse(reader, act, actor, recording, decision, purposeId)
  }

  /** Why the law refuses it. Undefined where it does not, or where it is what became of the recording that stands in the way. */
  async function findRefusal(...asked: Parameters<typeof require>): Promise<AccessRefused | undefined> {
    try {
      await require(...asked)
    } catch (error) {
      if (error instanceof AccessRefused) return error
      if (!(error instanceof AppError)) throw error
    }
    return undefined
  }

  async function refuse(
    reader: Reader,
    act: ActName,
    actor: PersonActor,
    recording: RegisteredRecording,
    decision: Extract<Decision, { allowed: false }>,
    purposeId?: string,
  ): Promise<never> {
    const mayKnow = act !== 'know' && (await decide(reader, 'know', actor, recording)).allowed
    const code = codeOfState[decision.because]
    if (mayKnow && code !== undefined) throw new AppError(code)
    throw new AccessRefused(
      { actor, act, purposeId: purposeId ?? null, recordingId: recording.id, mayKnow, decision },
      whoMay(act, recording),
    )
  }

  async function decideCorps(act: CorpsActName, actor: PersonActor): Promise<Permission> {
    const law = resolveLaw(await lawKeyAt(actor.corpsId, clock.now()))
    return toPermission(decideCorpsAct(act, actor, law), { law, roles: law.corpsActs[act].roles })
  }

  /** Throws `access/denied`. */
  async function requireCorps(act: CorpsActName, actor: PersonActor): Promise<void> {
    const permission = await decideCorps(act, actor)
    if (permission.allowed) return
    const { because, rule } = permission
    throw new AppError('access/denied', { act, because, rule: rule?.id ?? null }, { permission })
  }

  /** Those of the recordings on which the person may do the act. */
  async function listAllowed(
    reader: Reader,
    act: ActName,
    actor: PersonActor,
    listed: readonly RegisteredRecording[],
  ): Promise<ReadonlySet<RecordingId>> {
    const now = clock.now()
    const grants = await findGrants(
      reader,
      listed.map(({ id }) => id),
    )
    const allowed = listed.filter(
      (recording) => decideAct(act, actor, recording, grants.get(recording.id) ?? [], now).allowed,
    )
    return new Set(allowed.map(({ id }) => id))
  }

  return {
    decide,
    require,
    findRefusal,
    refuse,
    decideCorps,

    requireCorps,

    /** Throws `access/denied`: whoever may know of some recordings lists those, whichever they are. */
    requireList: async (actor: PersonActor, which: 'all' | 'own'): Promise<void> => {
      if (which === 'own') return requireCorps('list-own-recordings', actor)
      const { acts } = resolveLaw(await lawKeyAt(actor.corpsId, clock.now()))
      if (acts.know.allowances.some(({ role }) => actor.roles.includes(role))) return undefined
      return requireCorps('list-recordings', actor)
    },

    listAllowed,

    /**
     * Those that the person may know of for no other reason than that they wore the camera. They see that it is there
     * and until when, not who looked at it, or for which complaint it is held.
     */
    listKnownAsWearer: async (
      reader: Reader,
      actor: PersonActor,
      listed: readonly RegisteredRecording[],
    ): Promise<ReadonlySet<RecordingId>> => {
      const worn = listed.filter(({ wearerId }) => wearerId === actor.id)
      const asIfWornByOthers = worn.map((recording) => ({ ...recording, wearerId: null }))
      const knownAnyway = await listAllowed(reader, 'know', actor, asIfWornByOthers)
      return new Set(worn.flatMap(({ id }) => (knownAnyway.has(id) ? [] : [id])))
    },

    /** What screens say of each of these acts. */
    permissions: async <Act extends ActName>(
      reader: Reader,
      acts: readonly Act[],
      actor: PersonActor,
      recording: RegisteredRecording,
    ): Promise<Readonly<Record<Act, Permission>>> => {
      const grants = await grantsOn(reader, recording.id)
      const now = clock.now()
      const decided = acts.map((act) => {
        const decision = decideAct(act, actor, recording, grants, now)
        return [act, toPermission(decision, whoMay(act, recording))] as const
      })
      return Object.fromEntries(decided) as Record<Act, Permission>
    },
  }
}

const isAboutState = ({ because }: Extract<Decision, { allowed: false }>) => codeOfState[because] !== undefined

function whoMay(act: ActName, recording: RegisteredRecording) {
  const law = resolveLaw(recording.law)
  return { law, roles: law.acts[act].allowances.map(({ role }) => role) }
}

export async function grantsOn(reader: Reader, recordingId: RecordingId): Promise<readonly KnownGrant[]> {
  return (await findGrants(reader, [recordingId])).get(recordingId) ?? []
}
