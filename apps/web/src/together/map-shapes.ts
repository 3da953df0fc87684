export type MapPlace = Readonly<{ latitude: number; longitude: number }>

/** In degrees; `west` is less than `east`. */
export type MapRectangle = Readonly<{ west: number; south: number; east: number; north: number }>

/** `mark` is what stands in the dot, a letter or digit; `colour` any CSS colour. */
export type MapDot = MapPlace &
  Readonly<{ id: string; label: string; mark?: string; colour?: string; isFaint?: boolean }>

export type MapLine = Readonly<{ id: string; places: readonly MapPlace[]; colour?: string }>

export type MapViewProps = Readonly<{
  /** What the map shows, in words. What is on it must stand beside it as text as well. */
  label: string
  dots?: readonly MapDot[]
  lines?: readonly MapLine[]
  /** Shown when it changes; else everything that is on the map, or the corps' part of the world. */
  bounds?: MapRectangle | undefined
  rectangle?: MapRectangle | null
  /** With it a rectangle can be drawn, taken from the view, and taken away. */
  onRectangle?: (rectangle: MapRectangle | null) => void
  onDot?: (id: string) => void
  className?: string | undefined
}>

/** The least rectangle with all of these in it; undefined when there are none. */
export function boundsOf(places: readonly MapPlace[]): MapRectangle | undefined {
  if (places.length === 0) return undefined
  const within = { west: 180, south: 90, east: -180, north: -90 }
  for (const { latitude, longitude } of places) {
    within.west = Math.min(within.west, longitude)
    within.east = Math.max(within.east, longitude)
    within.south = Math.min(within.south, latitude)
    within.north = Math.max(within.north, latitude)
  }
  return within
}

/** Between two corners, in any order, as far as degrees go; a tenth of a metre is exact enough. */
export function rectangleBetween(one: MapPlace, other: MapPlace): MapRectangle {
  const bounds = boundsOf([one, other]) ?? { west: 0, south: 0, east: 0, north: 0 }
  const within = (value: number, most: number) => Number(Math.min(most, Math.max(-most, value)).toFixed(6))
  return {
    west: within(bounds.west, 180),
    south: within(bounds.south, 90),
    east: within(bounds.east, 180),
    north: within(bounds.north, 90),
  }
}
