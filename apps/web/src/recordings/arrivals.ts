/**
 * How far to scroll so that the row a person looks at stays where it was, after rows came or went above it. Zero when
 * that row is gone, and at the very top, where what is new is meant to show.
 */
export function scrollShift(
  before: readonly string[],
  after: readonly string[],
  scrollTopPx: number,
  rowHeightPx: number,
): number {
  if (scrollTopPx <= 0) return 0
  const firstVisible = before[Math.floor(scrollTopPx / rowHeightPx)]
  if (firstVisible === undefined) return 0
  const index = after.indexOf(firstVisible)
  return index === -1 ? 0 : (index - before.indexOf(firstVisible)) * rowHeightPx
}

/** How many rows stand before the one that came first until now: the arrivals. */
export function countArrivals(before: readonly string[], after: readonly string[]): number {
  const [first] = before
  return first === undefined ? 0 : Math.max(after.indexOf(first), 0)
}
