import { z } from 'zod'
import { type Fix, maxFixes, toTime } from './track.ts'

/** The trail that an Axis body-worn system stores beside the clips of a recording. */
const trail = z.object({
  CoordinateEntries: z
    .array(
      z.object({
        LocationWKT: z.string().max(100),
        SecondsFromStart: z.number().optional(),
        Timestamp: z.string().max(40).optional(),
      }),
    )
    .max(maxFixes),
})

/**
 * Places at seconds from the start of the recording, with the time of each. Those seconds count from the first of its
 * clips, so in a later one the time is what is gone by: it is taken wherever it is there.
 */
export function readAxisGnss(text: string): Fix[] {
  return trail.parse(JSON.parse(text)).CoordinateEntries.map(({ LocationWKT, SecondsFromStart, Timestamp }) => {
    const [, longitude, latitude] =
      /^\s?POINT\s?\(\s?(-?\d{1,3}(?:\.\d{1,16})?)\s(-?\d{1,3}(?:\.\d{1,16})?)\s?\)\s?$/i.exec(LocationWKT) ?? []
    const time = Timestamp === undefined ? undefined : toTime(Date.parse(Timestamp))
    return {
      latitude: Number(latitude),
      longitude: Number(longitude),
      ...(time === undefined
        ? { atMs: SecondsFromStart === undefined ? undefined : SecondsFromStart * 1000 }
        : { time }),
    }
  })
}
