import type { PersonActor, RecordingId } from '@getuige/base'
import type { ErrorCode } from '@getuige/contract'
import type { ActName, Decision } from '@getuige/law'
import { onceInAWhile } from '#platform/clock'
import { AppError } from '#platform/errors'
import type { AccessDeps } from './deps.ts'
import { toPermission, type WhoMay } from './permission.ts'

type Refused = Extract<Decision, { allowed: false }>
export type RefusedAct = Readonly<{
  actor: PersonActor
  act: ActName
  purposeId: string | null
  recordingId: RecordingId
  /** Whether the person may know that there is such a recording; who may not is told that there is none. */
  mayKnow: boolean
  decision: Refused
}>

/** An act that the law refuses. Whoever answers the person hands it to `noteRefusal`: the act itself left no trace. */
export class AccessRefused extends AppError {
  readonly refused: RefusedAct

  constructor(refused: RefusedAct, whoMay: WhoMay) {
    const { act, decision, mayKnow } = refused
    const { because, rules } = decision
    super(
      mayKnow ? 'access/denied' : 'recording/not-found',
      mayKnow ? { act, because, rule: rules[0] ?? null } : {},
      mayKnow ? { permission: toPermission(decision, whoMay) } : {},
    )
    this.refused = refused
  }
}

/** Where the recording stands in the way and not the law: a code of its own, and no entry. */
export const codeOfState: Readonly<Partial<Record<Refused['because'], ErrorCode>>> = {
  erased: 'recording/erased',
  'being-erased': 'retention/being-erased',
  'not-yet-viewable': 'media/not-playable',
  'cannot-be-decoded': 'media/not-playable',
  'not-held': 'hold/already-lifted',
}

const onceMs = 60_000
const mostKnown = 10_000

/**
 * Enters refused acts, each in a transaction of its own, at most once a minute for the same person, recording and act.
 * Custody: `access-refused`, outside the trail of a recording that the person may not know of.
 */
export function openRefusals({ clock, custody, log }: Pick<AccessDeps, 'clock' | 'custody' | 'log'>) {
  const isNew = onceInAWhile(clock, { everyMs: onceMs, most: mostKnown })
  const running = new Set<Promise<void>>()

  async function enter({ actor, act, purposeId, recordingId, mayKnow, decision }: RefusedAct): Promise<void> {
    const details = { act, purpose: purposeId, because: decision.because, ruleIds: [...decision.rules] }
    await custody
      .act(actor, (_tx, record) =>
        record({ type: 'access-refused', recordingId: mayKnow ? recordingId : null, details }),
      )
      .catch((error: unknown) => log.error('access/refusal-not-entered', error, { recordingId }))
  }

  return {
    /**
     * Returns once the entry is there, or could not be made. What the person may not know of is entered behind their
     * back: an answer that takes longer would tell that there is something.
     */
    note: async ({ refused }: AccessRefused): Promise<void> => {
      const { actor, act, recordingId } = refused
      if (!isNew(`${actor.id}/${recordingId}/${act}`)) return
      const entering = enter(refused)
      if (refused.mayKnow) return entering
      running.add(entering)
      void entering.then(() => running.delete(entering))
    },
    settle: async (): Promise<void> => void (await Promise.all(running)),
  }
}
