import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { readFrameNumber } from '../../apps/server/src/demo/clips/frame-code.ts'

/** The number that is burnt into the frame on the screen now; null where there is none. */
async function frameShown(page: Page): Promise<number | null> {
  const seen = await page.evaluate(() => {
    const playing = document.querySelector('video')
    if (playing === null) throw new Error('there is no video')
    const canvas = new OffscreenCanvas(playing.videoWidth, playing.videoHeight)
    const context = canvas.getContext('2d')
    if (context === null) throw new Error('there is no canvas')
    context.drawImage(playing, 0, 0)
    const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height)
    return { data: [...data], width, height }
  })
  return readFrameNumber(seen)
}

/** Let it play from the start until the picture moves. */
async function letItPlay(page: Page): Promise<void> {
  await page.locator('video').waitFor()
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.3)
}

/** Let it play, and read the frame that is shown at that second of it. */
export async function frameShownAt(page: Page, seconds: number): Promise<number | null> {
  await letItPlay(page)
  await page.evaluate(async (to) => {
    const playing = document.querySelector('video')
    if (playing === null) throw new Error('there is no video')
    playing.pause()
    playing.currentTime = to
    await new Promise((resolve) => playing.addEventListener('seeked', resolve, { once: true }))
  }, seconds)
  return frameShown(page)
}

/** Let it play, pause it with the space bar, and step to and fro with comma and full stop: each frame has its number. */
export async function stepByKeyboard(page: Page): Promise<void> {
  await letItPlay(page)
  await page.keyboard.press('Space')
  await page.waitForFunction(() => document.querySelector('video')?.paused === true)
  const step = async (key: ',' | '.') => {
    await page.keyboard.press(key)
    await page.waitForFunction(() => document.querySelector('video')?.seeking === false)
    return (await frameShown(page)) ?? Number.NaN
  }
  const before = await step(',')
  expect(before).toBeGreaterThan(0)
  expect(await step('.')).toBe(before + 1)
  expect(await step('.')).toBe(before + 2)
  expect(await step(',')).toBe(before + 1)
}
