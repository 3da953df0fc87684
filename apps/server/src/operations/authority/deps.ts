import type { CorpsId } from '@getuige/base'
import type { CertifiedSigner } from '@getuige/pki'
import type { Custody } from '#custody'
import type { Clock } from '#platform/clock'
import type { Database } from '#platform/database'
import type { Keystore } from '#platform/keystore'

export type AuthorityDeps = Readonly<{
  db: Database
  clock: Clock
  keystore: Keystore
  custody: Custody
  /** The signer that the operator brings; undefined: every corps has an authority of its own. */
  operatorSigner: CertifiedSigner | undefined
  corpsNameOf(corpsId: CorpsId): Promise<string>
}>
