import { cosign } from '@getuige/proof'
import type { DataFolder } from './data-folder.ts'
import { readOffer, refuseToCosign, timeToState } from './decide-cosigning.ts'
import type { Refusal } from './decide-cosigning.ts'

export type Answer = Readonly<{ status: 200; line: string } | Refusal | { status: 500 | 503; reason: string }>

export type Witness = Readonly<{
  /** Answer one `add-checkpoint`. Never throws; whoever gets a cosignature can rely on its being kept. */
  addCheckpoint(body: string): Promise<Answer>
}>

/**
 * The whole of what a witness does. One request at a time is checked and kept, so that no other comes between; and the
 * folder itself lets no second process in between either.
 */
export function openWitness(
  folder: DataFolder,
  { now, complain }: Readonly<{ now: () => Date; complain: (sentence: string) => void }>,
): Witness {
  let before: Promise<unknown> = Promise.resolve()

  async function answer(body: string): Promise<Answer> {
    const offer = readOffer(body, await folder.listVkeys())
    if ('status' in offer) return offer
    const { origin, size } = offer.checkpoint
    const seen = await folder.findSeen(origin)
    const refusal = refuseToCosign(offer, seen)
    if (refusal !== undefined) {
      if (isContradiction(refusal)) {
        complain(`REFUSED ${origin} at ${size}: it is signed by the log, and ${refusal.reason}`)
        await folder.keepRefused(offer.signedByLog)
      }
      return refusal
    }
    const at = timeToState(now(), seen)
    if (at === undefined) {
      complain('the clock stands before the last cosignature: nothing is cosigned until it is right')
      return { status: 503, reason: 'the clock of this witness is wrong' }
    }
    const line = cosign(offer.text, at, folder.key)
    // On disk first: what we say must bind us also after a crash.
    if (!(await folder.keepSeen(origin, seen, offer.signedByLog + line))) {
      complain('another process works on the same folder: stop one of the two')
      return { status: 503, reason: 'another request came first' }
    }
    return { status: 200, line }
  }

  return {
    addCheckpoint(body) {
      const mine = before.then(async () => {
        try {
          return await answer(body)
        } catch (error) {
          complain(`nothing was cosigned: ${error instanceof Error ? error.message : String(error)}`)
          return { status: 500, reason: 'this witness cannot read or keep its own records' } as const
        }
      })
      before = mine
      return mine
    },
  }
}

function isContradiction(refusal: Refusal): refusal is Refusal & { reason: string } {
  return refusal.status === 422 || (refusal.status === 409 && refusal.because === 'another-root')
}
