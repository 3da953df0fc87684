import { addPeriod, type Day, dayOf, instantOf, startOfDay } from '@getuige/base'
import { clips } from './clips/clips.ts'
import type { DemoCorps, DemoHold } from './corps.ts'

export type PlannedRecording = Readonly<{
  /** `DAYS-AGO/WHICH`, as the story names it. */
  key: string
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
  hold: DemoHold | null
}>

export const daysBefore = (today: Day, days: number, timeZone: string): Day =>
  dayOf(addPeriod(startOfDay(today, timeZone), { days: -days }, timeZone), timeZone)

const effects = ['calmed', 'calmed', 'unchanged', 'escalated', 'calmed'] as const

/** The same plan for the same day, oldest recording first. */
export function planRecordings(corps: DemoCorps, today: Day): PlannedRecording[] {
  const planned: PlannedRecording[] = []
  for (const [daysAgo, count] of corps.perDay) {
    for (let i = 0; i < count; i += 1) planned.push(planOne(corps, planned.length, today, [daysAgo, i]))
  }
  return planned
}

function planOne(
  corps: DemoCorps,
  n: number,
  today: Day,
  [daysAgo, which]: readonly [daysAgo: number, which: number],
): PlannedRecording {
  const { timeZone, centre, triggers, notes } = corps
  const recordedOn = daysBefore(today, daysAgo, timeZone)
  // What is due today must have been recorded early enough on its day to be due by now: the clips before breakfast.
  const clip = daysAgo === 28 ? (earliestClips[n % earliestClips.length] ?? 0) : (n * 7 + daysAgo) % clips.length
  const startsAt = instantOf(recordedOn, clips[clip]?.startsAt ?? '12:00:00', timeZone)
  const isMissing = n % 7 === 3
  const hasException = n % 9 === 4
  const key = `${daysAgo}/${which}`
  return {
    key,
    clip,
    camera: n % corps.cameras.length,
    recordedOn,
    handedOverAt: new Date(startsAt.getTime() + 3_600_000 * (1 + (n % 5))),
    location: {
      latitude: centre.latitude + ((n * 37) % 100) / 4000,
      longitude: centre.longitude + ((n * 53) % 100) / 3000,
    },
    isDamaged: key === corps.damaged,
    activation: isMissing
      ? null
      : {
          warnedSecondsBefore: hasException ? [] : [31 + (n % 20), 9 + (n % 6)],
          exception: hasException ? 'immediate-danger' : null,
          trigger: triggers[n % triggers.length] ?? '',
          effect: effects[n % effects.length] ?? 'calmed',
          note: notes[n % notes.length] ?? '',
        },
    hold: corps.holds[key] ?? null,
  }
}

const earliestClips = clips
  .map((clip, i) => ({ i, startsAt: clip.startsAt }))
  .toSorted((a, b) => (a.startsAt < b.startsAt ? -1 : 1))
  .slice(0, 4)
  .map(({ i }) => i)
