import { isSeen } from '@getuige/contract'
import type { MessageKey } from '../messages/translate.ts'

/** What is wrong with a reason, as the contract asks it: at least five characters that say something. */
export function findReasonProblem(reason: string): MessageKey | null {
  const length = reason.trim().length
  if (length === 0) return 'recordings.reasonMissing'
  if (length < 5) return 'recordings.reasonShort'
  return isSeen(reason, 5) ? null : 'errors.field.unseen'
}
