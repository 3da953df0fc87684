import { type RecordingId, type ViewingId } from '@getuige/base'
import { viewingMediaPath, viewingProxyPath } from '@getuige/contract'
import { ALL_FORMATS, BufferSource, BufferTarget, Conversion, Input, MkvOutputFormat, Output } from 'mediabunny'
import { chromium } from 'playwright-core'
import { expect, test } from 'vitest'
import { findTool, reportMissingTool } from '../../../../../tests/outside-tools.ts'
import { createWorld, type World } from '../../testing/world.ts'

const signal = new AbortController().signal

async function inMatroska(bytes: Uint8Array): Promise<Uint8Array> {
  const output = new Output({ format: new MkvOutputFormat(), target: new BufferTarget() })
  const input = new Input({ formats: ALL_FORMATS, source: new BufferSource(bytes) })
  await (await Conversion.init({ input, output, showWarnings: false })).execute()
  return new Uint8Array(output.target.buffer ?? new ArrayBuffer(0))
}

async function viewed(world: World, bytes: Uint8Array): Promise<{ viewingId: ViewingId; rendition: string | null }> {
  const { access, media, recordings, tasks } = world.server.modules
  const recordingId: RecordingId = await world.receive(bytes)
  await media.prepare({ corpsId: world.officer.corpsId, recordingId }, signal)
  while ((await tasks.runNext('long', signal)) !== undefined);
  const stated = { purpose: 'report', reference: 'PL1500 2026123456-1', reason: 'Aangifte door de wijkagent.' }
  const { id } = await access.startViewing(world.officer, recordingId, stated)
  const { rendition = null } = (await recordings.find(world.officer.corpsId, recordingId)) ?? {}
  return { viewingId: id, rendition }
}

type Seen = Readonly<{ isMiddle: boolean; duration: number; videoWidth: number; error: string | null }>

/** In the words of the browser. */
const findMiddle = `(async () => {
  const video = document.querySelector('video')
  const next = (event) => new Promise((resolve) => video.addEventListener(event, resolve, { once: true }))
  if (video.readyState < 2) await next('loadeddata')
  video.pause()
  const seeked = next('seeked')
  video.currentTime = video.duration / 2
  await seeked
  const { currentTime, duration, videoWidth, error } = video
  return { isMiddle: Math.abs(currentTime - duration / 2) < 0.2, duration, videoWidth, error: error?.message ?? null }
})()`

test('a browser plays a recording as it is, and another by its proxy, and finds the middle of both', async () => {
  const executablePath = findTool('chromium')
  if (executablePath === undefined) return reportMissingTool('chromium', 'that a browser plays a proxy')
  await using world = await createWorld()
  const direct = await viewed(world, await world.clip())
  const proxied = await viewed(world, await inMatroska(await world.clip()))
  expect([direct.rendition, proxied.rendition]).toEqual(['direct', 'proxy'])

  const site = await world.listen()
  const args = ['--no-sandbox', '--disable-gpu', '--autoplay-policy=no-user-gesture-required']
  const browser = await chromium.launch({ executablePath, args })
  try {
    const context = await browser.newContext()
    const [name = '', value = ''] = world.cookieOf(world.officer).split('=')
    await context.addCookies([{ name, value, url: site.address }])
    for (const path of [viewingMediaPath(direct.viewingId), viewingProxyPath(proxied.viewingId)]) {
      const page = await context.newPage()
      // A browser shows a file of pictures in a player of its own.
      await page.goto(`${site.address}${path}`)
      await page.waitForSelector('video')
      const seen = await page.evaluate<Seen>(findMiddle)
      expect(seen).toMatchObject({ isMiddle: true, error: null })
      expect(seen.videoWidth).toBeGreaterThan(0)
      expect(seen.duration).toBeGreaterThan(1)
      await page.close()
    }
  } finally {
    await browser.close()
  }
})
