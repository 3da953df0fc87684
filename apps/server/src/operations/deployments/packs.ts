import type { LawPack } from './law-pack.ts'
import { nlBoaDenHaag } from './nl-boa-den-haag.ts'

export const lawPacks: readonly LawPack[] = [nlBoaDenHaag]

/** Throws when there is no such pack: ids come from rows that this version wrote, or were checked at the edge. */
export function findLawPack(id: string): LawPack {
  const pack = lawPacks.find((each) => each.id === id)
  if (pack === undefined) throw new Error(`no law pack ${id}`)
  return pack
}
