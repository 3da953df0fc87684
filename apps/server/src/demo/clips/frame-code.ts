import type { Picture } from './picture.ts'

/**
 * Where the machine-readable frame number stands, in pixels of a clip of 480 x 270: a row of blocks, from the left
 * white, black, the number's bits from the highest to the lowest, an even-parity bit, black, white.
 */
export const frameCode = {
  widthPx: 480,
  heightPx: 270,
  leftPx: 260,
  topPx: 240,
  blockWidthPx: 12,
  blockHeightPx: 16,
  numberBits: 12,
} as const

const lead = [true, false] as const
const tail = [false, true] as const

const bitsOf = (frameNumber: number): boolean[] =>
  Array.from(
    { length: frameCode.numberBits },
    (_, index) => ((frameNumber >> (frameCode.numberBits - 1 - index)) & 1) === 1,
  )

const parityOf = (bits: readonly boolean[]): boolean => bits.filter(Boolean).length % 2 === 1

/** Draw the frame number as blocks at its fixed place. */
export function drawFrameCode(picture: Picture, frameNumber: number): void {
  const bits = bitsOf(frameNumber)
  for (const [index, isLit] of [...lead, ...bits, parityOf(bits), ...tail].entries()) {
    const level = isLit ? 1 : 0
    const left = frameCode.leftPx + index * frameCode.blockWidthPx
    picture.fillRect(left, frameCode.topPx, frameCode.blockWidthPx, frameCode.blockHeightPx, [level, level, level], 1)
  }
}

/** Pixels as a canvas or a decoder gives them: `channels` is 4 for RGBA (the default) and 3 for packed RGB. */
export type Pixels = Readonly<{ data: ArrayLike<number>; width: number; height: number; channels?: 3 | 4 }>

/**
 * The frame number burnt into a picture of a clip at any scale, or null when none can be read with certainty: the
 * framing blocks, their contrast and the parity must all be right.
 */
export function readFrameNumber(pixels: Pixels): number | null {
  const channels = pixels.channels ?? 4
  const scaleX = pixels.width / frameCode.widthPx
  const scaleY = pixels.height / frameCode.heightPx

  // The mean over the middle of each block, so that scaling and compression at its edges do not count.
  const levelOf = (block: number): number => {
    const left = (frameCode.leftPx + (block + 0.3) * frameCode.blockWidthPx) * scaleX
    const right = (frameCode.leftPx + (block + 0.7) * frameCode.blockWidthPx) * scaleX
    const top = (frameCode.topPx + 0.3 * frameCode.blockHeightPx) * scaleY
    const bottom = (frameCode.topPx + 0.7 * frameCode.blockHeightPx) * scaleY
    let sum = 0
    let count = 0
    for (let y = Math.floor(top); y <= Math.floor(bottom); y++) {
      for (let x = Math.floor(left); x <= Math.floor(right); x++) {
        const at = (y * pixels.width + x) * channels
        sum += ((pixels.data[at] ?? 0) + (pixels.data[at + 1] ?? 0) + (pixels.data[at + 2] ?? 0)) / 3
        count++
      }
    }
    return sum / count
  }

  const blockCount = lead.length + frameCode.numberBits + 1 + tail.length
  const levels = Array.from({ length: blockCount }, (_, block) => levelOf(block))
  const white = Math.min(levels[0] ?? 0, levels[blockCount - 1] ?? 0)
  const black = Math.max(levels[1] ?? 255, levels[blockCount - 2] ?? 255)
  if (white - black < 80) return null

  const threshold = (white + black) / 2
  const bits = levels.slice(lead.length, lead.length + frameCode.numberBits).map((level) => level > threshold)
  const parity = (levels[lead.length + frameCode.numberBits] ?? 0) > threshold
  if (parity !== parityOf(bits)) return null
  return bits.reduce((number, bit) => number * 2 + (bit ? 1 : 0), 0)
}
