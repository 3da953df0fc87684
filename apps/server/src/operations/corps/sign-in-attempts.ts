import { createHmac } from 'node:crypto'
import type { CorpsId, PersonId } from '@getuige/base'
import type { CorpsDeps } from './deps.ts'
import { newToken, sha256OfToken } from './sessions.ts'

declare module '#platform/database' {
  interface Tables {
    sign_in_attempt: {
      token_sha256: Uint8Array
      purpose: string
      corps_id: string | null
      person_id: string | null
      expires_at: Date
    }
  }
}

type Purpose = 'passkey-sign-in' | 'passkey-addition' | 'provider-sign-in'
/** What is known when an attempt begins: nobody, or whose it is. */
type Whose = Readonly<{ corpsId: CorpsId | null; personId: PersonId | null }>

export const attemptSeconds = 300

/**
 * Begin what one browser may end once, within five minutes. The token is for its cookie alone: what must be neither
 * guessed nor read in the database, `secretOf` derives from it.
 */
export async function beginAttempt(
  { db, clock }: Pick<CorpsDeps, 'db' | 'clock'>,
  purpose: Purpose,
  { corpsId, personId }: Whose,
): Promise<string> {
  const token = newToken()
  const now = clock.now()
  await db.everyCorps.deleteFrom('sign_in_attempt').where('expires_at', '<=', now).execute()
  await db.everyCorps
    .insertInto('sign_in_attempt')
    .values({
      token_sha256: sha256OfToken(token),
      purpose,
      corps_id: corpsId,
      person_id: personId,
      expires_at: new Date(now.getTime() + attemptSeconds * 1000),
    })
    .execute()
  return token
}

/** Ends the attempt, whatever comes of it. Undefined when there is none: it ended, took too long, or was never begun. */
export async function endAttempt(
  { db, clock }: Pick<CorpsDeps, 'db' | 'clock'>,
  purpose: Purpose,
  token: string | undefined,
): Promise<Whose | undefined> {
  if (token === undefined) return undefined
  const now = clock.now()
  const row = await db.everyCorps
    .deleteFrom('sign_in_attempt')
    .where('token_sha256', '=', sha256OfToken(token))
    .where('purpose', '=', purpose)
    .where('expires_at', '>', now)
    // One from further ahead was begun while the clock was wrong.
    .where('expires_at', '<=', new Date(now.getTime() + attemptSeconds * 1000))
    .returning(['corps_id', 'person_id'])
    .executeTakeFirst()
  if (row === undefined) return undefined
  return { corpsId: row.corps_id as CorpsId | null, personId: row.person_id as PersonId | null }
}

/** A value that only the browser of the attempt leads to; one for each use. Base64url, 256 bits. */
export function secretOf(token: string, use: 'challenge' | 'state' | 'nonce' | 'code-verifier'): string {
  return createHmac('sha256', token).update(use).digest('base64url')
}
