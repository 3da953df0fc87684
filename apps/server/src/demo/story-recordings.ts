import type { Day } from '@getuige/base'
import { clips, type Clip, storyClips } from './clips/clips.ts'
import { brussels, type DemoCorps, theHague } from './corps.ts'
import { startOfClip } from './personalise-clip.ts'
import { daysBefore, type PlannedRecording } from './plan.ts'

type Told = Pick<PlannedRecording, 'camera' | 'location'> & Partial<PlannedRecording> & Readonly<{ daysAgo: number }>

/**
 * What there is to see beside the many: an event that three cameras filmed, one recording that its camera cut in three,
 * files that browsers do not play and files that were damaged.
 */
export function planStory(corps: DemoCorps, today: Day): PlannedRecording[] {
  const warned = (laterSeconds: number): PlannedRecording['activation'] => ({
    warnedSecondsBefore: [38 + laterSeconds, 12 + laterSeconds],
    exception: null,
    trigger: corps.triggers[0] ?? '',
    effect: 'calmed',
    note: corps.notes[0] ?? '',
  })
  const plan = (name: string, clip: Clip | undefined, { daysAgo, ...told }: Told): PlannedRecording => {
    if (clip === undefined) throw new Error('there are too few clips')
    const recordedOn = daysBefore(today, daysAgo, corps.timeZone)
    const startedAt = startOfClip(clip, recordedOn, corps.timeZone)
    return {
      key: `${daysAgo}/${name}`,
      clip,
      recordedOn,
      handedOverAt: new Date(startedAt.getTime() + 3_600_000),
      file: 'whole',
      track: null,
      clockAheadMs: 0,
      activation: warned(0),
      hold: null,
      ...told,
    }
  }
  if (corps === theHague) {
    const spuiplein = { latitude: 52.0773, longitude: 4.3163 }
    const cut = [storyClips['cut-1'], storyClips['cut-2'], storyClips['cut-3']]
    return [
      plan('first', storyClips['event-first'], {
        daysAgo: 1,
        camera: 0,
        location: { latitude: 52.0765, longitude: 4.3148 },
        track: { format: 'gpx', towards: spuiplein },
      }),
      plan('ahead', storyClips['event-ahead'], {
        daysAgo: 1,
        camera: 1,
        location: { latitude: 52.0781, longitude: 4.3175 },
        track: { format: 'srt', towards: spuiplein },
        clockAheadMs: 7200,
      }),
      plan('third', storyClips['event-third'], {
        daysAgo: 1,
        camera: 2,
        location: { latitude: 52.0779, longitude: 4.3146 },
        track: { format: 'nmea', towards: spuiplein },
      }),
      ...cut.map((clip, piece) =>
        plan(`cut-${piece + 1}`, clip, {
          daysAgo: 1,
          camera: 3,
          location: { latitude: 52.0748 + piece * 0.0002, longitude: 4.3092 + piece * 0.0003 },
          // Warned once, before the first: each begins eleven seconds after the one before.
          activation: warned(piece * 11),
        }),
      ),
      plan('matroska', clips[8], { daysAgo: 2, camera: 4, location: spuiplein, file: 'matroska' }),
      plan('hevc', storyClips.hevc, { daysAgo: 2, camera: 5, location: { latitude: 52.0811, longitude: 4.3115 } }),
      plan('short', clips[12], { daysAgo: 3, camera: 2, location: spuiplein, file: 'cut-short' }),
    ]
  }
  if (corps === brussels) {
    const flagey = { latitude: 50.8277, longitude: 4.3722 }
    return [
      plan('matroska', clips[10], {
        daysAgo: 2,
        camera: 1,
        location: { latitude: 50.8289, longitude: 4.3705 },
        file: 'matroska',
        track: { format: 'gpx', towards: flagey },
      }),
    ]
  }
  throw new Error(`nothing is told of ${corps.name}`)
}
