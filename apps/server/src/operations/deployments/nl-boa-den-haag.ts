import type { Words } from '@getuige/base'
import type { LawKey } from '@getuige/law'
import type { LawPack, LawRule } from './law-pack.ts'

const municipality: Words = {
  nl: 'Gemeente Den Haag, inzet bodycams handhaving (2021)',
  fr: 'Commune de La Haye, usage des bodycams par les agents (2021)',
  de: 'Gemeinde Den Haag, Einsatz von Bodycams im Ordnungsdienst (2021)',
  en: 'Municipality of The Hague, use of bodycams by enforcement (2021)',
}

const keep28: LawRule = {
  id: 'NL-DH-1',
  label: {
    nl: 'Opnamen worden 28 dagen bewaard en daarna automatisch gewist, tenzij ze nodig zijn voor een proces-verbaal of een klacht.',
    fr: 'Les enregistrements sont conservés 28 jours puis effacés automatiquement, sauf s’ils sont nécessaires à un procès-verbal ou à une plainte.',
    de: 'Aufzeichnungen werden 28 Tage aufbewahrt und danach automatisch gelöscht, außer sie werden für ein Protokoll oder eine Beschwerde gebraucht.',
    en: 'Recordings are kept for 28 days and then erased automatically, unless they are needed for a report or a complaint.',
  },
  source: municipality,
  confidence: 'H',
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
  confidence: 'H',
}
const notOnTheSpot: LawRule = {
  id: 'NL-DH-3',
  label: {
    nl: 'De drager kan opnamen niet bekijken of wissen; alleen aangewezen medewerkers kijken terug.',
    fr: 'Le porteur ne peut ni visionner ni effacer les enregistrements ; seuls les agents désignés les visionnent.',
    de: 'Die tragende Person kann Aufzeichnungen weder ansehen noch löschen; nur benannte Personen sehen sie ein.',
    en: 'The wearer can neither view nor erase recordings; only designated staff view them.',
  },
  source: municipality,
  confidence: 'H',
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
  confidence: 'H',
}
const everyAccessLogged: LawRule = {
  id: 'NL-DH-5',
  label: {
    nl: 'Elke raadpleging, verstrekking, wijziging en wissing wordt vastgelegd: wie, wanneer, waarvoor.',
    fr: 'Chaque consultation, communication, modification et effacement est journalisé : qui, quand, pourquoi.',
    de: 'Jede Einsicht, Weitergabe, Änderung und Löschung wird protokolliert: wer, wann, wozu.',
    en: 'Every viewing, disclosure, change and erasure is recorded: who, when, what for.',
  },
  source: {
    nl: 'Wet politiegegevens art. 32a; richtlijn (EU) 2016/680 art. 25',
    fr: 'Wet politiegegevens art. 32a ; directive (UE) 2016/680 art. 25',
    de: 'Wet politiegegevens Art. 32a; Richtlinie (EU) 2016/680 Art. 25',
    en: 'Wet politiegegevens art. 32a; directive (EU) 2016/680 art. 25',
  },
  confidence: 'M',
}

/**
 * Municipal enforcers of The Hague.
 * @law docs/law/nl-boa-den-haag.md
 */
export const nlBoaDenHaag: LawPack = {
  id: 'nl-boa-den-haag',
  key: 'nl-boa-den-haag@1' as LawKey,
  version: 1,
  since: '2021-01-01',
  status: 'draft',
  label: {
    nl: 'Den Haag, boa’s: twee waarschuwingen, 28 dagen',
    fr: 'La Haye, agents communaux : deux avertissements, 28 jours',
    de: 'Den Haag, kommunaler Ordnungsdienst: zwei Warnungen, 28 Tage',
    en: 'The Hague, municipal enforcers: two warnings, 28 days',
  },
  timeZone: 'Europe/Amsterdam',
  rules: [twoWarnings, keep28, notOnTheSpot, twoPurposes, everyAccessLogged],
  retention: { keepFor: { days: 28 }, ruleId: keep28.id },
  activation: {
    warnings: 2,
    ruleId: twoWarnings.id,
    exceptions: [
      {
        id: 'immediate-danger',
        label: {
          nl: 'Onmiddellijk gevaar: er was geen tijd om te waarschuwen',
          fr: 'Danger immédiat : pas le temps d’avertir',
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
  },
  access: {
    acts: {
      view: { roles: ['records-officer'], onlyOwn: false, rule: notOnTheSpot },
      'place-hold': { roles: ['records-officer'], onlyOwn: false, rule: twoPurposes },
      'lift-hold': { roles: ['records-officer'], onlyOwn: false, rule: twoPurposes },
      export: { roles: ['records-officer'], onlyOwn: false, rule: twoPurposes },
      'complete-activation': { roles: ['enforcer'], onlyOwn: true, rule: twoWarnings },
    },
    purposes: [
      {
        id: 'report',
        label: {
          nl: 'Proces-verbaal of aangifte',
          fr: 'Procès-verbal',
          de: 'Protokoll oder Strafanzeige',
          en: 'Report',
        },
        legalBasis: {
          nl: 'Gebruik voor een proces-verbaal of aangifte (NL-DH-4)',
          fr: 'Usage pour un procès-verbal (NL-DH-4)',
          de: 'Verwendung für ein Protokoll oder eine Strafanzeige (NL-DH-4)',
          en: 'Use for a report (NL-DH-4)',
        },
        asksReference: true,
        roles: ['records-officer'],
        rule: twoPurposes,
      },
      {
        id: 'complaint',
        label: { nl: 'Klacht', fr: 'Plainte', de: 'Beschwerde', en: 'Complaint' },
        legalBasis: {
          nl: 'Behandeling van een klacht (NL-DH-4; Awb hoofdstuk 9)',
          fr: 'Traitement d’une plainte (NL-DH-4 ; Awb chapitre 9)',
          de: 'Bearbeitung einer Beschwerde (NL-DH-4; Awb Kapitel 9)',
          en: 'Handling of a complaint (NL-DH-4; Awb chapter 9)',
        },
        asksReference: true,
        roles: ['records-officer'],
        rule: twoPurposes,
      },
    ],
  },
}
