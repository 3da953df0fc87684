import type { RecordingId } from '@getuige/base'
import { type RawBuilder, sql, type SqlBool } from 'kysely'
import type { Tx } from '#platform/database'

declare module '#platform/database' {
  interface Tables {
    recording_place: { recording_id: string; corps_id: string; latitudes: number[]; longitudes: number[] }
    recording_cell: { corps_id: string; cell: number; recorded_at: Date; recording_id: string }
  }
}

export type Point = Readonly<{ latitude: number; longitude: number }>

/** Places are kept in ten-thousandths of a degree, some 11 m: whoever asks for less finds what is that near. */
const unitsPerDegree = 10_000
/** Beyond so many, a track is thinned. */
const mostPoints = 20_000

/** Squares to a degree, finest first: of some 100 m, 870 m, 14 km and 220 km. */
const levels = [1024, 128, 8, 0.5] as const
const rowBase = 2 ** 22
const levelBase = 2 ** 44

/** A square of a level, as one number. */
function cellAt(level: number, row: number, column: number): number {
  return level * levelBase + row * rowBase + column
}

/** Which row or column of squares a place lies in, counted from the south pole and from 180° west. */
const rowOf = (level: number, latitude: number) => Math.floor((latitude + 90) * (levels[level] ?? 1))
const columnOf = (level: number, longitude: number) => Math.floor((longitude + 180) * (levels[level] ?? 1))

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

/** Bounds in units, both ends within. */
type Bounds = Readonly<{ south: number; north: number; west: number; east: number }>

const halfTurn = 180 * unitsPerDegree
const wholeTurn = 2 * halfTurn

/**
 * A rectangle as the filters write it: west, south, east, north, in degrees. One that goes round the back of the world is
 * two. Undefined where it is none.
 */
export function parseRectangle(text: string): readonly Bounds[] | undefined {
  const [west, south, east, north, ...rest] = text.split(',').map(Number)
  if (west === undefined || south === undefined || east === undefined || north === undefined) return undefined
  if (rest.length > 0 || ![west, south, east, north].every(Number.isFinite) || south > north) return undefined
  // What touches the square of half a unit around a place touches the place.
  const low = (degrees: number) => Math.ceil(Number((degrees * unitsPerDegree - 0.5).toFixed(3)))
  const high = (degrees: number) => Math.floor(Number((degrees * unitsPerDegree + 0.5).toFixed(3)))
  const between = {
    south: Math.max(low(south), -90 * unitsPerDegree),
    north: Math.min(high(north), 90 * unitsPerDegree),
  }
  const span = high(east < west ? east + 360 : east) - low(west)
  if (span >= wholeTurn) return [{ ...between, west: -halfTurn, east: halfTurn - 1 }]
  const [from, to] = [aroundOnce(low(west)), aroundOnce(high(east))]
  if (from <= to) return [{ ...between, west: from, east: to }]
  return [
    { ...between, west: from, east: halfTurn - 1 },
    { ...between, west: -halfTurn, east: to },
  ]
}

const aroundOnce = (units: number) => ((((units + halfTurn) % wholeTurn) + wholeTurn) % wholeTurn) - halfTurn

/** So many squares are looked through in one go. */
const mostCells = 64

/**
 * The squares that cover these bounds, of the finest size of which there are few; undefined where even of the widest
 * there are many.
 */
export function cellsOver(bounds: readonly Bounds[]): readonly number[] | undefined {
  for (const level of levels.keys()) {
    const spans = bounds.map((one) => spanOf(level, one))
    const count = spans.reduce(
      (sum, { rows, columns }) => sum + (rows[1] - rows[0] + 1) * (columns[1] - columns[0] + 1),
      0,
    )
    if (count > mostCells) continue
    return spans.flatMap(({ rows, columns }) =>
      upTo(rows).flatMap((row) => upTo(columns).map((column) => cellAt(level, row, column))),
    )
  }
  return undefined
}

type Span = readonly [first: number, last: number]

function spanOf(level: number, { south, north, west, east }: Bounds): { rows: Span; columns: Span } {
  return {
    rows: [rowOf(level, south / unitsPerDegree), rowOf(level, north / unitsPerDegree)],
    columns: [columnOf(level, west / unitsPerDegree), columnOf(level, east / unitsPerDegree)],
  }
}

const upTo = ([first, last]: Span): number[] => Array.from({ length: last - first + 1 }, (_nothing, i) => first + i)

/** A condition on rows of `recording`: it was made within these bounds, or came through them. */
export function isWithin(bounds: readonly Bounds[]): RawBuilder<SqlBool> {
  const any = bounds.map(
    ({ south, north, west, east }) =>
      sql`(at.latitude between ${south} and ${north} and at.longitude between ${west} and ${east})`,
  )
  return sql<SqlBool>`exists (select from recording_place p
    where p.recording_id = recording.id and exists (
      select from unnest(p.latitudes, p.longitudes) as at (latitude, longitude) where ${sql.join(any, sql` or `)}))`
}
