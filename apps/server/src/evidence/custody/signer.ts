import type { CorpsId } from '@getuige/base'
import { ed25519PublicKey, formatPublicKeyPem, newNoteKey, signEd25519, signNote } from '@getuige/proof'
import type { Keystore } from '#platform/keystore'

/** Signs in the name of a corps: checkpoints, receipts, packages. One Ed25519 key a corps, made with the corps. */
export type Signer = Readonly<{
  /** The name in signed notes; also the beginning of the origin of the corps' logs. */
  name: string
  vkey: string
  pem: string
  signNote(text: string): string
  sign(bytes: Uint8Array): Uint8Array
}>

export async function demandSigner(keystore: Keystore, originHost: string, corpsId: CorpsId): Promise<Signer> {
  const seed = await keystore.demand(`signer/${corpsId}`)
  const name = `${originHost}/${corpsId}`
  return {
    name,
    vkey: newNoteKey(name, seed).vkey,
    pem: formatPublicKeyPem(ed25519PublicKey(seed)),
    signNote: (text) => signNote(text, name, seed),
    sign: (bytes) => signEd25519(bytes, seed),
  }
}
