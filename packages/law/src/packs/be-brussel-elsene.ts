import type { Words } from '@getuige/base'
import type { LawPack, LawRule, Purpose } from '../pack.ts'
import { administrativePolice, beGpi, judicialPolice } from './be-gpi.ts'
import { fixed, profileOf } from './profiles.ts'

const zone: Words = {
  nl: 'Politiezone Brussel HOOFDSTAD Elsene, gepubliceerd beleid over bodycams',
  fr: 'Zone de police Bruxelles CAPITALE Ixelles, politique publiée sur les bodycams',
  de: 'Polizeizone Brüssel HAUPTSTADT Ixelles, veröffentlichte Regelung zu Bodycams',
  en: 'Police zone Brussels CAPITAL Ixelles, published policy on bodycams',
}
const since = '2024-01-20'

const redLight: LawRule = {
  id: 'BXL-1',
  label: {
    nl: 'Zichtbaar gedragen; het rode licht brandt bij opname en knippert in stand-by.',
    fr: 'Portée de manière visible ; le voyant rouge est fixe pendant l’enregistrement et clignote en veille.',
    de: 'Sichtbar getragen; das rote Licht leuchtet bei Aufnahme und blinkt in Bereitschaft.',
    en: 'Worn visibly; the red light is steady while recording and blinks in stand-by.',
  },
  source: zone,
  article: null,
  since,
  confidence: 'H',
  isInformative: true,
}
const oralNotice: LawRule = {
  id: 'BXL-2',
  label: {
    nl: 'Vóór de opname een mondelinge mededeling.',
    fr: 'Avant l’enregistrement, un avis oral.',
    de: 'Vor der Aufnahme eine mündliche Mitteilung.',
    en: 'An oral notice before recording.',
  },
  source: zone,
  article: null,
  since,
  confidence: 'H',
  isInformative: false,
}
const whenNecessary: LawRule = {
  id: 'BXL-3',
  label: {
    nl: 'De politieambtenaar zet de camera aan wanneer die dat nodig vindt, in de openbare ruimte en in woningen die ambtshalve worden betreden. Niemand kan eisen dat zij uitgaat.',
    fr: 'Le policier enclenche la caméra lorsqu’il l’estime nécessaire, dans l’espace public et dans les habitations où il entre en service. Nul ne peut exiger qu’il l’arrête.',
    de: 'Die Polizeikraft schaltet die Kamera ein, wenn sie es für nötig hält, im öffentlichen Raum und in dienstlich betretenen Wohnungen. Niemand kann verlangen, dass sie ausgeschaltet wird.',
    en: 'The officer starts it when thinking it necessary, in public space and inside homes entered on duty. Nobody may demand that it stops.',
  },
  source: zone,
  article: null,
  since,
  confidence: 'H',
  isInformative: true,
}
const keep30: LawRule = {
  id: 'BXL-4',
  label: {
    nl: 'Opnamen worden automatisch 30 dagen bewaard, en tot 12 maanden waar dat nodig is.',
    fr: 'Les enregistrements sont conservés automatiquement 30 jours, et jusqu’à 12 mois si nécessaire.',
    de: 'Aufzeichnungen werden automatisch 30 Tage aufbewahrt, wo nötig bis zu 12 Monate.',
    en: 'Recordings are kept for 30 days automatically, and up to 12 months where necessary.',
  },
  source: zone,
  article: null,
  since,
  confidence: 'H',
  isInformative: false,
}
const twoPolices: LawRule = {
  id: 'BXL-5',
  label: {
    nl: 'Opnamen dienen de gerechtelijke en de bestuurlijke politie.',
    fr: 'Les enregistrements servent à la police judiciaire et à la police administrative.',
    de: 'Aufzeichnungen dienen der Gerichts- und der Verwaltungspolizei.',
    en: 'Recordings serve judicial and administrative police.',
  },
  source: zone,
  article: null,
  since,
  confidence: 'H',
  isInformative: false,
}
const prosecutorAfter30: LawRule = {
  id: 'BXL-6',
  label: {
    nl: 'Na de eerste 30 dagen worden opnamen alleen nog op vraag van de procureur des Konings geraadpleegd.',
    fr: 'Après les 30 premiers jours, les enregistrements ne sont consultés qu’à la demande du procureur du Roi.',
    de: 'Nach den ersten 30 Tagen werden Aufzeichnungen nur noch auf Verlangen des Prokurators des Königs eingesehen.',
    en: 'After the first 30 days recordings are consulted only at the request of the public prosecutor.',
  },
  source: zone,
  article: null,
  since,
  confidence: 'H',
  isInformative: false,
}
const untilProcedureEnds: LawRule = {
  id: 'BXL-7',
  label: {
    nl: 'Op vraag van een gerechtelijke overheid blijft een opname bewaard tot de procedure eindigt.',
    fr: 'À la demande d’une autorité judiciaire, un enregistrement est conservé jusqu’à la fin de la procédure.',
    de: 'Auf Verlangen einer Justizbehörde bleibt eine Aufzeichnung bis zum Ende des Verfahrens erhalten.',
    en: 'At a judicial authority’s request a recording is kept until the procedure ends.',
  },
  source: zone,
  article: null,
  since,
  confidence: 'H',
  isInformative: false,
}
const bothCouncils: LawRule = {
  id: 'BXL-8',
  label: {
    nl: 'Nieuwe soorten camera’s en nieuwe plaatsen vragen de toestemming van beide gemeenteraden.',
    fr: 'De nouveaux types de caméras et de nouveaux lieux demandent l’accord des deux conseils communaux.',
    de: 'Neue Arten von Kameras und neue Orte brauchen die Zustimmung beider Gemeinderäte.',
    en: 'New types of cameras and new places need the consent of both municipal councils.',
  },
  source: zone,
  article: null,
  since,
  confidence: 'H',
  isInformative: true,
}

/** Thirty days, and never past the month of the statute: in February that ends first. */
function inFirst30Days(purpose: Purpose, afterwards: 'closed' | 'mandate'): Purpose {
  return {
    ...purpose,
    window: { within: { days: 30 }, noLongerThan: { months: 1 }, afterwards, ruleId: prosecutorAfter30.id },
    ruleId: twoPolices.id,
  }
}

const { acts, corpsActs } = beGpi

/**
 * Police zone Brussels CAPITAL Ixelles.
 * @law docs/law/be-brussel-elsene.md
 */
export const beBrusselElsene: LawPack = profileOf(beGpi, {
  id: 'be-brussel-elsene',
  version: 1,
  since,
  status: 'draft',
  label: {
    nl: 'Politiezone Brussel HOOFDSTAD Elsene: 30 dagen',
    fr: 'Zone de police Bruxelles CAPITALE Ixelles : 30 jours',
    de: 'Polizeizone Brüssel HAUPTSTADT Ixelles: 30 Tage',
    en: 'Police zone Brussels CAPITAL Ixelles: 30 days',
  },
  rules: [redLight, oralNotice, whenNecessary, keep30, twoPolices, prosecutorAfter30, untilProcedureEnds, bothCouncils],
  retention: { keepFor: fixed({ days: 30 }, keep30) },
  holdKinds: beGpi.holdKinds.map((kind) => ({
    ...kind,
    ruleId: kind.id === 'judicial-procedure' ? untilProcedureEnds.id : keep30.id,
  })),
  activation: { ...beGpi.activation, warnings: fixed(1, oralNotice) },
  purposes: [inFirst30Days(judicialPolice, 'mandate'), inFirst30Days(administrativePolice, 'closed')],
  acts: {
    ...acts,
    'place-hold': { ...acts['place-hold'], ruleId: keep30.id },
    'lift-hold': { ...acts['lift-hold'], ruleId: keep30.id },
    'request-mandate': { ...acts['request-mandate'], ruleId: prosecutorAfter30.id },
  },
  corpsActs: {
    ...corpsActs,
    'see-retention': { ...corpsActs['see-retention'], ruleId: keep30.id },
    'erase-due': { ...corpsActs['erase-due'], ruleId: keep30.id },
    'decide-mandates': { ...corpsActs['decide-mandates'], ruleId: prosecutorAfter30.id },
  },
})
