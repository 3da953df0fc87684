import { addPeriod, type Day, dayOf, instantOf, type Role, startOfDay } from '@getuige/base'
import { clips } from './clips/clips.ts'

export const corpsName = 'Demonstratie Handhaving'
export const lawPackId = 'nl-boa-den-haag'
export const timeZone = 'Europe/Amsterdam'

type DemoPerson = Readonly<{ login: string; name: string; title: string; roles: readonly Role[] }>

/** Invented people; the administrator first. */
export const people: readonly [DemoPerson, ...DemoPerson[]] = [
  { login: 'beheer', name: 'Noor de Wit', title: 'beheerder', roles: ['administrator'] },
  { login: 'inzage', name: 'Amina Peeters', title: 'medewerker beeldmateriaal', roles: ['records-officer'] },
  { login: 'boa', name: 'Joris Vermeer', title: 'handhaver', roles: ['enforcer'] },
  { login: 'boa2', name: 'Sanne Bakker', title: 'handhaver', roles: ['enforcer'] },
  { login: 'boa3', name: 'Emre Yıldız', title: 'handhaver', roles: ['enforcer'] },
  { login: 'beheer2', name: 'Pieter Maes', title: 'beheerder', roles: ['administrator'] },
  { login: 'inzage2', name: 'Lotte Smit', title: 'medewerker beeldmateriaal', roles: ['records-officer'] },
  { login: 'leiding', name: 'Karim Haddad', title: 'teamleider', roles: ['shift-lead', 'enforcer'] },
  { login: 'techniek', name: 'Ilse Claes', title: 'beheerder camera’s', roles: ['fleet-manager'] },
  { login: 'recherche', name: 'Bram Visser', title: 'rechercheur', roles: ['investigator'] },
  { login: 'klachten', name: 'Fatima Jansen', title: 'klachtbehandelaar', roles: ['complaint-handler'] },
  { login: 'opleiding', name: 'Tom Willems', title: 'opleider', roles: ['trainer'] },
  { login: 'om', name: 'Hanna Koster', title: 'officier van justitie', roles: ['prosecutor'] },
  { login: 'fg', name: 'Yara Dubois', title: 'functionaris gegevensbescherming', roles: ['data-protection-officer'] },
  { login: 'toezicht', name: 'Ruud Bos', title: 'auditor', roles: ['auditor'] },
]

export const cameras = [
  { label: 'VB-011', serial: 'GTG-VB-011', wearer: 'boa' },
  { label: 'VB-012', serial: 'GTG-VB-012', wearer: 'boa2' },
  { label: 'VB-013', serial: 'GTG-VB-013', wearer: 'boa3' },
  { label: 'VB-014', serial: 'GTG-VB-014', wearer: 'boa' },
  { label: 'VB-015', serial: 'GTG-VB-015', wearer: 'boa2' },
  { label: 'VB-016', serial: 'GTG-VB-016', wearer: 'boa3' },
] as const

export type PlannedRecording = Readonly<{
  clip: number
  camera: number
  recordedOn: Day
  handedOverAt: Date
  location: Readonly<{ latitude: number; longitude: number }>
  isDamaged: boolean
  activation: Readonly<{
    /** One number a warning that was given. */
    warnedSecondsBefore: readonly number[]
    exception: string | null
    trigger: string
    effect: 'calmed' | 'unchanged' | 'escalated'
    note: string
  }> | null
  hold: Readonly<{ kind: 'report' | 'complaint'; number: string; reason: string }> | null
}>

// Days before today and how many recordings of each: 42 over 35 days, four of them due today.
const perDay: readonly (readonly [daysAgo: number, count: number])[] = [
  [35, 1],
  [33, 2],
  [31, 1],
  [30, 2],
  [28, 4],
  [27, 1],
  [26, 2],
  [24, 1],
  [23, 2],
  [21, 3],
  [19, 1],
  [17, 2],
  [15, 2],
  [14, 1],
  [12, 3],
  [10, 2],
  [8, 1],
  [7, 3],
  [5, 2],
  [3, 2],
  [2, 2],
  [1, 2],
]

const triggers = ['threat', 'aggression', 'insult', 'bystanders'] as const
const effects = ['calmed', 'calmed', 'unchanged', 'escalated', 'calmed'] as const
const notes = [
  'Omstanders gesommeerd afstand te houden.',
  'Betrokkene werd rustig na de tweede waarschuwing.',
  'Collega ter plaatse gevraagd.',
  '',
  'Aanhouding overgedragen aan de politie.',
] as const

/** The same plan for the same day, oldest recording first. */
export function planRecordings(today: Day): PlannedRecording[] {
  const planned: PlannedRecording[] = []
  for (const [daysAgo, count] of perDay) {
    const recordedOn = dayOf(addPeriod(startOfDay(today, timeZone), { days: -daysAgo }, timeZone), timeZone)
    for (let i = 0; i < count; i += 1) planned.push(planOne(planned.length, recordedOn, daysAgo))
  }
  return planned.toSorted((a, b) => a.handedOverAt.getTime() - b.handedOverAt.getTime())
}

function planOne(n: number, recordedOn: Day, daysAgo: number): PlannedRecording {
  // What is due today must have been recorded early enough on its day to be due by now: the clips before breakfast.
  const clip = daysAgo === 28 ? (earliestClips[n % earliestClips.length] ?? 0) : (n * 7) % clips.length
  const startsAt = instantOf(recordedOn, clips[clip]?.startsAt ?? '12:00:00', timeZone)
  const isMissing = n % 7 === 3
  const hasException = n % 9 === 4
  return {
    clip,
    camera: n % cameras.length,
    recordedOn,
    handedOverAt: new Date(startsAt.getTime() + 3_600_000 * (1 + (n % 5))),
    location: { latitude: 52.0705 + ((n * 37) % 100) / 4000, longitude: 4.3007 + ((n * 53) % 100) / 3000 },
    isDamaged: n === 22,
    activation: isMissing
      ? null
      : {
          warnedSecondsBefore: hasException ? [] : [31 + (n % 20), 9 + (n % 6)],
          exception: hasException ? 'immediate-danger' : null,
          trigger: triggers[n % triggers.length] ?? 'threat',
          effect: effects[n % effects.length] ?? 'calmed',
          note: notes[n % notes.length] ?? '',
        },
    hold: holdFor(n),
  }
}

const earliestClips = clips
  .map((clip, i) => ({ i, startsAt: clip.startsAt }))
  .toSorted((a, b) => (a.startsAt < b.startsAt ? -1 : 1))
  .slice(0, 4)
  .map(({ i }) => i)

function holdFor(n: number): PlannedRecording['hold'] {
  if (n === 1 || n === 13 || n === 29) {
    return {
      kind: 'report',
      number: `PL1500 2026${String(118_000 + n * 37)}-1`,
      reason: 'Aangifte bedreiging, beelden gevraagd door de verbalisant.',
    }
  }
  if (n === 4 || n === 20) {
    return {
      kind: 'complaint',
      number: `K-2026-${String(40 + n)}`,
      reason: 'Klacht over bejegening, in behandeling bij de klachtencommissie.',
    }
  }
  return null
}
