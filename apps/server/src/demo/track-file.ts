import type { PlannedRecording } from './plan.ts'

type Carried = Readonly<{
  from: PlannedRecording['location']
  track: NonNullable<PlannedRecording['track']>
  /** By satellites: cameras may think otherwise. */
  startedAt: Date
  durationMs: number
}>
type Fix = Readonly<{ atMs: number; time: Date; latitude: number; longitude: number }>

/** A file of places, one for each second, that a camera or a receiver left beside its recording. */
export function writeTrack(carried: Carried): Uint8Array {
  return new TextEncoder().encode(writers[carried.track.format](fixesOf(carried)))
}

/** Nobody walks straight: there is a bow in it. */
function fixesOf({ from, track: { towards }, startedAt, durationMs }: Carried): Fix[] {
  return Array.from({ length: Math.floor(durationMs / 1000) + 1 }, (_, second) => {
    const share = (second * 1000) / durationMs
    const bow = 0.0002 * Math.sin(share * Math.PI)
    return {
      atMs: second * 1000,
      time: new Date(startedAt.getTime() + second * 1000),
      latitude: from.latitude + (towards.latitude - from.latitude) * share + bow,
      longitude: from.longitude + (towards.longitude - from.longitude) * share - bow,
    }
  })
}

const writers: Readonly<Record<Carried['track']['format'], (fixes: readonly Fix[]) => string>> = {
  gpx: (fixes) =>
    [
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<gpx version="1.1" creator="Synthetic receiver" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>',
      ...fixes.map(
        ({ latitude, longitude, time }) =>
          `<trkpt lat="${latitude.toFixed(6)}" lon="${longitude.toFixed(6)}"><time>${time.toISOString()}</time></trkpt>`,
      ),
      '</trkseg></trk></gpx>\n',
    ].join('\n'),
  srt: (fixes) =>
    fixes
      .map(({ atMs, latitude, longitude }, n) => {
        const clock = (ms: number) => new Date(ms).toISOString().slice(11, 23).replace('.', ',')
        const place = `[latitude: ${latitude.toFixed(6)}] [longitude: ${longitude.toFixed(6)}]`
        return `${n + 1}\n${clock(atMs)} --> ${clock(atMs + 1000)}\n${place}\n`
      })
      .join('\n'),
  nmea: (fixes) => fixes.map(sentence).join(''),
}

/** RMC of NMEA 0183: time, place, date. */
function sentence({ time, latitude, longitude }: Fix): string {
  const [on = '', at = ''] = time.toISOString().split('T')
  const [year = '', month = '', day = ''] = on.split('-')
  const degrees = (value: number, width: number): string =>
    `${String(Math.floor(value)).padStart(width, '0')}${((value % 1) * 60).toFixed(4).padStart(7, '0')}`
  const body =
    `GPRMC,${at.slice(0, 11).replaceAll(':', '')},A,${degrees(latitude, 2)},N,${degrees(longitude, 3)},E,2.7,0.0,` +
    `${day}${month}${year.slice(2)},,`
  const sum = [...body].reduce((so, letter) => so ^ (letter.codePointAt(0) ?? 0), 0)
  return `$${body}*${sum.toString(16).toUpperCase().padStart(2, '0')}\r\n`
}
