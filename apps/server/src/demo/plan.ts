import { addPeriod, type Day, dayOf, startOfDay } from '@getuige/base'
import { type Clip, clips } from './clips/clips.ts'
import type { DemoCorps, DemoHold } from './corps.ts'
import { startOfClip } from './personalise-clip.ts'

export type PlannedRecording = Readonly<{
  /** `DAYS-AGO/WHICH`, as the story names it. */
  key: string
  clip: Clip
  camera: number
  recordedOn: Day
  handedOverAt: Date
  location: Readonly<{ latitude: number; longitude: number }>
  /** What befell the file, or in what it was written instead of MP4. */
  file: 'whole' | 'without-index' | 'cut-short' | 'matroska'
  /** Beside the file: where the camera was carried, from `location` on, and in which form it says so. */
  track: Readonly<{ format: 'gpx' | 'nmea' | 'srt'; towards: Readonly<{ latitude: number; longitude: number }> }> | null
  /** What its clock was ahead when the dock looked. */
  clockAheadMs: number
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
  const clip = daysAgo === 28 ? earliestClips[n % earliestClips.length] : clips[(n * 7 + daysAgo) % clips.length]
  if (clip === undefined) throw new Error('there are no clips')
  const startsAt = startOfClip(clip, recordedOn, timeZone)
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
    file: key === corps.damaged ? 'without-index' : 'whole',
    track: null,
    clockAheadMs: 0,
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

const earliestClips = clips.toSorted((a, b) => (a.startsAt < b.startsAt ? -1 : 1)).slice(0, 4)
