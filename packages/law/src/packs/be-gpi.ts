import type { Words } from '@getuige/base'
import type { LawPack, LawRule, Purpose, Window } from '../pack.ts'
import {
  accessByFunction,
  actsEverywhere,
  approvalsEverywhere,
  corpsActsEverywhere,
  europeanRules,
  logServesReview,
  viewingEverywhere,
} from './european-union.ts'

/** The law on the police function as amended for individual cameras; in force since 20 January 2024. */
const policeFunction: Words = {
  nl: 'Wet op het politieambt, gewijzigd door de wet van 19 oktober 2023 (individuele camera’s); richtlijn GPI 104',
  fr: 'Loi sur la fonction de police, modifiée par la loi du 19 octobre 2023 (caméras individuelles) ; directive GPI 104',
  de: 'Gesetz über das Polizeiamt, geändert durch das Gesetz vom 19. Oktober 2023 (individuelle Kameras); Richtlinie GPI 104',
  en: 'Law on the police function, amended by the law of 19 October 2023 (individual cameras); directive GPI 104',
}
const brussels: Words = {
  nl: 'Gepubliceerd beleid van politiezone Brussel HOOFDSTAD Elsene',
  fr: 'Politique publiée par la zone de police Bruxelles CAPITALE Ixelles',
  de: 'Veröffentlichte Regelung der Polizeizone Brüssel HAUPTSTADT Ixelles',
  en: 'Published policy of police zone Brussels CAPITAL Ixelles',
}
const since = '2024-01-20'

const wornVisibly: LawRule = {
  id: 'BE-1',
  label: {
    nl: 'De camera wordt zichtbaar gedragen door een herkenbaar lid van het operationeel kader.',
    fr: 'La caméra est portée de manière visible par un membre identifiable du cadre opérationnel.',
    de: 'Die Kamera wird sichtbar von einem erkennbaren Mitglied des Einsatzkaders getragen.',
    en: 'The camera is worn visibly by an identifiable member of the operational staff.',
  },
  source: policeFunction,
  article: null,
  since,
  confidence: 'M',
  isInformative: false,
}
const preRecord: LawRule = {
  id: 'BE-2',
  label: {
    nl: 'De camera overschrijft voortdurend een voorbuffer van 30 seconden met beeld en geluid; dat deel hoort bij de opname.',
    fr: 'La caméra écrase en continu un pré-enregistrement de 30 secondes, image et son ; cette partie appartient à l’enregistrement.',
    de: 'Die Kamera überschreibt fortlaufend eine Voraufnahme von 30 Sekunden mit Bild und Ton; dieser Teil gehört zur Aufzeichnung.',
    en: 'The camera continuously overwrites a pre-record of 30 seconds, image and sound; that part belongs to the recording.',
  },
  source: policeFunction,
  article: null,
  since,
  confidence: 'M',
  isInformative: false,
}
const closedTriggers: LawRule = {
  id: 'BE-3',
  label: {
    nl: 'De camera gaat alleen aan in de gevallen die de wet opsomt; bij agressie, weerspannigheid en dwang moet zij aan.',
    fr: 'La caméra n’est enclenchée que dans les cas énumérés par la loi ; en cas d’agression, de rébellion et de contrainte, elle doit l’être.',
    de: 'Die Kamera wird nur in den Fällen eingeschaltet, die das Gesetz aufzählt; bei Aggression, Widerstand und Zwang muss sie an sein.',
    en: 'The camera is switched on only in the cases that the law lists; on aggression, rebellion and coercion it must be.',
  },
  source: policeFunction,
  article: null,
  since,
  confidence: 'M',
  isInformative: false,
}
const warnFirst: LawRule = {
  id: 'BE-4',
  label: {
    nl: 'Eerst een mondelinge waarschuwing, behalve bij gevaar, wanneer het niet kan, of wanneer het de opdracht ernstig zou verstoren.',
    fr: 'D’abord un avertissement oral, sauf en cas de danger, lorsque c’est impossible, ou si cela perturberait gravement la mission.',
    de: 'Zuerst eine mündliche Warnung, außer bei Gefahr, wenn sie nicht möglich ist oder den Einsatz ernsthaft stören würde.',
    en: 'An oral warning first, except in danger, where it is impracticable, or where it would seriously disrupt the mission.',
  },
  source: policeFunction,
  article: null,
  since,
  confidence: 'M',
  isInformative: false,
}
const citizenMayAsk: LawRule = {
  id: 'BE-5',
  label: {
    nl: 'Een burger mag vragen de camera aan te zetten, nooit om haar uit te zetten.',
    fr: 'Un citoyen peut demander d’enclencher la caméra, jamais de l’arrêter.',
    de: 'Bürgerinnen und Bürger dürfen bitten, die Kamera einzuschalten, nie, sie auszuschalten.',
    en: 'A citizen may ask to switch the camera on, never off.',
  },
  source: policeFunction,
  article: null,
  since,
  confidence: 'M',
  isInformative: true,
}
const keptWithin: LawRule = {
  id: 'BE-6',
  label: {
    nl: 'Opnamen worden ten minste 30 dagen en ten hoogste 12 maanden bewaard; langer alleen zolang een procedure het vraagt.',
    fr: 'Les enregistrements sont conservés au moins 30 jours et au plus 12 mois ; plus longtemps seulement tant qu’une procédure l’exige.',
    de: 'Aufzeichnungen werden mindestens 30 Tage und höchstens 12 Monate aufbewahrt; länger nur, solange ein Verfahren es verlangt.',
    en: 'Recordings are kept at least 30 days and at most 12 months; longer only while a procedure needs it.',
  },
  source: policeFunction,
  article: 'art. 25/6',
  since,
  confidence: 'M',
  isInformative: false,
}
const firstMonth: LawRule = {
  id: 'BE-7',
  label: {
    nl: 'Inzage is gemotiveerd, beveiligd en vastgelegd. Voor bestuurlijke politie alleen in de eerste maand; voor gerechtelijke politie daarna alleen met een schriftelijke, gemotiveerde beslissing van de procureur des Konings.',
    fr: 'L’accès est motivé, sécurisé et journalisé. Pour la police administrative, uniquement durant le premier mois ; pour la police judiciaire, ensuite uniquement sur décision écrite et motivée du procureur du Roi.',
    de: 'Der Zugang ist begründet, gesichert und protokolliert. Für die Verwaltungspolizei nur im ersten Monat; für die Gerichtspolizei danach nur mit schriftlicher, begründeter Entscheidung des Prokurators des Königs.',
    en: 'Access is justified, secured and logged. For administrative police in the first month only; for judicial police afterwards only with the written, reasoned decision of the public prosecutor.',
  },
  source: policeFunction,
  article: 'art. 25/7',
  since,
  confidence: 'H',
  isInformative: false,
}
const mentionedInReport: LawRule = {
  id: 'BE-8',
  label: {
    nl: 'Het proces-verbaal vermeldt dat er opnamen zijn gemaakt.',
    fr: 'Le procès-verbal mentionne que des enregistrements ont été réalisés.',
    de: 'Das Protokoll erwähnt, dass Aufzeichnungen gemacht wurden.',
    en: 'The official report mentions that recordings were made.',
  },
  source: policeFunction,
  article: null,
  since,
  confidence: 'M',
  isInformative: true,
}
const wearerAltersNothing: LawRule = {
  id: 'BE-9',
  label: {
    nl: 'De drager kan niets wissen of wijzigen.',
    fr: 'Le porteur ne peut rien effacer ni modifier.',
    de: 'Die tragende Person kann nichts löschen oder verändern.',
    en: 'The wearer can erase or alter nothing.',
  },
  source: policeFunction,
  article: null,
  since,
  confidence: 'H',
  isInformative: false,
}
const wholeIntervention: LawRule = {
  id: 'BE-10',
  label: {
    nl: 'Eenmaal aan, wordt de hele interventie zonder onderbreking opgenomen.',
    fr: 'Une fois enclenchée, la caméra enregistre toute l’intervention sans interruption.',
    de: 'Einmal eingeschaltet, wird der ganze Einsatz ohne Unterbrechung aufgezeichnet.',
    en: 'Once started, the whole intervention is recorded without interruption.',
  },
  source: brussels,
  article: null,
  since,
  confidence: 'H',
  isInformative: true,
}
const councilAuthorises: LawRule = {
  id: 'BE-11',
  label: {
    nl: 'De raad geeft vooraf toestemming op een dossier.',
    fr: 'Le conseil autorise au préalable, sur dossier.',
    de: 'Der Rat genehmigt vorab aufgrund eines Dossiers.',
    en: 'The council authorises beforehand, on a dossier.',
  },
  source: policeFunction,
  article: 'art. 25/4',
  since,
  confidence: 'M',
  isInformative: true,
}
const registerOfUses: LawRule = {
  id: 'BE-12',
  label: {
    nl: 'Er is een register van elk gebruik, in te zien door het toezichtsorgaan en de functionaris voor gegevensbescherming.',
    fr: 'Un registre de toutes les utilisations est tenu à la disposition de l’organe de contrôle et du délégué à la protection des données.',
    de: 'Über jeden Einsatz wird ein Register geführt, das Kontrollorgan und Datenschutzbeauftragte einsehen.',
    en: 'A register of uses is open to the oversight body and the data-protection officer.',
  },
  source: policeFunction,
  article: 'art. 25/8',
  since,
  confidence: 'L',
  isInformative: false,
}
const rightsOfSubject: LawRule = {
  id: 'BE-13',
  label: {
    nl: 'De betrokkene oefent rechten uit via het toezichtsorgaan (COC); sommige zones antwoorden rechtstreeks.',
    fr: 'La personne concernée exerce ses droits par l’organe de contrôle (COC) ; certaines zones répondent directement.',
    de: 'Betroffene üben ihre Rechte über das Kontrollorgan (COC) aus; manche Zonen antworten unmittelbar.',
    en: 'The data subject exercises rights through the oversight body (COC); some zones answer directly.',
  },
  source: policeFunction,
  article: null,
  since,
  confidence: 'M',
  isInformative: true,
}
const complaints: LawRule = {
  id: 'BE-14',
  label: {
    nl: 'Opnamen mogen ook dienen om een klacht over de interventie te behandelen, in dezelfde eerste maand.',
    fr: 'Les enregistrements peuvent aussi servir à traiter une plainte relative à l’intervention, durant le même premier mois.',
    de: 'Aufzeichnungen dürfen auch der Bearbeitung einer Beschwerde über den Einsatz dienen, im selben ersten Monat.',
    en: 'Recordings may also serve to handle a complaint about the intervention, in the same first month.',
  },
  source: {
    nl: 'Onze gevolgtrekking: zones rapporteren klachten en vrijpleitingen; de tekst is niet gezien',
    fr: 'Notre déduction : les zones font état de plaintes et de mises hors de cause ; le texte n’a pas été vu',
    de: 'Unsere Folgerung: Zonen berichten über Beschwerden und Entlastungen; der Wortlaut wurde nicht gesehen',
    en: 'Our inference: zones report on complaints and exonerations; the text was not seen',
  },
  article: null,
  since,
  confidence: 'L',
  isInformative: false,
}
const training: LawRule = {
  id: 'BE-15',
  label: {
    nl: 'Sommige zones gebruiken opnamen voor de opleiding van ploegen. Alleen wie dat kiest, kan het, in de eerste maand.',
    fr: 'Certaines zones utilisent des enregistrements pour la formation des équipes. Seule celle qui le choisit le peut, durant le premier mois.',
    de: 'Manche Zonen nutzen Aufzeichnungen zur Schulung. Nur wer das wählt, kann es, im ersten Monat.',
    en: 'Some zones use recordings to train teams. Only a zone that chooses so can, in the first month.',
  },
  source: {
    nl: 'Gepubliceerd beleid van andere politiezones',
    fr: 'Politiques publiées par d’autres zones de police',
    de: 'Veröffentlichte Regelungen anderer Polizeizonen',
    en: 'Published policies of other police zones',
  },
  article: null,
  since,
  confidence: 'L',
  isInformative: false,
}

/** What the number of an official report looks like, such as `TG.69.L3.00572/24`. Another is told, not refused. */
export const officialReportPattern = '^[A-Z]{2}\\.\\d{2}\\.[A-Z0-9]{2}\\.\\d{5,6}/(\\d{2}|\\d{4})$'

const inFirstMonth: Window = {
  within: { months: 1 },
  noLongerThan: null,
  afterwards: 'closed',
  ruleId: firstMonth.id,
}

export const judicialPolice: Purpose = {
  id: 'judicial-police',
  label: {
    nl: 'Gerechtelijke politie',
    fr: 'Police judiciaire',
    de: 'Gerichtspolizei',
    en: 'Judicial police',
  },
  legalBasis: {
    nl: 'Opdracht van gerechtelijke politie (Wet op het politieambt, art. 25/7)',
    fr: 'Mission de police judiciaire (loi sur la fonction de police, art. 25/7)',
    de: 'Aufgabe der Gerichtspolizei (Gesetz über das Polizeiamt, Art. 25/7)',
    en: 'Task of judicial police (law on the police function, art. 25/7)',
  },
  asksReference: true,
  referencePattern: officialReportPattern,
  roles: ['records-officer', 'investigator'],
  acts: ['preview', 'view', 'export'],
  window: { ...inFirstMonth, afterwards: 'mandate' },
  isOptional: false,
  ruleId: firstMonth.id,
}

export const administrativePolice: Purpose = {
  id: 'administrative-police',
  label: {
    nl: 'Bestuurlijke politie',
    fr: 'Police administrative',
    de: 'Verwaltungspolizei',
    en: 'Administrative police',
  },
  legalBasis: {
    nl: 'Opdracht van bestuurlijke politie (Wet op het politieambt, art. 25/7)',
    fr: 'Mission de police administrative (loi sur la fonction de police, art. 25/7)',
    de: 'Aufgabe der Verwaltungspolizei (Gesetz über das Polizeiamt, Art. 25/7)',
    en: 'Task of administrative police (law on the police function, art. 25/7)',
  },
  asksReference: false,
  referencePattern: null,
  roles: ['records-officer'],
  acts: ['preview', 'view', 'export'],
  window: inFirstMonth,
  isOptional: false,
  ruleId: firstMonth.id,
}

/**
 * Belgian police zones, for any zone: it picks its period within the statute.
 * @law docs/law/be-gpi.md
 */
export const beGpi: LawPack = {
  id: 'be-gpi',
  version: 1,
  basedOn: null,
  since,
  status: 'draft',
  label: {
    nl: 'Belgische politiezone: 30 dagen tot 12 maanden, eerste maand vrij in te zien',
    fr: 'Zone de police belge : 30 jours à 12 mois, accès le premier mois',
    de: 'Belgische Polizeizone: 30 Tage bis 12 Monate, Zugang im ersten Monat',
    en: 'Belgian police zone: 30 days to 12 months, access in the first month',
  },
  timeZone: 'Europe/Brussels',
  rules: [
    wornVisibly,
    preRecord,
    closedTriggers,
    warnFirst,
    citizenMayAsk,
    keptWithin,
    firstMonth,
    mentionedInReport,
    wearerAltersNothing,
    wholeIntervention,
    councilAuthorises,
    registerOfUses,
    rightsOfSubject,
    complaints,
    training,
    ...europeanRules,
  ],
  retention: { keepFor: { value: { days: 30 }, least: { days: 30 }, most: { months: 12 }, ruleId: keptWithin.id } },
  holdKinds: [
    {
      id: 'report',
      label: { nl: 'Proces-verbaal', fr: 'Procès-verbal', de: 'Protokoll', en: 'Official report' },
      numberPattern: officialReportPattern,
      ruleId: keptWithin.id,
    },
    {
      id: 'complaint',
      label: { nl: 'Klacht', fr: 'Plainte', de: 'Beschwerde', en: 'Complaint' },
      numberPattern: null,
      ruleId: keptWithin.id,
    },
    {
      id: 'judicial-procedure',
      label: {
        nl: 'Gerechtelijke procedure',
        fr: 'Procédure judiciaire',
        de: 'Gerichtliches Verfahren',
        en: 'Judicial procedure',
      },
      numberPattern: null,
      ruleId: keptWithin.id,
    },
  ],
  activation: {
    warnings: { value: 1, least: 1, most: 2, ruleId: warnFirst.id },
    exceptionsRuleId: warnFirst.id,
    exceptions: [
      {
        id: 'immediate-danger',
        label: { nl: 'Gevaar', fr: 'Danger', de: 'Gefahr', en: 'Danger' },
      },
      {
        id: 'impracticable',
        label: {
          nl: 'Waarschuwen was niet mogelijk',
          fr: 'L’avertissement était impossible',
          de: 'Warnen war nicht möglich',
          en: 'Warning was impracticable',
        },
      },
      {
        id: 'disrupts-mission',
        label: {
          nl: 'Waarschuwen zou de opdracht ernstig verstoren',
          fr: 'L’avertissement aurait gravement perturbé la mission',
          de: 'Warnen hätte den Einsatz ernsthaft gestört',
          en: 'Warning would have seriously disrupted the mission',
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
    triggersRuleId: closedTriggers.id,
    triggers: [
      {
        id: 'risk-of-violence',
        label: { nl: 'Risico op geweld', fr: 'Risque de violence', de: 'Gefahr von Gewalt', en: 'Risk of violence' },
      },
      {
        id: 'coercion',
        label: {
          nl: 'Gebruik van dwang',
          fr: 'Usage de la contrainte',
          de: 'Anwendung von Zwang',
          en: 'Use of coercion',
        },
      },
      {
        id: 'integrity-of-persons',
        label: {
          nl: 'Fysieke integriteit van personen',
          fr: 'Intégrité physique des personnes',
          de: 'Körperliche Unversehrtheit von Personen',
          en: 'Integrity of persons',
        },
      },
      {
        id: 'offence',
        label: { nl: 'Misdrijf', fr: 'Infraction', de: 'Straftat', en: 'Offence' },
      },
      {
        id: 'public-order',
        label: { nl: 'Openbare orde', fr: 'Ordre public', de: 'Öffentliche Ordnung', en: 'Public order' },
      },
      {
        id: 'evidence',
        label: {
          nl: 'Bewijs verzamelen',
          fr: 'Recueil de preuves',
          de: 'Sicherung von Beweisen',
          en: 'Gathering of evidence',
        },
      },
      {
        id: 'requisition',
        label: {
          nl: 'Vordering van een overheid',
          fr: 'Réquisition d’une autorité',
          de: 'Ersuchen einer Behörde',
          en: 'Requisition by an authority',
        },
      },
      {
        id: 'judicial-order',
        label: {
          nl: 'Gerechtelijk bevel',
          fr: 'Ordre judiciaire',
          de: 'Gerichtliche Anordnung',
          en: 'Judicial order',
        },
      },
    ],
    preRecordSeconds: { value: 30, least: 30, most: 30, ruleId: preRecord.id },
  },
  purposes: [
    judicialPolice,
    administrativePolice,
    {
      id: 'complaint',
      label: { nl: 'Klacht', fr: 'Plainte', de: 'Beschwerde', en: 'Complaint' },
      legalBasis: {
        nl: 'Behandeling van een klacht over de interventie',
        fr: 'Traitement d’une plainte relative à l’intervention',
        de: 'Bearbeitung einer Beschwerde über den Einsatz',
        en: 'Handling of a complaint about the intervention',
      },
      asksReference: true,
      referencePattern: null,
      roles: ['records-officer', 'complaint-handler'],
      acts: ['preview', 'view', 'export'],
      window: inFirstMonth,
      isOptional: false,
      ruleId: complaints.id,
    },
    {
      id: 'training',
      label: { nl: 'Opleiding', fr: 'Formation', de: 'Schulung', en: 'Training' },
      legalBasis: {
        nl: 'Opleiding van ploegen, door de zone gekozen',
        fr: 'Formation des équipes, choisie par la zone',
        de: 'Schulung, von der Zone gewählt',
        en: 'Training of teams, chosen by the zone',
      },
      asksReference: false,
      referencePattern: null,
      roles: ['trainer'],
      acts: ['preview', 'view'],
      window: inFirstMonth,
      isOptional: true,
      ruleId: training.id,
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
        { role: 'trainer', reach: 'assigned' },
      ],
      ruleId: accessByFunction.id,
    },
    preview: {
      allowances: [
        { role: 'records-officer', reach: 'all' },
        { role: 'investigator', reach: 'assigned' },
        { role: 'complaint-handler', reach: 'assigned' },
        { role: 'trainer', reach: 'assigned' },
      ],
      ruleId: firstMonth.id,
    },
    view: {
      allowances: [
        { role: 'records-officer', reach: 'all' },
        { role: 'investigator', reach: 'assigned' },
        { role: 'complaint-handler', reach: 'assigned' },
        { role: 'trainer', reach: 'assigned' },
      ],
      ruleId: firstMonth.id,
    },
    export: { allowances: [{ role: 'records-officer', reach: 'all' }], ruleId: firstMonth.id },
    'place-hold': { allowances: [{ role: 'records-officer', reach: 'all' }], ruleId: keptWithin.id },
    'lift-hold': { allowances: [{ role: 'records-officer', reach: 'all' }], ruleId: keptWithin.id },
    'complete-activation': { allowances: [{ role: 'enforcer', reach: 'own' }], ruleId: warnFirst.id },
    'request-mandate': { allowances: [{ role: 'records-officer', reach: 'all' }], ruleId: firstMonth.id },
  },
  corpsActs: {
    ...corpsActsEverywhere,
    'list-recordings': {
      roles: ['records-officer', 'data-protection-officer', 'enforcer', 'investigator', 'complaint-handler', 'trainer'],
      ruleId: accessByFunction.id,
    },
    'manage-devices': { roles: ['administrator', 'shift-lead', 'fleet-manager'], ruleId: wornVisibly.id },
    'see-retention': {
      roles: ['records-officer', 'administrator', 'data-protection-officer', 'auditor'],
      ruleId: keptWithin.id,
    },
    'erase-due': { roles: ['administrator'], ruleId: keptWithin.id },
    'decide-mandates': { roles: ['prosecutor'], ruleId: firstMonth.id },
    'read-access-log': { roles: ['data-protection-officer', 'auditor'], ruleId: registerOfUses.id },
    upload: {
      roles: ['enforcer', 'shift-lead', 'fleet-manager', 'records-officer', 'administrator'],
      ruleId: wearerAltersNothing.id,
    },
  },
  approvals: approvalsEverywhere,
  ...viewingEverywhere,
  logRetention: { value: { months: 60 }, least: { months: 36 }, most: { months: 120 }, ruleId: logServesReview.id },
}
