import type { PersonId } from '@getuige/base'
import type { Reader } from '#platform/database'
import { type Person, toPerson } from './store.ts'

declare module '#platform/database' {
  interface Tables {
    /** Somebody gave the right password, and not yet the second factor. */
    sign_in_step: { token_sha256: Uint8Array; corps_id: string; person_id: string; expires_at: Date }
  }
}

/** Steps of the person that took too long are forgotten. */
export async function insertStep(
  db: Reader,
  { id, corpsId }: Pick<Person, 'id' | 'corpsId'>,
  tokenSha256: Uint8Array,
  { now, expiresAt }: Readonly<{ now: Date; expiresAt: Date }>,
): Promise<void> {
  await db.deleteFrom('sign_in_step').where('person_id', '=', id).where('expires_at', '<=', now).execute()
  await db
    .insertInto('sign_in_step')
    .values({ token_sha256: tokenSha256, corps_id: corpsId, person_id: id, expires_at: expiresAt })
    .execute()
}

/** Who took the step; undefined when it took too long, was never taken, or they left since. */
export async function findStepOwner(
  db: Reader,
  tokenSha256: Uint8Array,
  { now, latestEnd }: Readonly<{ now: Date; latestEnd: Date }>,
): Promise<Person | undefined> {
  const row = await db
    .selectFrom('sign_in_step as t')
    .innerJoin('person as p', 'p.id', 't.person_id')
    .selectAll('p')
    .where('t.token_sha256', '=', tokenSha256)
    .where('t.expires_at', '>', now)
    // One from further ahead was taken while the clock was wrong.
    .where('t.expires_at', '<=', latestEnd)
    .where('p.left_at', 'is', null)
    .executeTakeFirst()
  return row === undefined ? undefined : toPerson(row)
}

/** Answers false when it was used before: of two that try at once, one wins. */
export async function deleteStep(db: Reader, tokenSha256: Uint8Array): Promise<boolean> {
  const result = await db.deleteFrom('sign_in_step').where('token_sha256', '=', tokenSha256).executeTakeFirst()
  return result.numDeletedRows === 1n
}

export async function endSteps(db: Reader, personId: PersonId): Promise<void> {
  await db.deleteFrom('sign_in_step').where('person_id', '=', personId).execute()
}
