import { type CorpsId, type JsonValue, type PersonActor, roles } from '@getuige/base'
import { personId as personIdSchema } from '@getuige/contract'
import { z } from 'zod'
import type { Tx } from '#platform/database'
import type { CorpsDeps, RecordCorps } from './deps.ts'
import { applyWay, widenedWay } from './identity-provider.ts'
import { widenRoles } from './people.ts'
import { recoverAccount } from './recovery.ts'

/** What a second person approved, as far as acts of this module need it. */
type Approved = Readonly<{
  corpsId: CorpsId
  approvalId: string
  asker: PersonActor
  approver: PersonActor
  payload: JsonValue
}>

const widening = z.object({
  personId: personIdSchema,
  roles: z.array(z.enum(roles)).min(1),
  passwordGivenAt: z.string().nullable(),
})
const recovery = z.object({ personId: personIdSchema })

/** What a second person's approval does here, in its transaction. Payloads are what the routes asked with. */
export function performersOf(deps: CorpsDeps) {
  return {
    async widenRoles(tx: Tx, record: RecordCorps, request: Approved): Promise<void> {
      const way = widenedWay.safeParse(request.payload)
      if (way.success) return applyWay(deps, tx, record, request.corpsId, way.data)
      return widenRoles(tx, record, { ...request, ...widening.parse(request.payload) })
    },
    recoverAccount: async (tx: Tx, record: RecordCorps, request: Approved): Promise<void> =>
      recoverAccount(deps, tx, record, { ...request, ...recovery.parse(request.payload) }),
  }
}
