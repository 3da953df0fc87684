import type { Day, PersonId, RecordingId } from '@getuige/base'
import { type Generated, sql } from 'kysely'
import { deleteOfGone, type Over } from '#recordings'
import type { Tx } from '#platform/database'

declare module '#platform/database' {
  interface Tables {
    preview_shown: { corps_id: Generated<string>; recording_id: string; person_id: string; shown_on: string }
  }
}

/** Answers false when it was shown to the person that day already. */
export async function insertPreviewShown(
  tx: Tx,
  recordingId: RecordingId,
  personId: PersonId,
  on: Day,
): Promise<boolean> {
  const result = await tx
    .insertInto('preview_shown')
    .values({ recording_id: recordingId, person_id: personId, shown_on: on })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** Who saw pictures of recordings that are gone for as long as the custody log keeps its words. A page; answers how many. */
export async function forgetPreviews(tx: Tx, over: Over) {
  return { preview_shown: await deleteOfGone(tx, over, 'preview_shown', sql`o.shown_on`) }
}
