import type { Words } from '@getuige/base'
import type { LawPack, LawRule } from '../pack.ts'
import {
  accessByFunction,
  actsEverywhere,
  approvalsEverywhere,
  corpsActsEverywhere,
  europeanRules,
  logServesReview,
  viewingEverywhere,
} from './european-union.ts'

const policies: Words = {
  nl: 'Gepubliceerd beleid van gemeenten over bodycams van boa’s',
  fr: 'Politiques publiées par des communes néerlandaises sur les bodycams de leurs agents',
  de: 'Veröffentlichte Regelungen niederländischer Gemeinden zu Bodycams ihres Ordnungsdienstes',
  en: 'Published policies of Dutch municipalities on bodycams of their enforcers',
}
const since = '2021-01-01'

const ownPeriod: LawRule = {
  id: 'NL-1',
  label: {
    nl: 'Elke gemeente stelt zelf de bewaartermijn vast. Gepubliceerd zijn 10, 14 en 28 dagen; langer dan vier weken komt niet voor.',
    fr: 'Chaque commune fixe elle-même le délai de conservation. Sont publiés 10, 14 et 28 jours ; plus de quatre semaines ne se rencontre pas.',
    de: 'Jede Gemeinde legt die Aufbewahrungsfrist selbst fest. Veröffentlicht sind 10, 14 und 28 Tage; mehr als vier Wochen kommt nicht vor.',
    en: 'Each municipality sets its own retention period. 10, 14 and 28 days are published; more than four weeks is not met.',
  },
  source: policies,
  article: null,
  since,
  confidence: 'H',
  isInformative: false,
}
const warnFirst: LawRule = {
  id: 'NL-2',
  label: {
    nl: 'De handhaver waarschuwt mondeling voordat de camera aangaat, en zet haar alleen aan bij dreiging of agressie. Den Haag vraagt twee waarschuwingen.',
    fr: 'L’agent avertit oralement avant d’enclencher la caméra, uniquement en cas de menace ou d’agression. La Haye demande deux avertissements.',
    de: 'Die Einsatzkraft warnt mündlich, bevor sie die Kamera einschaltet, und nur bei Bedrohung oder Aggression. Den Haag verlangt zwei Warnungen.',
    en: 'The enforcer warns orally before switching on, and does so only on threat or aggression. The Hague asks two warnings.',
  },
  source: policies,
  article: null,
  since,
  confidence: 'M',
  isInformative: false,
}
const preRecord: LawRule = {
  id: 'NL-3',
  label: {
    nl: 'De camera houdt steeds de laatste 30 of 60 seconden vast; dat deel hoort bij de opname.',
    fr: 'La caméra garde en permanence les 30 ou 60 dernières secondes ; cette partie appartient à l’enregistrement.',
    de: 'Die Kamera hält stets die letzten 30 oder 60 Sekunden fest; dieser Teil gehört zur Aufzeichnung.',
    en: 'The camera always holds the last 30 or 60 seconds; that part belongs to the recording.',
  },
  source: policies,
  article: null,
  since,
  confidence: 'H',
  isInformative: false,
}
const publicSpace: LawRule = {
  id: 'NL-4',
  label: {
    nl: 'Alleen in de openbare ruimte en openbare gebouwen. Het proces-verbaal vermeldt het gebruik; de uitgifte van camera’s wordt bijgehouden.',
    fr: 'Uniquement dans l’espace public et les bâtiments publics. Le procès-verbal mentionne l’usage ; la remise des caméras est tenue à jour.',
    de: 'Nur im öffentlichen Raum und in öffentlichen Gebäuden. Das Protokoll erwähnt den Einsatz; über die Ausgabe der Kameras wird Buch geführt.',
    en: 'In public space and public buildings only. The report mentions the use; the issue of cameras is registered.',
  },
  source: policies,
  article: null,
  since,
  confidence: 'H',
  isInformative: false,
}
const wipedWhenUnused: LawRule = {
  id: 'NL-5',
  label: {
    nl: 'Is de camera in de dienst niet aangezet, dan wordt zij bij inlevering leeggemaakt.',
    fr: 'Si la caméra n’a pas été enclenchée pendant le service, elle est vidée à son retour.',
    de: 'Wurde die Kamera im Dienst nicht eingeschaltet, wird sie bei der Rückgabe geleert.',
    en: 'A camera that was not switched on during the shift is wiped on return.',
  },
  source: policies,
  article: null,
  since,
  confidence: 'H',
  isInformative: true,
}
const everyLookLogged: LawRule = {
  id: 'NL-6',
  label: {
    nl: 'Elke raadpleging, verstrekking, wijziging en wissing wordt vastgelegd: wie, wanneer, waarvoor.',
    fr: 'Chaque consultation, communication, modification et effacement est journalisé : qui, quand, pourquoi.',
    de: 'Jede Einsicht, Weitergabe, Änderung und Löschung wird protokolliert: wer, wann, wozu.',
    en: 'Every viewing, disclosure, change and erasure is recorded: who, when, what for.',
  },
  source: {
    nl: 'Wet politiegegevens; gepubliceerd beleid van gemeenten',
    fr: 'Wet politiegegevens (loi néerlandaise sur les données de police) ; politiques publiées par des communes',
    de: 'Wet politiegegevens (niederländisches Polizeidatengesetz); veröffentlichte Regelungen von Gemeinden',
    en: 'Wet politiegegevens (Dutch police data act); published policies of municipalities',
  },
  article: 'art. 32a',
  since,
  confidence: 'H',
  isInformative: false,
}
const assessedFirst: LawRule = {
  id: 'NL-7',
  label: {
    nl: 'Vóór het begin zijn er een gegevensbeschermingseffectbeoordeling en de instemming van de ondernemingsraad.',
    fr: 'Avant le début, il y a une analyse d’impact relative à la protection des données et l’accord du conseil d’entreprise.',
    de: 'Vor Beginn liegen eine Datenschutz-Folgenabschätzung und die Zustimmung des Betriebsrats vor.',
    en: 'Before the start there are a data protection impact assessment and the consent of the works council.',
  },
  source: {
    nl: 'Wet op de ondernemingsraden; Wet politiegegevens',
    fr: 'Wet op de ondernemingsraden (loi sur les conseils d’entreprise) ; Wet politiegegevens',
    de: 'Wet op de ondernemingsraden (Betriebsverfassung); Wet politiegegevens',
    en: 'Wet op de ondernemingsraden (works councils act); Wet politiegegevens',
  },
  article: 'WOR art. 27',
  since,
  confidence: 'H',
  isInformative: true,
}
const designatedStaff: LawRule = {
  id: 'NL-8',
  label: {
    nl: 'De drager kan opnamen niet bekijken of wissen; alleen aangewezen medewerkers kijken terug.',
    fr: 'Le porteur ne peut ni visionner ni effacer les enregistrements ; seuls les agents désignés les visionnent.',
    de: 'Die tragende Person kann Aufzeichnungen weder ansehen noch löschen; nur benannte Personen sehen sie ein.',
    en: 'The wearer can neither view nor erase recordings; only designated staff view them.',
  },
  source: policies,
  article: null,
  since,
  confidence: 'M',
  isInformative: false,
}
const audits: LawRule = {
  id: 'NL-9',
  label: {
    nl: 'Elk jaar een interne en elke vier jaar een externe controle. Het logboek gaat zo lang mee dat een hele ronde kan worden nagelopen.',
    fr: 'Un contrôle interne chaque année et un contrôle externe tous les quatre ans. Le journal dure assez pour qu’un cycle entier puisse être vérifié.',
    de: 'Jedes Jahr eine interne und alle vier Jahre eine externe Prüfung. Das Protokoll reicht so weit, dass eine ganze Runde nachgeprüft werden kann.',
    en: 'An internal audit each year and an external one every four years. The log lasts so long that a whole round can be followed back.',
  },
  source: {
    nl: 'Wet politiegegevens; de bewaartermijn van het logboek is onze gevolgtrekking',
    fr: 'Wet politiegegevens (loi néerlandaise sur les données de police) ; le délai du journal est notre déduction',
    de: 'Wet politiegegevens (niederländisches Polizeidatengesetz); die Frist des Protokolls ist unsere Folgerung',
    en: 'Wet politiegegevens (Dutch police data act); the period of the log is our inference',
  },
  article: 'art. 33',
  since,
  confidence: 'L',
  isInformative: false,
}
const twoPurposes: LawRule = {
  id: 'NL-10',
  label: {
    nl: 'Opnamen worden gebruikt voor een proces-verbaal (aangifte) of een klacht. Verstrekken kan alleen op een grondslag: een vordering of een vrijwillige verstrekking.',
    fr: 'Les enregistrements servent à un procès-verbal ou à une plainte. Toute communication exige une base : une réquisition ou une communication volontaire.',
    de: 'Aufzeichnungen dienen einem Protokoll (Strafanzeige) oder einer Beschwerde. Eine Weitergabe braucht eine Grundlage: eine Anforderung oder eine freiwillige Weitergabe.',
    en: 'Recordings are used for a report or a complaint. A disclosure needs a basis: a demand or a voluntary provision.',
  },
  source: policies,
  article: null,
  since,
  confidence: 'H',
  isInformative: false,
}

/** What a number of the police looks like, such as `PL07B3 2023123456-1`. Another is told, not refused. */
export const policeReportPattern = '^PL\\d{2}[A-Z0-9]{2}\\s?\\d{10}-\\d+$'

/**
 * Municipal enforcers in the Netherlands (boa's), for any municipality: it sets its own period within bounds.
 * @law docs/law/nl-boa.md
 */
export const nlBoa: LawPack = {
  id: 'nl-boa',
  version: 1,
  basedOn: null,
  since,
  status: 'draft',
  label: {
    nl: 'Nederlandse gemeente, boa’s: eigen bewaartermijn tot 28 dagen',
    fr: 'Commune néerlandaise, agents communaux : délai propre jusqu’à 28 jours',
    de: 'Niederländische Gemeinde, Ordnungsdienst: eigene Frist bis 28 Tage',
    en: 'Dutch municipality, enforcers: its own period up to 28 days',
  },
  timeZone: 'Europe/Amsterdam',
  rules: [
    ownPeriod,
    warnFirst,
    preRecord,
    publicSpace,
    wipedWhenUnused,
    everyLookLogged,
    assessedFirst,
    designatedStaff,
    audits,
    twoPurposes,
    ...europeanRules.filter((rule) => rule !== logServesReview),
  ],
  retention: { keepFor: { value: { days: 28 }, least: { days: 1 }, most: { days: 28 }, ruleId: ownPeriod.id } },
  holdKinds: [
    {
      id: 'report',
      label: { nl: 'Proces-verbaal of aangifte', fr: 'Procès-verbal', de: 'Protokoll oder Strafanzeige', en: 'Report' },
      numberPattern: policeReportPattern,
      ruleId: twoPurposes.id,
    },
    {
      id: 'complaint',
      label: { nl: 'Klacht', fr: 'Plainte', de: 'Beschwerde', en: 'Complaint' },
      numberPattern: null,
      ruleId: twoPurposes.id,
    },
  ],
  activation: {
    warnings: { value: 1, least: 0, most: 2, ruleId: warnFirst.id },
    exceptionsRuleId: warnFirst.id,
    exceptions: [
      {
        id: 'immediate-danger',
        label: {
          nl: 'Onmiddellijk gevaar: er was geen tijd om te waarschuwen',
          fr: 'Danger immédiat : pas le temps d’avertir',
          de: 'Unmittelbare Gefahr: keine Zeit zu warnen',
          en: 'Immediate danger: no time to warn',
        },
      },
      {
        id: 'impracticable',
        label: {
          nl: 'Waarschuwen was feitelijk niet mogelijk',
          fr: 'L’avertissement était matériellement impossible',
          de: 'Warnen war tatsächlich nicht möglich',
          en: 'Warning was not practicable',
        },
      },
      {
        id: 'activated-by-mistake',
        label: {
          nl: 'Per ongeluk aangezet',
          fr: 'Enclenchement involontaire',
          de: 'Versehentlich eingeschaltet',
          en: 'Switched on by mistake',
        },
      },
    ],
    triggersRuleId: warnFirst.id,
    triggers: [
      {
        id: 'threat',
        label: { nl: 'Bedreiging', fr: 'Menace', de: 'Bedrohung', en: 'Threat' },
      },
      {
        id: 'aggression',
        label: {
          nl: 'Agressie of geweld',
          fr: 'Agression ou violence',
          de: 'Aggression oder Gewalt',
          en: 'Aggression or violence',
        },
      },
      {
        id: 'insult',
        label: {
          nl: 'Belediging die dreigt te escaleren',
          fr: 'Insultes risquant l’escalade',
          de: 'Beleidigung mit drohender Eskalation',
          en: 'Insults about to escalate',
        },
      },
      {
        id: 'bystanders',
        label: {
          nl: 'Omstanders keren zich tegen de handhaver',
          fr: 'Des passants s’en prennent à l’agent',
          de: 'Umstehende wenden sich gegen die Einsatzkraft',
          en: 'Bystanders turn on the enforcer',
        },
      },
    ],
    preRecordSeconds: { value: 30, least: 0, most: 60, ruleId: preRecord.id },
  },
  purposes: [
    {
      id: 'report',
      label: { nl: 'Proces-verbaal of aangifte', fr: 'Procès-verbal', de: 'Protokoll oder Strafanzeige', en: 'Report' },
      legalBasis: {
        nl: 'Gebruik voor een proces-verbaal of aangifte',
        fr: 'Usage pour un procès-verbal',
        de: 'Verwendung für ein Protokoll oder eine Strafanzeige',
        en: 'Use for a report',
      },
      asksReference: true,
      referencePattern: policeReportPattern,
      roles: ['records-officer', 'investigator'],
      acts: ['preview', 'view', 'export'],
      window: null,
      isOptional: false,
      ruleId: twoPurposes.id,
    },
    {
      id: 'complaint',
      label: { nl: 'Klacht', fr: 'Plainte', de: 'Beschwerde', en: 'Complaint' },
      legalBasis: {
        nl: 'Behandeling van een klacht (Algemene wet bestuursrecht, hoofdstuk 9)',
        fr: 'Traitement d’une plainte (Algemene wet bestuursrecht, chapitre 9)',
        de: 'Bearbeitung einer Beschwerde (Algemene wet bestuursrecht, Kapitel 9)',
        en: 'Handling of a complaint (Algemene wet bestuursrecht, chapter 9)',
      },
      asksReference: true,
      referencePattern: null,
      roles: ['records-officer', 'complaint-handler'],
      acts: ['preview', 'view', 'export'],
      window: null,
      isOptional: false,
      ruleId: twoPurposes.id,
    },
  ],
  acts: {
    ...actsEverywhere,
    know: {
      allowances: [
        { role: 'records-officer', reach: 'all' },
        { role: 'data-protection-officer', reach: 'all' },
        { role: 'enforcer', reach: 'own' },
        { role: 'investigator', reach: 'assigned' },
        { role: 'complaint-handler', reach: 'assigned' },
      ],
      ruleId: accessByFunction.id,
    },
    preview: {
      allowances: [
        { role: 'records-officer', reach: 'all' },
        { role: 'investigator', reach: 'assigned' },
        { role: 'complaint-handler', reach: 'assigned' },
      ],
      ruleId: designatedStaff.id,
    },
    view: {
      allowances: [
        { role: 'records-officer', reach: 'all' },
        { role: 'investigator', reach: 'assigned' },
        { role: 'complaint-handler', reach: 'assigned' },
      ],
      ruleId: designatedStaff.id,
    },
    export: { allowances: [{ role: 'records-officer', reach: 'all' }], ruleId: twoPurposes.id },
    'place-hold': { allowances: [{ role: 'records-officer', reach: 'all' }], ruleId: twoPurposes.id },
    'lift-hold': { allowances: [{ role: 'records-officer', reach: 'all' }], ruleId: twoPurposes.id },
    'complete-activation': { allowances: [{ role: 'enforcer', reach: 'own' }], ruleId: warnFirst.id },
    // No window closes here, so there is nothing that a prosecutor's decision would open.
    'request-mandate': { allowances: [], ruleId: twoPurposes.id },
  },
  corpsActs: {
    ...corpsActsEverywhere,
    'list-recordings': {
      roles: ['records-officer', 'data-protection-officer', 'enforcer', 'investigator', 'complaint-handler'],
      ruleId: accessByFunction.id,
    },
    'manage-devices': { roles: ['administrator', 'shift-lead', 'fleet-manager'], ruleId: publicSpace.id },
    'see-retention': {
      roles: ['records-officer', 'administrator', 'data-protection-officer', 'auditor'],
      ruleId: ownPeriod.id,
    },
    'erase-due': { roles: ['administrator'], ruleId: ownPeriod.id },
    'decide-mandates': { roles: [], ruleId: twoPurposes.id },
    'read-access-log': { roles: ['data-protection-officer', 'auditor'], ruleId: everyLookLogged.id },
    upload: {
      roles: ['enforcer', 'shift-lead', 'fleet-manager', 'records-officer', 'administrator'],
      ruleId: designatedStaff.id,
    },
  },
  approvals: approvalsEverywhere,
  ...viewingEverywhere,
  logRetention: { value: { months: 60 }, least: { months: 48 }, most: { months: 120 }, ruleId: audits.id },
}
