import type { LawKey } from '@getuige/law'
import type { LawPack } from './law-pack.ts'
import { nlBoaDenHaag } from './nl-boa-den-haag.ts'

export const lawPacks: readonly LawPack[] = [nlBoaDenHaag]

/** Throws when there is no such pack: keys come from rows that this version wrote, or were checked at the edge. */
export function findLawPack(law: LawKey): LawPack {
  const pack = lawPacks.find(({ key }) => key === law)
  if (pack === undefined) throw new Error(`no law pack ${law}`)
  return pack
}
