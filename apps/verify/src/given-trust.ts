import { parseVkey, parseWitnessVkey, ProofError } from '@getuige/proof'
import { PkiError, readCertificates } from '@getuige/pki'
import type { otherWords } from './words.ts'
import type { Trust } from './trust.ts'

/** What a reader gave, as text and files. Empty texts and lists count as not given. */
export type Given = Readonly<{
  key?: string | undefined
  witnesses?: readonly string[] | undefined
  /** PEM or DER. */
  authorities?: Uint8Array | undefined
  stampAuthorities?: Uint8Array | undefined
}>

/** What was given that cannot be used, and why. */
export type Misgiven = Readonly<{ given: keyof Given; text: string; why: keyof typeof otherWords }>

/** Read what was given, or say which of it is not what it should be: nothing is passed over. */
export async function readTrust(given: Given): Promise<Trust | Misgiven> {
  const vkey = given.key?.trim() ?? ''
  if (vkey !== '' && !reads(() => parseVkey(vkey))) return { given: 'key', text: vkey, why: 'badKey' }
  const witnesses = (given.witnesses ?? []).map((witness) => witness.trim()).filter((witness) => witness !== '')
  const bad = witnesses.find((witness) => !reads(() => parseWitnessVkey(witness)))
  if (bad !== undefined) return { given: 'witnesses', text: bad, why: 'badWitness' }
  const authorities = await readRoots(given.authorities)
  if (authorities === null) return { given: 'authorities', text: '', why: 'badCertificates' }
  const stampAuthorities = await readRoots(given.stampAuthorities)
  if (stampAuthorities === null) return { given: 'stampAuthorities', text: '', why: 'badCertificates' }
  return { vkey: vkey === '' ? undefined : vkey, witnesses, authorities, stampAuthorities }
}

/** Null for what holds no certificate. */
async function readRoots(file: Uint8Array | undefined): Promise<readonly Uint8Array[] | undefined | null> {
  if (file === undefined) return undefined
  try {
    return (await readCertificates(file)).map(({ der }) => der)
  } catch (error) {
    if (error instanceof PkiError) return null
    throw error
  }
}

function reads(read: () => unknown): boolean {
  try {
    read()
    return true
  } catch (error) {
    if (error instanceof ProofError) return false
    throw error
  }
}
