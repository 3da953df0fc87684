/**
 * Frames have times of their own, and only the frame on screen tells what its time is: a step asks for a moment and looks
 * which frame came. All times in seconds, as media have them.
 */
export type ShowFrame = (moment: number) => Promise<number>

/** Less than any frame lasts, and more than browsers round by. */
const hairS = 0.0005
/** Some containers count in milliseconds. */
const roundedByS = 0.0015
/** For the first try where no rate is known. */
const usualS = 1 / 30
const longestS = 30

/** Shows the frame before the one at `shownS`; at the first, that one again. Answers the time of what is shown. */
export async function showFrameBefore(shownS: number, show: ShowFrame): Promise<number> {
  return shownS <= hairS ? shownS : show(shownS - hairS)
}

/**
 * Shows the frame after the one at `shownS`; at the last, that one again. With a fixed rate the moment is known and the
 * frame that comes confirms it. Else whatever comes is asked whether another frame lies between, until none does.
 */
export async function showFrameAfter(
  shownS: number,
  show: ShowFrame,
  { rate, endS }: Readonly<{ rate: number | null; endS: number }>,
): Promise<number> {
  if (rate !== null) {
    if (shownS + 1.5 / rate > endS + 1 / rate) return shownS
    const came = await show(Math.min(shownS + 1.5 / rate, endS))
    if (Math.abs(came - shownS - 1 / rate) < roundedByS) return came
  }
  let came = shownS
  for (let reach = rate === null ? usualS : 1 / rate; came <= shownS + hairS; reach *= 2) {
    const isLast = shownS + reach >= endS
    came = await show(Math.min(shownS + reach, endS))
    if (came <= shownS + hairS && (isLast || reach > longestS)) return show(shownS + hairS)
  }
  for (;;) {
    const before = await show(came - hairS)
    if (before <= shownS + hairS || before >= came) return show(came + hairS)
    came = before
  }
}

/** Shows the frame that many frames further, back when negative. Stops at the first and the last. */
export async function showFrameAway(
  shownS: number,
  count: number,
  show: ShowFrame,
  file: Readonly<{ rate: number | null; endS: number }>,
): Promise<number> {
  const { rate, endS } = file
  if (rate !== null && Math.abs(count) > 1) {
    const middle = shownS + (count + 0.5) / rate
    return show(Math.min(Math.max(middle, 0.5 / rate), endS))
  }
  let at = shownS
  for (let left = Math.abs(count); left > 0; left -= 1) {
    const next = count < 0 ? await showFrameBefore(at, show) : await showFrameAfter(at, show, file)
    if (Math.abs(next - at) < hairS) return next
    at = next
  }
  return at
}
