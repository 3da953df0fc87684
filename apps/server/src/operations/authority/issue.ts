import type { CorpsId } from '@getuige/base'
import { issueCertificate, makeAuthority, newSigningKey, publicKeyOfPrivate, readCertificate } from '@getuige/pki'
import { nothingToRecord } from '#custody'
import type { Keystore } from '#platform/keystore'
import type { AuthorityDeps } from './deps.ts'
import { type AuthorityRow, findAuthority, lockAuthority, upsertAuthority } from './store.ts'

const authorityYears = 20
const signingYears = 2
const renewDays = 30

/** Secrets of the keystore: PKCS #8 in DER. */
const authorityKeyName = (corpsId: CorpsId) => `authority/${corpsId}`
export const signingKeyName = (corpsId: CorpsId) => `signing/${corpsId}`

/**
 * The authority of a corps and the certificate it signs with: made when there is none, the latter renewed in the last
 * month of its life. Keys are durable before a certificate names them, so a crash leaves a key without certificate, which
 * the next call takes up. Custody: `certificate-issued`, so that whoever follows the log knows of every one.
 */
export async function demandAuthority(deps: AuthorityDeps, corpsId: CorpsId): Promise<AuthorityRow> {
  const now = deps.clock.now()
  const known = await findAuthority(deps.db.of(corpsId), corpsId)
  if (known !== undefined && isFresh(known, now)) return known

  const name = await deps.corpsNameOf(corpsId)
  const authorityKey = await demandKey(deps.keystore, authorityKeyName(corpsId))
  const publicKey = await publicKeyOfPrivate(await demandKey(deps.keystore, signingKeyName(corpsId)))
  const made = await deps.custody.act({ kind: 'system', corpsId }, async (tx, record) => {
    await lockAuthority(tx, corpsId)
    const before = await findAuthority(tx, corpsId)
    if (before !== undefined && isFresh(before, now)) return nothingToRecord

    const certificate =
      before?.certificate ??
      (await makeAuthority({
        key: authorityKey,
        name: `${name.slice(0, 50)} (authority)`,
        at: now,
        years: authorityYears,
      }))
    const signingCertificate = await issueCertificate({
      publicKey,
      authority: { certificate, key: authorityKey },
      name,
      at: now,
      years: signingYears,
    })
    const issued = await readCertificate(signingCertificate)
    const row = { corpsId, certificate, signingCertificate, signingUntil: issued.notAfter }
    await upsertAuthority(tx, row)
    for (const der of before === undefined ? [certificate, signingCertificate] : [signingCertificate]) {
      const { name: subject, fingerprint, notAfter } = await readCertificate(der)
      const details = { name: subject, fingerprint, until: notAfter.toISOString() }
      await record({ type: 'certificate-issued', recordingId: null, details })
    }
    return row
  })
  return made === nothingToRecord ? demandAuthority(deps, corpsId) : made
}

function isFresh({ signingUntil }: AuthorityRow, now: Date): boolean {
  return signingUntil.getTime() - now.getTime() > renewDays * 86_400_000
}

async function demandKey(keystore: Keystore, name: string): Promise<Uint8Array> {
  const kept = await keystore.find(name)
  if (kept !== undefined) return kept
  const made = await newSigningKey()
  try {
    await keystore.keep(name, made)
    return made
  } catch (error) {
    const first = await keystore.find(name) // another was quicker
    if (first === undefined) throw error
    return first
  }
}
