import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { frameCode, readFrameNumber } from '../../apps/server/src/demo/clips/frame-code.ts'

/**
 * The numbers that are burnt into what every `<video>` of the page shows, null where there is none. Only the blocks leave
 * the browser: whole pictures take it seconds.
 */
export async function framesShown(page: Page): Promise<(number | null)[]> {
  const { widthPx, heightPx, leftPx, topPx, blockHeightPx } = frameCode
  const seen = await page.evaluate(
    ({ width, height, left, top, rows }) => {
      const contexts = Array.from(document.querySelectorAll('video'), (video) => {
        const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
        if (context === null) throw new Error('there is no canvas')
        context.drawImage(video, 0, 0, width, height)
        return context
      })
      // All first, then what is in them: to read one takes time.
      return contexts.map((context) => {
        const { data } = context.getImageData(left, top, width - left, rows)
        return Array.from({ length: data.length / 4 }, (_, pixel) => data[pixel * 4 + 1] ?? 0)
      })
    },
    { width: widthPx, height: heightPx, left: leftPx, top: topPx, rows: blockHeightPx },
  )
  return seen.map((blocks) => {
    const data = new Uint8Array(widthPx * heightPx * 3)
    const across = widthPx - leftPx
    for (const [pixel, level] of blocks.entries()) {
      const at = (topPx + Math.floor(pixel / across)) * widthPx + leftPx + (pixel % across)
      data.fill(level, at * 3, at * 3 + 3)
    }
    return readFrameNumber({ data, width: widthPx, height: heightPx, channels: 3 })
  })
}

/**
 * How far each `<video>` of the page is ahead of the clock of the page, in ms, by the frames that come on screen: the
 * middle of so many, since a machine may hold up one. Not a number where one stopped meanwhile.
 */
export function aheadOfClock(page: Page, frames: number): Promise<number[]> {
  return page.evaluate((count) => {
    const watch = (video: HTMLVideoElement) =>
      new Promise<number>((resolve) => {
        const seen: number[] = []
        const onFrame = (_now: number, { mediaTime, expectedDisplayTime }: VideoFrameCallbackMetadata) => {
          seen.push(mediaTime * 1000 - expectedDisplayTime)
          if (seen.length < count) video.requestVideoFrameCallback(onFrame)
          else resolve(seen.toSorted((a, b) => a - b)[Math.floor(count / 2)] ?? Number.NaN)
        }
        video.requestVideoFrameCallback(onFrame)
        video.addEventListener('pause', () => resolve(Number.NaN), { once: true })
        if (video.paused) resolve(Number.NaN)
      })
    return Promise.all(Array.from(document.querySelectorAll('video'), watch))
  }, frames)
}

/** The number that is burnt into the frame on the screen now; null where there is none. */
export async function frameShown(page: Page): Promise<number | null> {
  return (await framesShown(page))[0] ?? null
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
