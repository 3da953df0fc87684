import type { Allowance, LawPack, LawRule } from '../pack.ts'

const directive = {
  nl: 'Richtlijn (EU) 2016/680 (gegevensbescherming bij rechtshandhaving)',
  fr: 'Directive (UE) 2016/680 (protection des données, domaine répressif)',
  de: 'Richtlinie (EU) 2016/680 (Datenschutz bei Strafverfolgung)',
  en: 'Directive (EU) 2016/680 (law enforcement data protection)',
}

const ownReading = {
  nl: 'Onze lezing van richtlijn (EU) 2016/680, beveiliging van de verwerking',
  fr: 'Notre lecture de la directive (UE) 2016/680, sécurité du traitement',
  de: 'Unsere Auslegung der Richtlinie (EU) 2016/680, Sicherheit der Verarbeitung',
  en: 'Our reading of directive (EU) 2016/680, security of processing',
}

/** What holds in every pack, whatever the country. */
export const everyActLogged: LawRule = {
  id: 'EU-1',
  label: {
    nl: 'Verzameling, wijziging, raadpleging, verstrekking, combinatie en wissing worden vastgelegd: wie, wanneer, waarom, aan wie.',
    fr: 'Collecte, modification, consultation, communication, interconnexion et effacement sont journalisés : qui, quand, pourquoi, à qui.',
    de: 'Erhebung, Veränderung, Abfrage, Offenlegung, Kombination und Löschung werden protokolliert: wer, wann, warum, an wen.',
    en: 'Collection, alteration, consultation, disclosure, combination and erasure are logged: who, when, why, to whom.',
  },
  source: directive,
  article: 'art. 25',
  since: '2018-05-06',
  confidence: 'H',
  isInformative: false,
}

export const accessByFunction: LawRule = {
  id: 'EU-2',
  label: {
    nl: 'Ieder ziet en doet alleen wat de eigen functie vraagt. Wie mensen en apparaten beheert, ziet geen opnamen.',
    fr: 'Chacun ne voit et ne fait que ce que demande sa fonction. Qui gère les personnes et les appareils ne voit aucun enregistrement.',
    de: 'Jede Person sieht und tut nur, was ihre Funktion verlangt. Wer Personen und Geräte verwaltet, sieht keine Aufzeichnungen.',
    en: 'Everybody sees and does only what their own role asks. Who runs people and devices sees no recordings.',
  },
  source: directive,
  article: 'art. 29(2)(e)',
  since: '2018-05-06',
  confidence: 'M',
  isInformative: false,
}

export const officerOversees: LawRule = {
  id: 'EU-3',
  label: {
    nl: 'De functionaris voor gegevensbescherming houdt toezicht en heeft toegang tot de verwerking: wat er is, wie keek en waarom. Zelf afspelen hoort daar niet bij.',
    fr: 'Le délégué à la protection des données contrôle et a accès au traitement : ce qui existe, qui a consulté et pourquoi. Lire les images n’en fait pas partie.',
    de: 'Die oder der Datenschutzbeauftragte überwacht und hat Zugang zur Verarbeitung: was es gibt, wer einsah und warum. Selbst abspielen gehört nicht dazu.',
    en: 'The data-protection officer oversees and has access to the processing: what there is, who looked and why. Playing recordings is no part of it.',
  },
  source: directive,
  article: 'art. 33, 34',
  since: '2018-05-06',
  confidence: 'M',
  isInformative: false,
}

export const secondPerson: LawRule = {
  id: 'EU-4',
  label: {
    nl: 'Wat onomkeerbaar is of naar buiten gaat, keurt een tweede persoon goed, nooit dezelfde, binnen een termijn.',
    fr: 'Ce qui est irréversible ou sort du corps est approuvé par une seconde personne, jamais la même, dans un délai.',
    de: 'Was unumkehrbar ist oder nach außen geht, genehmigt eine zweite Person, nie dieselbe, innerhalb einer Frist.',
    en: 'What cannot be undone, or leaves the corps, is approved by a second person, never the same, within a time.',
  },
  source: ownReading,
  article: 'art. 29(1)',
  since: '2018-05-06',
  confidence: 'L',
  isInformative: false,
}

export const dangerToLife: LawRule = {
  id: 'EU-5',
  label: {
    nl: 'Bij levensgevaar mag meteen worden gekeken. De functionaris voor gegevensbescherming wordt gewaarschuwd en de reden wordt binnen 24 uur opgeschreven.',
    fr: 'En cas de danger pour la vie, la consultation est immédiate. Le délégué à la protection des données est alerté et le motif est écrit dans les 24 heures.',
    de: 'Bei Lebensgefahr darf sofort eingesehen werden. Die oder der Datenschutzbeauftragte wird alarmiert, der Grund innerhalb von 24 Stunden niedergeschrieben.',
    en: 'In danger to life, viewing is immediate. The data-protection officer is alarmed and the reason is written down within 24 hours.',
  },
  source: {
    nl: 'Onze lezing van het Handvest van de grondrechten van de Europese Unie, recht op leven',
    fr: 'Notre lecture de la Charte des droits fondamentaux de l’Union européenne, droit à la vie',
    de: 'Unsere Auslegung der Charta der Grundrechte der Europäischen Union, Recht auf Leben',
    en: 'Our reading of the Charter of Fundamental Rights of the European Union, right to life',
  },
  article: 'art. 2',
  since: '2009-12-01',
  confidence: 'L',
  isInformative: false,
}

export const viewingEnds: LawRule = {
  id: 'EU-6',
  label: {
    nl: 'Een inzage eindigt wanneer er een tijd niets gebeurt; een nieuwe vraagt opnieuw doel en reden.',
    fr: 'Une consultation prend fin après un temps d’inactivité ; une nouvelle demande à nouveau finalité et motif.',
    de: 'Eine Einsicht endet nach einer Zeit ohne Tätigkeit; eine neue fragt erneut nach Zweck und Grund.',
    en: 'A viewing ends when nothing happens for a while; a new one asks purpose and reason again.',
  },
  source: ownReading,
  article: 'art. 29(2)(d)',
  since: '2018-05-06',
  confidence: 'L',
  isInformative: false,
}

export const logServesReview: LawRule = {
  id: 'EU-7',
  label: {
    nl: 'Het logboek dient om de rechtmatigheid te controleren en blijft zolang bestaan als die controle vraagt. De richtlijn noemt geen termijn: die is onze keuze.',
    fr: 'Le journal sert à vérifier la licéité et subsiste aussi longtemps que cette vérification le demande. La directive ne fixe pas de délai : celui-ci est notre choix.',
    de: 'Das Protokoll dient der Prüfung der Rechtmäßigkeit und bleibt so lange bestehen, wie diese es verlangt. Die Richtlinie nennt keine Frist: Sie ist unsere Wahl.',
    en: 'The log serves to verify lawfulness and stays as long as that needs it. The directive names no period: it is our choice.',
  },
  source: ownReading,
  article: 'art. 25(2)',
  since: '2018-05-06',
  confidence: 'L',
  isInformative: false,
}

export const europeanRules: readonly LawRule[] = [
  everyActLogged,
  accessByFunction,
  officerOversees,
  secondPerson,
  dangerToLife,
  viewingEnds,
  logServesReview,
]

const recordsOfficer: readonly Allowance[] = [{ role: 'records-officer', reach: 'all' }]

/** Acts on a recording that are the same under every law. */
export const actsEverywhere = {
  assign: { allowances: recordsOfficer, ruleId: accessByFunction.id },
  'break-glass': { allowances: recordsOfficer, ruleId: dangerToLife.id },
  'erase-early': { allowances: recordsOfficer, ruleId: secondPerson.id },
} satisfies Partial<LawPack['acts']>

/** Acts in the corps that are. */
export const corpsActsEverywhere = {
  'list-own-recordings': { roles: ['enforcer'], ruleId: accessByFunction.id },
  administer: { roles: ['administrator'], ruleId: accessByFunction.id },
  'see-people': {
    roles: ['administrator', 'records-officer', 'shift-lead', 'fleet-manager', 'data-protection-officer'],
    ruleId: accessByFunction.id,
  },
  'see-verification': {
    roles: ['records-officer', 'administrator', 'data-protection-officer', 'auditor'],
    ruleId: everyActLogged.id,
  },
  'see-oversight': { roles: ['data-protection-officer', 'auditor'], ruleId: officerOversees.id },
  'simulate-law': {
    roles: ['administrator', 'records-officer', 'data-protection-officer'],
    ruleId: accessByFunction.id,
  },
  'adopt-law': { roles: ['administrator'], ruleId: secondPerson.id },
} satisfies Partial<LawPack['corpsActs']>

/** What asks for a second person, everywhere the same. */
export const approvalsEverywhere: LawPack['approvals'] = {
  export: { roles: ['records-officer'], expiresAfter: { days: 7 }, ruleId: secondPerson.id },
  'erase-early': {
    roles: ['records-officer', 'data-protection-officer'],
    expiresAfter: { days: 7 },
    ruleId: secondPerson.id,
  },
  'lift-hold': {
    roles: ['records-officer', 'data-protection-officer'],
    expiresAfter: { days: 7 },
    ruleId: secondPerson.id,
  },
  'widen-role': {
    roles: ['administrator', 'data-protection-officer'],
    expiresAfter: { days: 7 },
    ruleId: secondPerson.id,
  },
  'adopt-law': {
    roles: ['administrator', 'records-officer'],
    expiresAfter: { days: 14 },
    ruleId: secondPerson.id,
  },
  'recover-account': { roles: ['administrator'], expiresAfter: { days: 1 }, ruleId: secondPerson.id },
}

/** How a viewing ends, and what opens one at once. */
export const viewingEverywhere: Pick<LawPack, 'viewingIdleMinutes' | 'emergency'> = {
  viewingIdleMinutes: { value: 15, least: 5, most: 60, ruleId: viewingEnds.id },
  emergency: {
    roles: ['records-officer'],
    opensForHours: 4,
    justifyWithinHours: 24,
    ruleId: dangerToLife.id,
  },
}
