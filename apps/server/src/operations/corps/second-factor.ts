import { randomBytes } from 'node:crypto'
import type { CorpsId, PersonId } from '@getuige/base'
import type { SecondFactor } from '@getuige/contract'
import { openBox, sealBox } from '#platform/keystore'
import type { Reader, Tx } from '#platform/database'
import { AppError } from '#platform/errors'
import type { CorpsDeps, RecordCorps } from './deps.ts'
import { listPasskeys, listWithPasskey } from './passkeys-store.ts'
import { needsSecondFactor } from './rules.ts'
import type { SessionRow } from './store.ts'
import {
  confirmBegun,
  deleteTotp,
  findBegunSecret,
  findConfirmed,
  listWithTotp,
  replaceBegun,
  takeStep,
} from './totp-store.ts'
import { findStep, otpauthUri, toBase32 } from './totp.ts'

/** As long as a mac of SHA-1, which is what RFC 4226 asks. */
const secretBytes = 20

/** What somebody may be asked for after the password. Empty: they have a password alone. */
export async function factorsOf(db: Reader, personId: PersonId): Promise<SecondFactor[]> {
  const hasTotp = (await findConfirmed(db, personId)) !== undefined
  const hasPasskey = (await listPasskeys(db, personId)).length > 0
  return [...(hasTotp ? (['totp'] as const) : []), ...(hasPasskey ? (['passkey'] as const) : [])]
}

/** Who of the corps has a second factor of any kind. */
export async function listWithFactor(db: Reader, corpsId: CorpsId): Promise<ReadonlySet<PersonId>> {
  return new Set([...(await listWithTotp(db, corpsId)), ...(await listWithPasskey(db, corpsId))])
}

/** Under a key of the keystore and for this person alone: neither a copy of the database opens it, nor another's row. */
async function keyOf({ keystore }: CorpsDeps, corpsId: CorpsId): Promise<Uint8Array> {
  return keystore.demand(`totp/${corpsId}`)
}
const contextOf = (personId: PersonId) => `getuige/totp/${personId}`

/**
 * Take a code of somebody's authenticator; false when it is wrong or was taken before. Of two that give the same one at
 * once, one wins: the step is taken in the row.
 */
export async function takeCode(
  deps: CorpsDeps,
  { id, corpsId }: Readonly<{ id: PersonId; corpsId: CorpsId }>,
  code: string,
): Promise<boolean> {
  const db = deps.db.of(corpsId)
  const totp = await findConfirmed(db, id)
  if (totp === undefined) return false
  const secret = openBox(await keyOf(deps, corpsId), totp.sealedSecret, contextOf(id))
  const step = findStep(secret, code, deps.clock.now())
  return step !== undefined && takeStep(db, id, step)
}

/**
 * A new secret, which counts once a code of it was given. One that was begun before is forgotten. A session that began with
 * a password alone, before there was another factor, may not add one beside it.
 */
export async function beginTotp(
  deps: CorpsDeps,
  { person, signedInBy }: SessionRow,
): Promise<Readonly<{ secret: string; uri: string }>> {
  if (signedInBy === 'password' && (await factorsOf(deps.db.of(person.corpsId), person.id)).length > 0)
    throw new AppError('session/proof-required')
  const secret = randomBytes(secretBytes)
  const sealedSecret = sealBox(await keyOf(deps, person.corpsId), secret, contextOf(person.id))
  await replaceBegun(deps.db.of(person.corpsId), person, sealedSecret, deps.clock.now())
  return { secret: toBase32(secret), uri: otpauthUri(secret, person.login) }
}

/** The step that this is a code of, by the authenticator that was begun. Throws `totp/not-begun`. */
export async function findCodeOfBegun(
  deps: CorpsDeps,
  { person }: SessionRow,
  code: string,
): Promise<number | undefined> {
  const sealed = await findBegunSecret(deps.db.of(person.corpsId), person.id)
  if (sealed === undefined) throw new AppError('totp/not-begun')
  const secret = openBox(await keyOf(deps, person.corpsId), sealed, contextOf(person.id))
  return findStep(secret, code, deps.clock.now())
}

/** Within an act. Custody: `second-factor-added`. */
export async function confirmTotp(
  deps: CorpsDeps,
  tx: Tx,
  record: RecordCorps,
  personId: PersonId,
  step: number,
): Promise<void> {
  if (!(await confirmBegun(tx, personId, step, deps.clock.now()))) throw new AppError('totp/not-begun')
  await record({ type: 'second-factor-added', recordingId: null, details: { personId, factor: 'totp' } })
}

/** Refused to who needs a second factor and has no other. Custody: `second-factor-removed`. */
export async function removeTotp(deps: CorpsDeps, { person }: SessionRow): Promise<void> {
  const { id, corpsId, name, title, roles } = person
  await deps.act({ kind: 'person', id, corpsId, name, title, roles }, async (tx, record) => {
    const factors = await factorsOf(tx, id)
    if (!factors.includes('totp')) throw new AppError('totp/not-begun')
    if (needsSecondFactor(roles) && factors.length === 1) throw new AppError('second-factor/needed')
    await deleteTotp(tx, id)
    await record({ type: 'second-factor-removed', recordingId: null, details: { personId: id, factor: 'totp' } })
  })
}
