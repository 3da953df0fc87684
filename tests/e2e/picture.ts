import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { frameCode, readFrameNumber } from '../../apps/server/src/demo/clips/frame-code.ts'

/**
 * The numbers that are burnt into what every `<video>` of the page shows, null where there is none, at so many frames of
 * the first; where they stand still, as they stand. Only the blocks leave the browser: whole pictures take it seconds.
 */
export async function framesShown(page: Page, times = 1): Promise<(number | null)[][]> {
  const { widthPx, heightPx, leftPx, topPx, blockHeightPx } = frameCode
  const seen = await page.evaluate(
    async ({ width, height, left, top, rows, count }) => {
      const videos = [...document.querySelectorAll('video')]
      const contexts = videos.map(() => {
        const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
        if (context === null) throw new Error('there is no canvas')
        return context
      })
      const looks: number[][][] = []
      for (let time = 0; time < count; time++) {
        if (count > 1) await new Promise((resolve) => videos[0]?.requestVideoFrameCallback(resolve))
        // All first, then what is in them: to read one takes time.
        for (const [at, video] of videos.entries()) contexts[at]?.drawImage(video, 0, 0, width, height)
        looks.push(
          contexts.map((context) => {
            const { data } = context.getImageData(left, top, width - left, rows)
            return Array.from({ length: data.length / 4 }, (_, pixel) => data[pixel * 4 + 1] ?? 0)
          }),
        )
      }
      return looks
    },
    { width: widthPx, height: heightPx, left: leftPx, top: topPx, rows: blockHeightPx, count: times },
  )
  return seen.map((look) =>
    look.map((blocks) => {
      const data = new Uint8Array(widthPx * heightPx * 3)
      const across = widthPx - leftPx
      for (const [pixel, level] of blocks.entries()) {
        const at = (topPx + Math.floor(pixel / across)) * widthPx + leftPx + (pixel % across)
        data.fill(level, at * 3, at * 3 + 3)
      }
      return readFrameNumber({ data, width: widthPx, height: heightPx, channels: 3 })
    }),
  )
}

/** The number that is burnt into the frame on the screen now; null where there is none. */
export async function frameShown(page: Page): Promise<number | null> {
  return (await framesShown(page))[0]?.[0] ?? null
}

/** Let it play from the start until the picture moves. */
async function letItPlay(page: Page): Promise<void> {
  await page.locator('video').waitFor()
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.3)
}

/** Let it play, and stop it at that second of it. What is sought is painted a moment after it is found. */
export async function stopAt(page: Page, seconds: number): Promise<void> {
  await letItPlay(page)
  await page.evaluate((to) => {
    const playing = document.querySelector('video')
    if (playing === null) throw new Error('there is no video')
    playing.pause()
    playing.currentTime = to
  }, seconds)
}

/** Let it play, pause it with the space bar, and step to and fro with comma and full stop: each frame has its number. */
export async function stepByKeyboard(page: Page): Promise<void> {
  await letItPlay(page)
  await page.keyboard.press('Space')
  await page.waitForFunction(() => {
    const video = document.querySelector('video')
    return video?.paused === true && !video.seeking
  })
  // The frame on screen when it was stopped is where it stands.
  const first = (await frameShown(page)) ?? Number.NaN
  expect(first).toBeGreaterThan(0)
  for (const [key, by] of [
    [',', -1],
    ['.', 0],
    ['.', 1],
    [',', 0],
  ] as const) {
    await page.keyboard.press(key)
    await expect.poll(() => frameShown(page)).toBe(first + by)
  }
}
