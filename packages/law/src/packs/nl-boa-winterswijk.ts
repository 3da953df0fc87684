import type { LawPack, LawRule } from '../pack.ts'
import { nlBoa } from './nl-boa.ts'
import { fixed, profileOf } from './profiles.ts'

const since = '2021-01-01'

const keep10: LawRule = {
  id: 'NL-WW-1',
  label: {
    nl: 'Opnamen worden 10 dagen bewaard en daarna gewist, tenzij ze nodig zijn.',
    fr: 'Les enregistrements sont conservés 10 jours puis effacés, sauf s’ils sont nécessaires.',
    de: 'Aufzeichnungen werden 10 Tage aufbewahrt und danach gelöscht, außer sie werden gebraucht.',
    en: 'Recordings are kept for 10 days and then erased, unless they are needed.',
  },
  source: {
    nl: 'Gemeente Winterswijk, gepubliceerd beleid over bodycams van boa’s',
    fr: 'Commune de Winterswijk, politique publiée sur les bodycams de ses agents',
    de: 'Gemeinde Winterswijk, veröffentlichte Regelung zu Bodycams ihres Ordnungsdienstes',
    en: 'Municipality of Winterswijk, published policy on bodycams of its enforcers',
  },
  article: null,
  since,
  confidence: 'H',
  isInformative: false,
}

const { corpsActs } = nlBoa

/**
 * Municipal enforcers of Winterswijk.
 * @law docs/law/nl-boa-winterswijk.md
 */
export const nlBoaWinterswijk: LawPack = profileOf(nlBoa, {
  id: 'nl-boa-winterswijk',
  version: 1,
  since,
  status: 'draft',
  label: {
    nl: 'Winterswijk, boa’s: 10 dagen',
    fr: 'Winterswijk, agents communaux : 10 jours',
    de: 'Winterswijk, kommunaler Ordnungsdienst: 10 Tage',
    en: 'Winterswijk, municipal enforcers: 10 days',
  },
  rules: [keep10],
  retention: { keepFor: fixed({ days: 10 }, keep10) },
  corpsActs: {
    ...corpsActs,
    'see-retention': { ...corpsActs['see-retention'], ruleId: keep10.id },
    'erase-due': { ...corpsActs['erase-due'], ruleId: keep10.id },
  },
})
