import { type Browser, chromium, type Page } from 'playwright-core'
import type { Ready } from './server-process.ts'

/** What is used of a page's own world: functions given to `evaluate` run there. */
declare const document: {
  querySelector(name: 'video'): Video | null
  createElement(name: 'video'): Video
  body: { append(element: Video): void }
}
type Video = {
  muted: boolean
  preload: string
  width: number
  src: string
  currentTime: number
  readonly duration: number
  readonly error: { message: string } | null
  requestVideoFrameCallback(shown: (now: number) => void): void
  addEventListener(event: string, hear: () => void): void
  play(): Promise<void>
  pause(): void
  remove(): void
}

/** A browser that plays H.264: `GETUIGE_CHROMIUM` names it. */
export async function openPlayer(server: Ready): Promise<AsyncDisposable & { page: Page }> {
  const executablePath = process.env['GETUIGE_CHROMIUM'] ?? '/usr/bin/chromium'
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const browser: Browser = await chromium.launch({
    executablePath,
    args: [...asRoot, '--disable-gpu', '--disable-dev-shm-usage', '--autoplay-policy=no-user-gesture-required'],
  })
  try {
    const context = await browser.newContext()
    const [name = '', value = ''] = server.cookie.split('=')
    const address = `http://127.0.0.1:${server.port}`
    await context.addCookies([{ name, value, url: address }])
    const page = await context.newPage()
    await page.goto(`${address}/readyz`)
    return { page, [Symbol.asyncDispose]: () => browser.close() }
  } catch (error) {
    await browser.close()
    throw error
  }
}

/** From asking for the file to the first picture on the screen. */
export function timeFirstFrame(page: Page, path: string): Promise<number> {
  return page.evaluate(async (src) => {
    document.querySelector('video')?.remove()
    const video = document.createElement('video')
    video.muted = true
    video.preload = 'auto'
    video.width = 640
    const shown = new Promise<number>((resolve, reject) => {
      video.requestVideoFrameCallback((now) => resolve(now))
      video.addEventListener('error', () => reject(new Error(video.error?.message ?? 'not played')))
    })
    const startedAt = performance.now()
    video.src = src
    document.body.append(video)
    return (await shown) - startedAt
  }, path)
}

/** From asking for another moment of the file that was opened last to its picture on the screen. */
export function timeSeek(page: Page, share: number): Promise<number> {
  return page.evaluate(async (part) => {
    const video = document.querySelector('video')
    if (video === null) throw new Error('no file was opened')
    const shown = new Promise<number>((resolve) => {
      video.requestVideoFrameCallback((now) => resolve(now))
    })
    const startedAt = performance.now()
    video.currentTime = part * (video.duration - 1)
    return (await shown) - startedAt
  }, share)
}

/** Play the file that was opened last for so long; answers how often it had to wait, and how far it came. */
export function play(page: Page, forMs: number): Promise<{ stalls: number; playedMs: number }> {
  return page.evaluate(async (ms) => {
    const video = document.querySelector('video')
    if (video === null) throw new Error('no file was opened')
    await video.play()
    const from = video.currentTime
    let stalls = 0
    video.addEventListener('waiting', () => (stalls += 1))
    await new Promise((resolve) => setTimeout(resolve, ms))
    video.pause()
    return { stalls, playedMs: (video.currentTime - from) * 1000 }
  }, forMs)
}
