import type { LawPack } from '../pack.ts'
import { beBrusselElsene } from './be-brussel-elsene.ts'
import { beGpi } from './be-gpi.ts'
import { nlBoaDenHaag } from './nl-boa-den-haag.ts'
import { nlBoaWinterswijk } from './nl-boa-winterswijk.ts'
import { nlBoa } from './nl-boa.ts'

/** Every pack in every version there ever was, bases before the profiles that rest on them. */
export const packs: readonly LawPack[] = [beGpi, beBrusselElsene, nlBoa, nlBoaDenHaag, nlBoaWinterswijk]
