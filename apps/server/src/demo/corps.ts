import type { Role } from '@getuige/base'
import type { Hold } from '#retention'

/** Invented. `shows` says what to sign in for. */
export type DemoPerson = Readonly<{ login: string; name: string; title: string; roles: readonly Role[]; shows: string }>

/** Kept for a report or complaint. `placedBy` is the login of a records officer. */
export type DemoHold = Readonly<{ kind: Hold['kind']; number: string; reason: string; placedBy: string }>

export type DemoCorps = Readonly<{
  name: string
  lawPackId: string
  /** For the terminal. */
  described: string
  timeZone: string
  centre: Readonly<{ latitude: number; longitude: number }>
  /** The administrator who establishes it first. */
  people: readonly [DemoPerson, ...DemoPerson[]]
  /** Each with the login of who carries it. */
  cameras: readonly Readonly<{ label: string; serial: string; wearer: string }>[]
  /** Days before today, and how many recordings of each; oldest first. */
  perDay: readonly (readonly [daysAgo: number, count: number])[]
  /** By recording: `DAYS-AGO/WHICH`. */
  holds: Readonly<Record<string, DemoHold>>
  damaged: string | null
  triggers: readonly string[]
  notes: readonly string[]
}>

export const theHague: DemoCorps = {
  name: 'Demonstratie Handhaving',
  lawPackId: 'nl-boa-den-haag',
  described: 'Dutch municipal enforcers, law pack nl-boa-den-haag: kept for 28 days',
  timeZone: 'Europe/Amsterdam',
  centre: { latitude: 52.0705, longitude: 4.3007 },
  people: [
    {
      login: 'beheer',
      name: 'Noor de Wit',
      title: 'beheerder',
      roles: ['administrator'],
      shows: 'people, roles, cameras and the law; plays nothing',
    },
    {
      login: 'beheer2',
      name: 'Pieter Maes',
      title: 'beheerder',
      roles: ['administrator'],
      shows: 'the second administrator: approves what beheer asks',
    },
    {
      login: 'inzage',
      name: 'Amina Peeters',
      title: 'medewerker beeldmateriaal',
      roles: ['records-officer'],
      shows: 'START HERE: states a purpose, views, holds, asks for an export',
    },
    {
      login: 'inzage2',
      name: 'Lotte Smit',
      title: 'medewerker beeldmateriaal',
      roles: ['records-officer'],
      shows: 'approves the export that inzage asked for',
    },
    {
      login: 'boa',
      name: 'Joris Vermeer',
      title: 'handhaver',
      roles: ['enforcer'],
      shows: 'on a phone: sees that it arrived, fills in the warnings, cannot play it',
    },
    {
      login: 'boa2',
      name: 'Sanne Bakker',
      title: 'handhaver',
      roles: ['enforcer'],
      shows: 'another wearer, who sees other recordings',
    },
    {
      login: 'boa3',
      name: 'Emre Yıldız',
      title: 'handhaver',
      roles: ['enforcer'],
      shows: 'another wearer, who sees other recordings',
    },
    {
      login: 'leiding',
      name: 'Karim Haddad',
      title: 'teamleider',
      roles: ['shift-lead', 'enforcer'],
      shows: 'hands out cameras',
    },
    {
      login: 'techniek',
      name: 'Ilse Claes',
      title: 'beheerder camera’s',
      roles: ['fleet-manager'],
      shows: 'cameras and docks, and no recording',
    },
    {
      login: 'recherche',
      name: 'Bram Visser',
      title: 'rechercheur',
      roles: ['investigator'],
      shows: 'sees the recordings of his own files alone',
    },
    {
      login: 'klachten',
      name: 'Fatima Jansen',
      title: 'klachtbehandelaar',
      roles: ['complaint-handler'],
      shows: 'sees the recordings of her complaints, told before they go',
    },
    {
      login: 'opleiding',
      name: 'Tom Willems',
      title: 'opleider',
      roles: ['trainer'],
      shows: 'sees nothing: this law has no purpose for training',
    },
    {
      login: 'om',
      name: 'Hanna Koster',
      title: 'officier van justitie',
      roles: ['prosecutor'],
      shows: 'decides nothing here: see parquet in the other corps',
    },
    {
      login: 'fg',
      name: 'Yara Dubois',
      title: 'functionaris gegevensbescherming',
      roles: ['data-protection-officer'],
      shows: 'who watched and why: outliers, refusals, emergencies, the access log',
    },
    {
      login: 'toezicht',
      name: 'Ruud Bos',
      title: 'auditor',
      roles: ['auditor'],
      shows: 'reads the same figures and the log, and no recording',
    },
  ],
  cameras: [
    { label: 'VB-011', serial: 'GTG-VB-011', wearer: 'boa' },
    { label: 'VB-012', serial: 'GTG-VB-012', wearer: 'boa2' },
    { label: 'VB-013', serial: 'GTG-VB-013', wearer: 'boa3' },
    { label: 'VB-014', serial: 'GTG-VB-014', wearer: 'boa' },
    { label: 'VB-015', serial: 'GTG-VB-015', wearer: 'boa2' },
    { label: 'VB-016', serial: 'GTG-VB-016', wearer: 'boa3' },
  ],
  perDay: [
    [97, 1],
    [33, 1],
    [31, 1],
    [30, 1],
    [28, 3],
    [27, 1],
    [26, 1],
    [24, 1],
    [22, 2],
    [21, 2],
    [19, 1],
    [17, 1],
    [15, 2],
    [14, 1],
    [12, 2],
    [10, 2],
    [8, 1],
    [7, 2],
    [5, 2],
    [3, 2],
    [2, 2],
    [1, 2],
  ],
  holds: {
    '97/0': {
      kind: 'complaint',
      number: 'K-17',
      reason: 'Klacht over bejegening, in behandeling bij de klachtencommissie.',
      placedBy: 'inzage2',
    },
    '33/0': {
      kind: 'report',
      number: 'PL1500 2026118037-1',
      reason: 'Aangifte bedreiging, beelden gevraagd door de verbalisant.',
      placedBy: 'inzage',
    },
    '24/0': {
      kind: 'report',
      number: 'PL1500 2026118481-1',
      reason: 'Aangifte mishandeling, beelden gevraagd door de verbalisant.',
      placedBy: 'inzage',
    },
    '15/0': {
      kind: 'complaint',
      number: 'K-44',
      reason: 'Klacht over een aanhouding, hoorzitting is gepland.',
      placedBy: 'inzage',
    },
    '10/0': {
      kind: 'report',
      number: 'PL1500 2026119073-1',
      reason: 'Aangifte belediging, beelden gevraagd door de verbalisant.',
      placedBy: 'inzage2',
    },
  },
  damaged: '14/0',
  triggers: ['threat', 'aggression', 'insult', 'bystanders'],
  notes: [
    'Omstanders gesommeerd afstand te houden.',
    'Betrokkene werd rustig na de tweede waarschuwing.',
    'Collega ter plaatse gevraagd.',
    '',
    'Aanhouding overgedragen aan de politie.',
  ],
}

export const brussels: DemoCorps = {
  name: 'Zone de démonstration',
  lawPackId: 'be-brussel-elsene',
  described: 'Belgian police zone, law pack be-brussel-elsene: after 30 days only the prosecutor opens',
  timeZone: 'Europe/Brussels',
  centre: { latitude: 50.8303, longitude: 4.3663 },
  people: [
    {
      login: 'gestion',
      name: 'Claire Fontaine',
      title: 'gestionnaire',
      roles: ['administrator'],
      shows: 'people, roles, cameras and the law; plays nothing',
    },
    {
      login: 'gestion2',
      name: 'Dirk Aerts',
      title: 'beheerder',
      roles: ['administrator'],
      shows: 'the second administrator: approves what gestion asks',
    },
    {
      login: 'archives',
      name: 'Mathilde Leroy',
      title: 'gestionnaire des enregistrements',
      roles: ['records-officer'],
      shows: 'views this week freely; week 6 asks for a decision of the prosecutor',
    },
    {
      login: 'archives2',
      name: 'Wout Hendrickx',
      title: 'opnamebeheerder',
      roles: ['records-officer'],
      shows: 'opened one for danger to life and owes the words; approves an export',
    },
    {
      login: 'agent',
      name: 'Julien Marchal',
      title: 'inspecteur',
      roles: ['enforcer'],
      shows: 'on a phone: sees that it arrived, cannot play it',
    },
    {
      login: 'agent2',
      name: 'Lien Wouters',
      title: 'inspecteur',
      roles: ['enforcer'],
      shows: 'another wearer, who sees other recordings',
    },
    {
      login: 'chef',
      name: 'Samira Benali',
      title: 'commissaire',
      roles: ['shift-lead'],
      shows: 'hands out cameras',
    },
    {
      login: 'parc',
      name: 'Geert Nijs',
      title: 'materiaalbeheer',
      roles: ['fleet-manager'],
      shows: 'cameras and docks, and no recording',
    },
    {
      login: 'enquete',
      name: 'Olivier Lambert',
      title: 'inspecteur principal',
      roles: ['investigator'],
      shows: 'sees the recordings of his own files alone',
    },
    {
      login: 'plaintes',
      name: 'An Vermeulen',
      title: 'dienst klachten',
      roles: ['complaint-handler'],
      shows: 'sees nothing: this zone names two purposes, and complaints are none',
    },
    {
      login: 'formation',
      name: 'Thomas Renard',
      title: 'formateur',
      roles: ['trainer'],
      shows: 'sees nothing: this zone does not use recordings to train',
    },
    {
      login: 'parquet',
      name: 'Isabelle Charlier',
      title: 'substitut du procureur du Roi',
      roles: ['prosecutor'],
      shows: 'a request that waits, and a decision in force',
    },
    {
      login: 'dpo',
      name: 'Koen De Smet',
      title: 'functionaris voor gegevensbescherming',
      roles: ['data-protection-officer'],
      shows: 'who watched and why; an emergency opening to judge',
    },
    {
      login: 'audit',
      name: 'Nadia El Amrani',
      title: 'auditrice',
      roles: ['auditor'],
      shows: 'reads the same figures and the log, and no recording',
    },
  ],
  cameras: [
    { label: 'BXL-201', serial: 'GTG-BXL-201', wearer: 'agent' },
    { label: 'BXL-202', serial: 'GTG-BXL-202', wearer: 'agent2' },
    { label: 'BXL-203', serial: 'GTG-BXL-203', wearer: 'agent' },
  ],
  perDay: [
    [37, 1],
    [36, 1],
    [35, 1],
    [27, 1],
    [24, 1],
    [16, 1],
    [12, 1],
    [9, 1],
    [6, 2],
    [5, 1],
    [4, 2],
    [3, 1],
    [2, 2],
    [1, 1],
  ],
  holds: {
    '37/0': {
      kind: 'report',
      number: 'BR.43.L3.004512/26',
      reason: 'Procès-verbal pour coups et blessures, enregistrement mentionné.',
      placedBy: 'archives',
    },
    '36/0': {
      kind: 'report',
      number: 'BR.43.L3.004538/26',
      reason: 'Proces-verbaal weerspannigheid, opname vermeld.',
      placedBy: 'archives2',
    },
    '35/0': {
      kind: 'judicial-procedure',
      number: '2026/JI/0187',
      reason: 'Instruction en cours, à la demande du juge d’instruction.',
      placedBy: 'archives',
    },
    '16/0': {
      kind: 'complaint',
      number: 'P-2026-31',
      reason: 'Klacht over een identiteitscontrole.',
      placedBy: 'archives2',
    },
  },
  damaged: null,
  triggers: ['risk-of-violence', 'coercion', 'public-order', 'evidence'],
  notes: [
    'Attroupement place Flagey, calme après l’avertissement.',
    'Omstaanders op afstand gehouden.',
    'Renfort demandé sur place.',
    '',
    'Bestuurlijke aanhouding, overgedragen aan het commissariaat.',
  ],
}

export const demoCorps: readonly DemoCorps[] = [theHague, brussels]
