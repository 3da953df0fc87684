import type { MapRectangle } from '../together/map-shapes.ts'

/** The rectangle of `place` in the filters of the contract; null when it is none. */
export function readPlace(text: string | undefined): MapRectangle | null {
  const [west, south, east, north, ...more] = (text ?? '').split(',').map(Number)
  if (west === undefined || south === undefined || east === undefined || north === undefined || more.length > 0) {
    return null
  }
  return findPlaceProblems({ west, south, east, north }) === null ? { west, south, east, north } : null
}

export function writePlace({ west, south, east, north }: MapRectangle): string {
  // Six decimals, a tenth of a metre, and never an exponent.
  return [west, south, east, north].map((degrees) => degrees.toFixed(6).replace(/\.?0+$/, '')).join(',')
}

/** What somebody typed in a field of degrees; a comma is as good as a point. Not a number: NaN. */
export function readDegrees(typed: string): number {
  const text = typed.trim().replace(',', '.').replace('−', '-')
  return /^[+-]?\d{1,3}(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
}

type Problem = 'longitudeWrong' | 'latitudeWrong' | 'eastWrong' | 'northWrong'
export type PlaceProblems = Readonly<Partial<Record<keyof MapRectangle, Problem>>>

/** What is wrong with which bound; null when it is a rectangle. */
export function findPlaceProblems({ west, south, east, north }: MapRectangle): PlaceProblems | null {
  const isWithin = (degrees: number, most: number) => Math.abs(degrees) <= most
  const problems: { -readonly [Side in keyof MapRectangle]?: Problem } = {}
  if (!isWithin(west, 180)) problems.west = 'longitudeWrong'
  if (!isWithin(east, 180)) problems.east = 'longitudeWrong'
  else if (east <= west) problems.east = 'eastWrong'
  if (!isWithin(south, 90)) problems.south = 'latitudeWrong'
  if (!isWithin(north, 90)) problems.north = 'latitudeWrong'
  else if (north <= south) problems.north = 'northWrong'
  return Object.keys(problems).length === 0 ? null : problems
}
