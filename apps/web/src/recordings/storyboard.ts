/** Frames in a storyboard, side by side, and the size of each in pixels. */
export const storyboard = { frames: 8, widthPx: 160, heightPx: 90 } as const

/** Which frame of the storyboard shows a share (0 to 1) of the recording. */
export function storyboardFrame(share: number): number {
  return Math.min(storyboard.frames - 1, Math.max(0, Math.floor(share * storyboard.frames)))
}
