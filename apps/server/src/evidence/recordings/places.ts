import type { RecordingId } from '@getuige/base'
import { sql } from 'kysely'
import type { Tx } from '#platform/database'

declare module '#platform/database' {
  interface Tables {
    recording_place: { recording_id: string; corps_id: string; latitudes: number[]; longitudes: number[] }
    recording_cell: { corps_id: string; cell: number; recorded_at: Date; recording_id: string }
  }
}

export type Point = Readonly<{ latitude: number; longitude: number }>
/** West may lie east of east: then it crosses the meridian of 180°. */
export type Rectangle = Readonly<{ west: number; south: number; east: number; north: number }>

/** Places are kept in ten-thousandths of a degree, some 11 m: whoever asks for less finds what is that near. */
export const unitsPerDegree = 10_000
/** Beyond so many, a track is thinned. */
const mostPoints = 20_000

/** Squares to a degree, finest first: of some 100 m, 870 m, 14 km and 220 km. */
export const levels = [1024, 128, 8, 0.5] as const
const rowBase = 2 ** 22
const levelBase = 2 ** 44

/** A square of a level, as one number. */
export function cellAt(level: number, row: number, column: number): number {
  return level * levelBase + row * rowBase + column
}

/** Which row or column of squares a place lies in, counted from the south pole and from 180° west. */
export const rowOf = (level: number, latitude: number) => Math.floor((latitude + 90) * (levels[level] ?? 1))
export const columnOf = (level: number, longitude: number) => Math.floor((longitude + 180) * (levels[level] ?? 1))

const units = (degrees: number) => Math.round(degrees * unitsPerDegree)
const inDegrees = ({ latitude, longitude }: Point): Point => ({
  latitude: latitude / unitsPerDegree,
  longitude: longitude / unitsPerDegree,
})

/** Every square of every level that one of these points lies in. */
function cellsOf(places: readonly Point[]): number[] {
  const cells = new Set<number>()
  for (const level of levels.keys()) {
    for (const { latitude, longitude } of places) {
      cells.add(cellAt(level, rowOf(level, latitude), columnOf(level, longitude)))
    }
  }
  return [...cells]
}

/** Each place once, as exactly as it is kept, and only what lies on earth. */
function distinctPlaces(points: readonly Point[]): Point[] {
  const known = new Map<string, Point>()
  for (const { latitude, longitude } of points) {
    if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) continue
    // The same meridian has two names.
    const east = units(longitude) === 180 * unitsPerDegree ? -180 * unitsPerDegree : units(longitude)
    known.set(`${units(latitude)},${east}`, { latitude: units(latitude), longitude: east })
  }
  const every = Math.ceil(known.size / mostPoints)
  return [...known.values()].filter((_place, i) => i % every === 0)
}

/** Where a recording was made, instead of what was told before; no points: nowhere that is known. As for `tellTerms`. */
export async function tellPlaces(tx: Tx, recordingId: RecordingId, points: readonly Point[]): Promise<void> {
  await forgetPlaces(tx, [recordingId])
  const places = distinctPlaces(points)
  if (places.length === 0) return
  const [latitudes, longitudes] = [places.map(({ latitude }) => latitude), places.map(({ longitude }) => longitude)]
  await sql`insert into recording_place (recording_id, corps_id, latitudes, longitudes)
    select id, corps_id, ${latitudes}::int[], ${longitudes}::int[] from recording where id = ${recordingId}`.execute(tx)
  await sql`insert into recording_cell (corps_id, cell, recorded_at, recording_id)
    select r.corps_id, its.cell, r.recorded_at, r.id
    from recording r cross join unnest(${cellsOf(places.map(inDegrees))}::bigint[]) as its (cell)
    where r.id = ${recordingId}`.execute(tx)
}

/** In the transaction that erases these recordings, or tells another place. */
export async function forgetPlaces(tx: Tx, recordingIds: readonly RecordingId[]): Promise<void> {
  await sql`delete from recording_untold
    where recording_id = any(${recordingIds}::text[]) and source = 'place'`.execute(tx)
  const { rows } = await sql<{ id: RecordingId; latitudes: number[]; longitudes: number[] }>`
    delete from recording_place where recording_id = any(${recordingIds}::text[])
    returning recording_id as id, latitudes, longitudes`.execute(tx)
  const touched = rows.flatMap(({ id, latitudes, longitudes }) =>
    cellsOf(latitudes.map((latitude, i) => inDegrees({ latitude, longitude: longitudes[i] ?? 0 }))).map((cell) => ({
      id,
      cell,
    })),
  )
  if (touched.length === 0) return
  await sql`delete from recording_cell c
    using recording r, unnest(${touched.map(({ id }) => id)}::text[], ${touched.map(({ cell }) => cell)}::bigint[]) as its (id, cell)
    where r.id = its.id and c.corps_id = r.corps_id and c.cell = its.cell
      and c.recorded_at = r.recorded_at and c.recording_id = r.id`.execute(tx)
}
