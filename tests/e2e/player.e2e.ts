import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { storyClips } from '../../apps/server/src/demo/clips/clips.ts'
import { frameCode } from '../../apps/server/src/demo/clips/frame-code.ts'
import { personaliseClip, startOfClip } from '../../apps/server/src/demo/personalise-clip.ts'
import { findTool, reportMissingTool } from '../outside-tools.ts'
import { arrive, makeCorps } from './corps.ts'
import { frameShown } from './picture.ts'
import { expectAccessible, getuige, type Product, startProduct } from './product.ts'

const now = new Date('2026-11-22T15:00:00Z')
const recordedAt = new Date('2026-11-21T13:02:40.000Z')
const day = { recordedOn: '2026-11-21', timeZone: 'Europe/Amsterdam' }
/** What a camera cut in three, a second missing after the first and the second. */
const cut = [storyClips['cut-1'], storyClips['cut-2'], storyClips['cut-3']] as const
const cutAt = cut.map((clip) => startOfClip(clip, day.recordedOn, day.timeZone))

/**
 * At an even rate, at that of television, and at none: frames that last 20 or 60 ms by turns. The last as no browser
 * plays it: what is stepped through is its proxy, encoded anew.
 */
const films = {
  thirty: { rate: 30, ffmpegRate: '30' },
  television: { rate: 30_000 / 1001, ffmpegRate: '30000/1001' },
  uneven: { rate: 25, ffmpegRate: '25' },
  encoded: { rate: 25, ffmpegRate: '25' },
} as const
type Film = keyof typeof films
type Docked = Film | 'cut'

const ffmpeg = findTool('ffmpeg')

test('every frame is reached by itself, has the clock and number it says, and is marked and cut', async () => {
  if (ffmpeg === undefined) return reportMissingTool('ffmpeg', 'stepping through frames at several rates')
  await using product = await startProduct(now)
  const corps = await makeCorps(product, 'nl-boa-den-haag', {
    olga: { name: 'Olga Inzage', roles: ['records-officer'] },
    egon: { name: 'Egon Straat', roles: ['enforcer'] },
  })
  const ids = await dockFilms(product, corps.dockToken)
  expect(Object.values(ids)).not.toContain('')
  const page = await arrive(product, corps, 'olga')

  await view(product, page, ids.thirty)
  await stepThrough(page, 'thirty')
  await seekAndRead(page, 'thirty')
  await seeAllKeys(page)
  await lookCloser(page)
  await markWithNote(page)
  await cutAndOpen(page)
  await meetNewerVersion(page)

  await view(product, page, ids.television)
  await stepThrough(page, 'television')
  await seekAndRead(page, 'television')

  await view(product, page, ids.cut)
  await playOnOverGaps(page)

  await view(product, page, ids.uneven)
  await stepUnevenly(page)

  const { rendition, recorded_at: receivedAt } = await proxied(product, ids.encoded)
  expect(rendition).toBe('proxy')
  await view(product, page, ids.encoded)
  await page.getByText(/encoded anew.*25 frames/).waitFor()
  await stepThrough(page, 'encoded', receivedAt)
})

/** The blocks of `frameCode`, drawn by the number of each frame: lit where its bit is, and by the parity of all. */
function blocks(): string {
  const { leftPx, topPx, blockWidthPx, blockHeightPx, numberBits } = frameCode
  const bits = Array.from({ length: numberBits }, (_, i) => `mod(floor(n/${2 ** (numberBits - 1 - i)}),2)`)
  return ['1', '0', ...bits, `mod(${bits.join('+')},2)`, '0', '1']
    .map((lit, i) => {
      const box = `x=${leftPx + i * blockWidthPx}:y=${topPx}:w=${blockWidthPx}:h=${blockHeightPx}`
      return `drawbox=${box}:color=white:t=fill:enable='${lit}'`
    })
    .join(',')
}

async function makeFilm(file: string, film: Film, seconds: number): Promise<void> {
  const { widthPx, heightPx } = frameCode
  const rate = films[film].ffmpegRate
  const uneven = film === 'uneven' ? ",settb=1/1000,setpts='(N*40+20*mod(N,2))/1000/TB'" : ''
  const args = [
    ['-hide_banner', '-loglevel', 'error', '-y'],
    ['-f', 'lavfi', '-i', `color=black:s=${widthPx}x${heightPx}:r=${rate}:d=${seconds}`],
    ['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=16000:duration=${seconds}`],
    ['-vf', `${blocks()}${uneven}`, '-fps_mode', 'passthrough', '-enc_time_base', uneven === '' ? '0' : '1:1000'],
    ...(film === 'encoded'
      ? [['-c:v', 'mjpeg', '-c:a', 'pcm_s16le']]
      : [
          ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-pix_fmt', 'yuv420p', '-g', '50'],
          ['-c:a', 'aac', '-b:a', '32k', '-movflags', '+faststart'],
        ]
    ).flat(),
    ['-metadata', `creation_time=${recordedAt.toISOString()}`, file],
  ].flat()
  const child = spawn(ffmpeg ?? 'ffmpeg', args, { stdio: ['ignore', 'ignore', 'inherit'] })
  expect((await once(child, 'close'))[0]).toBe(0)
}

async function dockFilms(product: Product, token: string): Promise<Record<Docked, string>> {
  const folder = join(product.folder, 'camera')
  await mkdir(folder)
  for (const film of ['thirty', 'television', 'uneven'] as const) await makeFilm(join(folder, `${film}.mp4`), film, 6)
  await makeFilm(join(folder, 'encoded.avi'), 'encoded', 3)
  for (const [i, clip] of cut.entries())
    await writeFile(
      join(folder, `cut-${i}.mp4`),
      await personaliseClip(clip, { ...day, cameraSerial: 'CAM-7', nonce: `${i}` }),
    )
  const args = ['dock', folder, '--camera', 'CAM-7', '--server', product.address]
  const sent = await getuige(product, args, { GETUIGE_DOCK_TOKEN: token })
  expect(sent.code, sent.output).toBe(0)
  const rows = await product.running.server.db.everyCorps
    .selectFrom('recording')
    .select(['id', 'original_name'])
    .execute()
  const idOf = (name: string) => rows.find((row) => row.original_name.includes(name))?.id ?? ''
  return {
    thirty: idOf('thirty'),
    television: idOf('television'),
    uneven: idOf('uneven'),
    encoded: idOf('encoded'),
    cut: idOf('cut-0'),
  }
}

/** What the register says, once nothing is made any more. */
async function proxied(product: Product, recordingId: string) {
  const read = () =>
    product.running.server.db.everyCorps
      .selectFrom('recording')
      .select(['rendition', 'recorded_at'])
      .where('id', '=', recordingId)
      .executeTakeFirstOrThrow()
  await expect.poll(async () => (await read()).rendition).not.toBe('making')
  return read()
}

async function view(product: Product, page: Page, recordingId: string): Promise<void> {
  await page.goto(`${product.address}/recordings/${recordingId}`)
  await page.getByRole('radio', { name: /Report/ }).check({ force: true })
  await page.getByLabel('Number', { exact: true }).fill('PL1500 2026000123-1')
  await page.getByLabel('Reason').fill('Beelden bij de aangifte bekijken.')
  await page.getByRole('button', { name: 'Start viewing' }).click()
  await page.locator('video').waitFor()
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.3)
  await page.keyboard.press('k')
  await page.waitForFunction(() => document.querySelector('video')?.paused === true)
  await standStill(page)
}

type Seen = Readonly<{ frame: number | null; clock: string; said: string }>

/** What is burnt into the picture, and what the player says of it. */
async function see(page: Page): Promise<Seen> {
  const { clock, said } = await page.evaluate(() => {
    const time = document.querySelector('section[aria-label=Player] time')
    return { clock: time?.textContent ?? '', said: time?.closest('p')?.textContent ?? '' }
  })
  return { frame: await frameShown(page), clock, said }
}

/** Until the picture is on its way nowhere, and the player says the same time twice. */
async function standStill(page: Page): Promise<void> {
  const read = () =>
    page.evaluate(() => {
      const time = document.querySelector('section[aria-label=Player] time')?.textContent ?? ''
      const video = document.querySelector('video')
      return video !== null && video.paused && !video.seeking && video.readyState >= 2 ? time : null
    })
  await expect
    .poll(async () => {
      const first = await read()
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
      return first !== null && first === (await read())
    })
    .toBe(true)
}

/** Until the player says another time than before. */
async function after(page: Page, before: Seen, act: () => Promise<void>): Promise<Seen> {
  await act()
  await page.waitForFunction(
    (clock) => document.querySelector('section[aria-label=Player] time')?.textContent !== clock,
    before.clock,
  )
  await standStill(page)
  return see(page)
}

/** The clock of the corps at a frame: that of the beginning, and so many frames. */
function expectClock({ frame, clock, said }: Seen, { rate }: Readonly<{ rate: number }>, from = recordedAt): void {
  const at = new Date(Math.round(from.getTime() + ((frame ?? Number.NaN) / rate) * 1000))
  const shown = at.toISOString().slice(11, 23)
  expect(said).toContain(`${shown} UTC`)
  expect(clock.slice(2)).toBe(shown.slice(2))
  expect(Number(clock.slice(0, 2))).toBe(at.getUTCHours() + 1)
  expect(said).toContain(`frame ${frame}`)
}

async function stepThrough(page: Page, film: Exclude<Film, 'uneven'>, from = recordedAt): Promise<void> {
  let seen = await see(page)
  // The frame on screen when it was stopped.
  const first = seen.frame ?? Number.NaN
  expect(first).toBeGreaterThan(0)
  for (const [key, by] of [
    ['.', 1],
    ['.', 2],
    ['.', 3],
    [',', 2],
    [',', 1],
    [',', 0],
  ] as const) {
    seen = await after(page, seen, () => page.keyboard.press(key))
    expect(seen.frame).toBe(first + by)
    expectClock(seen, films[film], from)
  }
  // A notch of the wheel over the picture is a frame as well.
  await page.locator('video').hover()
  seen = await after(page, seen, () => page.mouse.wheel(0, 100))
  expect(seen.frame).toBe(first + 1)
}

async function seekAndRead(page: Page, film: 'thirty' | 'television'): Promise<void> {
  const line = page.getByRole('slider', { name: 'Position in the recording' })
  await line.focus()
  const before = await see(page)
  const seen = await after(page, before, () => page.keyboard.press('ArrowRight'))
  expect(seen.frame).toBeGreaterThan(Math.floor(films[film].rate * 5))
  expectClock(seen, films[film])
  await page.keyboard.press('Home')
  await page.waitForFunction(() => document.querySelector('video')?.currentTime === 0)
  await page.getByText('frame 0', { exact: true }).waitFor()
  expect((await see(page)).frame).toBe(0)
}

/** A recording in three files is one: it plays on over what is missing, which is shown and said, and is gone to anywhere. */
async function playOnOverGaps(page: Page): Promise<void> {
  await page.getByText('File 1 of 3 that the camera cut this recording in · 2 gaps, 0:02 in all').waitFor()
  expect(await page.getByTitle('Nothing recorded for 0:01').count()).toBe(2)
  await expectAccessible(page)
  const rate = { rate: cut[0].framesPerSecond }
  const inPiece = (number: number) => page.getByText(`File ${number} of 3`).waitFor()

  // On to the end of the first at four times the speed; the second goes on at it.
  await page.keyboard.press('ArrowRight')
  for (const _time of [1, 2, 3]) await page.keyboard.press('+')
  await page.keyboard.press('Space')
  await inPiece(2)
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.2)
  await page.keyboard.press('k')
  await page.getByRole('button', { name: 'Speed: 4×' }).waitFor()
  await standStill(page)
  expectClock(await after(page, await see(page), () => page.keyboard.press('.')), rate, cutAt[1])

  // Five seconds back lie in the first, behind the gap.
  await page.keyboard.press('ArrowLeft')
  await inPiece(1)
  await standStill(page)
  expectClock(await see(page), rate, cutAt[0])

  // Into the middle of the third.
  await page.getByRole('button', { name: /File 3 of 3/ }).click()
  await inPiece(3)
  await page.getByText(/^frame 6\d$/).waitFor()
  await standStill(page)
  expectClock(await see(page), rate, cutAt[2])
}

/** No rate says where the next frame begins: each is found all the same, to and fro. */
async function stepUnevenly(page: Page): Promise<void> {
  await page.getByText('variable frame rate').waitFor()
  let seen = await see(page)
  const first = seen.frame ?? Number.NaN
  for (const [key, by] of [
    ['.', 1],
    ['.', 2],
    ['.', 3],
    ['.', 4],
    [',', 3],
    [',', 2],
  ] as const) {
    seen = await after(page, seen, () => page.keyboard.press(key))
    expect(seen.frame).toBe(first + by)
    const frame = seen.frame ?? 0
    const at = new Date(recordedAt.getTime() + frame * 40 + 20 * (frame % 2))
    expect(seen.said).toContain(`${at.toISOString().slice(11, 23)} UTC`)
  }
}

async function seeAllKeys(page: Page): Promise<void> {
  await page.keyboard.press('?')
  const dialog = page.getByRole('dialog')
  for (const name of [
    'One frame on',
    'Mark in',
    'Add a marker',
    'Cut a clip…',
    'Whole picture',
    'Adjust the picture',
  ]) {
    await dialog.getByText(name, { exact: true }).waitFor()
  }
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
}

async function lookCloser(page: Page): Promise<void> {
  await page.keyboard.press('z')
  await page.getByRole('button', { name: 'Whole picture (1.5× larger now)' }).waitFor()
  await page.keyboard.press('0')
  await page.getByRole('button', { name: /^Whole picture/ }).waitFor({ state: 'detached' })
  await page.keyboard.press('a')
  await page.getByRole('slider', { name: /Gamma/ }).fill('0.5')
  await page.getByText('picture adjusted, for this viewing only').waitFor()
  await page.getByRole('button', { name: 'As recorded' }).click()
  await page.keyboard.press('a')
}

async function markWithNote(page: Page): Promise<void> {
  await page.getByRole('slider', { name: 'Position in the recording' }).press('Home')
  await page.getByText('frame 0', { exact: true }).waitFor()
  await page.keyboard.press('.')
  await page.getByText('frame 1', { exact: true }).waitFor()
  await page.keyboard.press('m')
  await page.getByLabel(/Note at/).fill('Hier komt de fiets in beeld.')
  await page.keyboard.press('Enter')
  const markers = page.getByRole('region', { name: 'Markers' })
  await markers.getByText('Hier komt de fiets in beeld.').waitFor()
  // It stands under the picture at its moment, and goes when it is switched off.
  const underPicture = page.getByRole('group', { name: 'Notes under the picture' })
  await underPicture.getByText('Hier komt de fiets in beeld.').waitFor()
  await page.keyboard.press('t')
  await underPicture.waitFor({ state: 'detached' })
  await page.keyboard.press('t')
  await expectAccessible(page)
  // Back at it the same frame shows that was marked.
  await page.keyboard.press('ArrowRight')
  await page.getByText('frame 1', { exact: true }).waitFor({ state: 'detached' })
  await markers.getByRole('button', { name: /Go to/ }).click()
  await page.getByText('frame 1', { exact: true }).waitFor()
  expect((await see(page)).frame).toBe(1)
  await page.getByText('Marker added').waitFor()
}

/** Another build under an open page: what it cannot load takes nothing away, and only the person loads the newer one. */
async function meetNewerVersion(page: Page): Promise<void> {
  await page.route('**/assets/palette-*.js', (route) => route.fulfill({ status: 404 }))
  await page.route(new URL('/', page.url()).href, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<script type="module" src="/assets/index-newer.js"></script>' }),
  )
  const reason = page.getByLabel('Reason')
  await reason.fill('Nog niet af')
  await page.getByRole('button', { name: 'Find' }).click()
  await page.getByText('A newer version of Getuige is on the server').waitFor()
  expect(await reason.inputValue()).toBe('Nog niet af')
  await page.unrouteAll()
  await page.getByRole('button', { name: 'Load the newer version' }).click()
  await page.getByText('A newer version of Getuige is on the server').waitFor({ state: 'detached' })
  await page.getByRole('heading', { name: 'Purpose before play' }).waitFor()
  await page.getByRole('button', { name: 'Find' }).click()
  await page.getByRole('dialog').waitFor()
}

async function cutAndOpen(page: Page): Promise<void> {
  const line = page.getByRole('slider', { name: 'Position in the recording' })
  await line.press('Home')
  await page.getByText('frame 0', { exact: true }).waitFor()
  await page.keyboard.press('i')
  await page.keyboard.press('ArrowRight')
  await page.getByText('frame 0', { exact: true }).waitFor({ state: 'detached' })
  await standStill(page)
  await page.keyboard.press('o')
  await page.keyboard.press('c')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio', { name: /By key frames/ }).check({ force: true })
  await dialog.getByLabel('Reason').fill('Alleen dit deel hoort bij de aangifte.')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Cut the clip' }).click()
  await dialog.getByRole('link', { name: 'Open the clip' }).click()
  await page.getByRole('heading', { name: 'Purpose before play' }).waitFor()
}
