import { forgetAccess } from '#access'
import { forgetApprovals } from '#approvals'
import { forgetPackages } from '#cases'
import { forgetLawReasons } from '#corps'
import { forgetActivations } from '#deployments'
import { forgetPreviews } from '#media'
import type { Over } from '#recordings'
import { forgetHolds } from '#retention'
import type { Tx } from '#platform/database'

/**
 * A page of all that the rows of modules say of people, and of why they did what they did, once the custody log has
 * forgotten it too. A test looks for the words of people in every table that there is.
 */
export async function forgetRows(tx: Tx, over: Over): Promise<Readonly<Record<string, number>>> {
  return {
    ...(await forgetAccess(tx, over)),
    ...(await forgetPreviews(tx, over)),
    ...(await forgetHolds(tx, over)),
    // A package names the approval of its export.
    ...(await forgetPackages(tx, over)),
    ...(await forgetApprovals(tx, over)),
    ...(await forgetActivations(tx, over)),
    ...(await forgetLawReasons(tx, over)),
  }
}
