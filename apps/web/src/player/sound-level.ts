/** The loudest that a file can hold. */
const fullLevel = 255

/** How far below the loudest that a file can hold a level is, in decibels: 0 or less. Silence is null. */
export function decibelsOf(level: number): number | null {
  return level <= 0 ? null : 20 * Math.log10(level / fullLevel)
}

/** The least that a level can tell, and the foot of the scale. */
const leastDecibels = -48

/**
 * How high a level is drawn, 0 to 1. By decibels, as one hears: the same scale for every recording, so that speech shows
 * beside a shout, and two recordings can be held side by side.
 */
export function heightOfLevel(level: number): number {
  const decibels = decibelsOf(level)
  return decibels === null ? 0 : Math.max(0, 1 - decibels / leastDecibels)
}

/** The same on a plain scale, where half of the loudest is half as high. */
export function plainHeightOfLevel(level: number): number {
  return level / fullLevel
}

/** The level at a moment of a recording that the levels divide into stretches of equal length; null beyond its end. */
export function levelAt(levels: Uint8Array, atMs: number, durationMs: number): number | null {
  return levels[Math.floor((atMs / Math.max(1, durationMs)) * levels.length)] ?? null
}
