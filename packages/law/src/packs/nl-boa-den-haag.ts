import type { Words } from '@getuige/base'
import type { LawPack, LawRule } from '../pack.ts'
import { nlBoa } from './nl-boa.ts'
import { fixed, profileOf, underRule } from './profiles.ts'

const municipality: Words = {
  nl: 'Gemeente Den Haag, inzet bodycams handhaving (2021)',
  fr: 'Commune de La Haye, usage des bodycams par les agents (2021)',
  de: 'Gemeinde Den Haag, Einsatz von Bodycams im Ordnungsdienst (2021)',
  en: 'Municipality of The Hague, use of bodycams by enforcement (2021)',
}
const since = '2021-01-01'

const keep28: LawRule = {
  id: 'NL-DH-1',
  label: {
    nl: 'Opnamen worden 28 dagen bewaard en daarna automatisch gewist, tenzij ze nodig zijn voor een proces-verbaal of een klacht.',
    fr: 'Les enregistrements sont conservés 28 jours puis effacés automatiquement, sauf s’ils sont nécessaires à un procès-verbal ou à une plainte.',
    de: 'Aufzeichnungen werden 28 Tage aufbewahrt und danach automatisch gelöscht, außer sie werden für ein Protokoll oder eine Beschwerde gebraucht.',
    en: 'Recordings are kept for 28 days and then erased automatically, unless they are needed for a report or a complaint.',
  },
  source: municipality,
  article: null,
  since,
  confidence: 'H',
  isInformative: false,
}
const twoWarnings: LawRule = {
  id: 'NL-DH-2',
  label: {
    nl: 'De handhaver waarschuwt twee keer mondeling en zet daarna de camera aan, alleen bij dreiging.',
    fr: 'L’agent avertit deux fois oralement puis enclenche la caméra, uniquement en cas de menace.',
    de: 'Die Einsatzkraft warnt zweimal mündlich und schaltet dann die Kamera ein, nur bei Bedrohung.',
    en: 'The enforcer warns twice, orally, and then switches on, only when threatened.',
  },
  source: municipality,
  article: null,
  since,
  confidence: 'H',
  isInformative: false,
}
const notOnTheSpot: LawRule = {
  id: 'NL-DH-3',
  label: {
    nl: 'De drager kan opnamen niet bekijken of wissen; alleen aangewezen medewerkers kijken terug.',
    fr: 'Le porteur ne peut ni visionner ni effacer les enregistrements ; seuls les agents désignés les visionnent.',
    de: 'Die tragende Person kann Aufzeichnungen weder ansehen noch löschen; nur benannte Personen sehen sie ein.',
    en: 'The wearer can neither view nor erase recordings; only designated staff view them.',
  },
  source: municipality,
  article: null,
  since,
  confidence: 'H',
  isInformative: false,
}
const twoPurposes: LawRule = {
  id: 'NL-DH-4',
  label: {
    nl: 'Opnamen worden alleen gebruikt voor een proces-verbaal (aangifte) of een klacht.',
    fr: 'Les enregistrements ne servent qu’à un procès-verbal ou à une plainte.',
    de: 'Aufzeichnungen dienen nur einem Protokoll (Strafanzeige) oder einer Beschwerde.',
    en: 'Recordings are used only for a report or a complaint.',
  },
  source: municipality,
  article: null,
  since,
  confidence: 'H',
  isInformative: false,
}
const everyAccessLogged: LawRule = {
  id: 'NL-DH-5',
  label: {
    nl: 'Elke raadpleging, verstrekking, wijziging en wissing wordt vastgelegd: wie, wanneer, waarvoor.',
    fr: 'Chaque consultation, communication, modification et effacement est journalisé : qui, quand, pourquoi.',
    de: 'Jede Einsicht, Weitergabe, Änderung und Löschung wird protokolliert: wer, wann, wozu.',
    en: 'Every viewing, disclosure, change and erasure is recorded: who, when, what for.',
  },
  source: {
    nl: 'Wet politiegegevens; richtlijn (EU) 2016/680 art. 25',
    fr: 'Wet politiegegevens (loi néerlandaise sur les données de police) ; directive (UE) 2016/680 art. 25',
    de: 'Wet politiegegevens (niederländisches Polizeidatengesetz); Richtlinie (EU) 2016/680 Art. 25',
    en: 'Wet politiegegevens (Dutch police data act); directive (EU) 2016/680 art. 25',
  },
  article: 'art. 32a',
  since,
  confidence: 'M',
  isInformative: false,
}

const { acts, corpsActs } = nlBoa

/**
 * Municipal enforcers of The Hague.
 * @law docs/law/nl-boa-den-haag.md
 */
export const nlBoaDenHaag: LawPack = profileOf(nlBoa, {
  id: 'nl-boa-den-haag',
  version: 1,
  since,
  status: 'draft',
  label: {
    nl: 'Den Haag, boa’s: twee waarschuwingen, 28 dagen',
    fr: 'La Haye, agents communaux : deux avertissements, 28 jours',
    de: 'Den Haag, kommunaler Ordnungsdienst: zwei Warnungen, 28 Tage',
    en: 'The Hague, municipal enforcers: two warnings, 28 days',
  },
  rules: [twoWarnings, keep28, notOnTheSpot, twoPurposes, everyAccessLogged],
  retention: { keepFor: fixed({ days: 28 }, keep28) },
  holdKinds: nlBoa.holdKinds.map((kind) => ({ ...kind, ruleId: twoPurposes.id })),
  activation: {
    ...nlBoa.activation,
    warnings: fixed(2, twoWarnings),
    exceptionsRuleId: twoWarnings.id,
    triggersRuleId: twoWarnings.id,
  },
  purposes: underRule(nlBoa.purposes, twoPurposes),
  acts: {
    ...acts,
    preview: { ...acts.preview, ruleId: notOnTheSpot.id },
    view: { ...acts.view, ruleId: notOnTheSpot.id },
    export: { ...acts.export, ruleId: twoPurposes.id },
    'place-hold': { ...acts['place-hold'], ruleId: twoPurposes.id },
    'lift-hold': { ...acts['lift-hold'], ruleId: twoPurposes.id },
    'complete-activation': { ...acts['complete-activation'], ruleId: twoWarnings.id },
    'request-mandate': { ...acts['request-mandate'], ruleId: twoPurposes.id },
  },
  corpsActs: {
    ...corpsActs,
    'see-retention': { ...corpsActs['see-retention'], ruleId: keep28.id },
    'erase-due': { ...corpsActs['erase-due'], ruleId: keep28.id },
    'see-verification': { ...corpsActs['see-verification'], ruleId: everyAccessLogged.id },
    'decide-mandates': { ...corpsActs['decide-mandates'], ruleId: twoPurposes.id },
    'read-access-log': { ...corpsActs['read-access-log'], ruleId: everyAccessLogged.id },
    upload: { ...corpsActs.upload, ruleId: notOnTheSpot.id },
  },
})
