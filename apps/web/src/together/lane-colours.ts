/** One for each of four recordings, told apart in both themes; a number stands beside each. */
const colours = [
  'light-dark(#0a5c59, #5cc4bb)',
  'light-dark(#1d4f91, #8ab4f8)',
  'light-dark(#6b3fa0, #c3a6f0)',
  'light-dark(#55611b, #bccb72)',
] as const

export function laneColour(at: number): string {
  return colours[at % colours.length] ?? colours[0]
}
