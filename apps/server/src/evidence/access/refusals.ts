import type { PersonActor, RecordingId } from '@getuige/base'
import type { ErrorCode } from '@getuige/contract'
import type { ActName, Decision } from '@getuige/law'
import type { RecordEntry } from '#custody'
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
 * Enters refused acts, in a transaction of their own or in the act that did the rest, at most once a minute for the same
 * person, recording and act. Custody: `access-refused`, outside the trail of a recording that the person may not know of.
 */
export function openRefusals({ clock, custody, log }: Pick<AccessDeps, 'clock' | 'custody' | 'log'>) {
  const isNew = onceInAWhile(clock, { everyMs: onceMs, most: mostKnown })
  const running = new Set<Promise<void>>()

  const isNewOf = ({ actor, act, recordingId }: RefusedAct) => isNew(`${actor.id}/${recordingId}/${act}`)

  async function enter(all: readonly RefusedAct[]): Promise<void> {
    const [first] = all
    if (first === undefined) return
    await custody
      .act(first.actor, async (_tx, record) => {
        for (const refused of all) await record(entryOf(refused))
      })
      .catch((error: unknown) => log.error('access/refusal-not-entered', error, { recordingId: first.recordingId }))
  }

  function enterBehind(all: readonly RefusedAct[]): void {
    const entering = enter(all)
    running.add(entering)
    void entering.then(() => running.delete(entering))
  }

  return {
    /**
     * Returns once the entry is there, or could not be made. What the person may not know of is entered behind their
     * back: an answer that takes longer would tell that there is something.
     */
    note: async ({ refused }: AccessRefused): Promise<void> => {
      if (!isNewOf(refused)) return
      if (refused.mayKnow) return enter([refused])
      enterBehind([refused])
    },
    /** As `note`, of several of one person: what they may know of in the act that did the rest. Answers whether any was. */
    noteWithin: async (record: RecordEntry, all: readonly AccessRefused[]): Promise<boolean> => {
      const fresh = all.map(({ refused }) => refused).filter(isNewOf)
      for (const refused of fresh.filter(({ mayKnow }) => mayKnow)) await record(entryOf(refused))
      enterBehind(fresh.filter(({ mayKnow }) => !mayKnow))
      return fresh.some(({ mayKnow }) => mayKnow)
    },
    settle: async (): Promise<void> => void (await Promise.all(running)),
  }
}

const entryOf = ({ act, purposeId, recordingId, mayKnow, decision }: RefusedAct) => ({
  type: 'access-refused' as const,
  recordingId: mayKnow ? recordingId : null,
  details: { act, purpose: purposeId, because: decision.because, ruleIds: [...decision.rules] },
})
