import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { RecordingId } from '@getuige/base'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { findTool, reportMissingTool } from '../outside-tools.ts'
import { arrive, makeCorps } from './corps.ts'
import { framesPerSecond, makeFilm } from './film.ts'
import { aheadOfClock, framesShown } from './picture.ts'
import { expectAccessible, type Product, startProduct } from './product.ts'

const now = new Date('2026-11-22T15:00:00Z')
const frameMs = 1000 / framesPerSecond
/** When each camera says it began. The second is a second and a half ahead: it began five seconds after the first. */
const firstAt = new Date('2026-11-21T10:00:00.000Z')
const secondAt = new Date('2026-11-21T10:00:06.500Z')
const truthMs = 5_000

/** Two cameras of one event, watched by one clock; the clock of one is corrected by looking. */
test('two cameras are watched together, in step, and the clock of one is corrected', async () => {
  if (findTool('ffmpeg') === undefined) {
    reportMissingTool('ffmpeg', 'two cameras were not watched together in a browser')
    return
  }
  await using product = await startProduct(now)
  const corps = await makeCorps(product, 'nl-boa-den-haag', {
    olga: { name: 'Olga Inzage', roles: ['records-officer'] },
    egon: { name: 'Egon Straat', roles: ['enforcer'] },
  })
  const { devices } = product.running.server.modules
  await devices.add(corps.actors.ada, { label: 'VB-008', serial: 'CAM-8', wearerId: null })
  const first = await record(product, corps, 'CAM-7', firstAt, { latitude: 52.0705, longitude: 4.3007 })
  const second = await record(product, corps, 'CAM-8', secondAt, { latitude: 52.0712, longitude: 4.3021 })

  const page = await arrive(product, corps, 'olga', `/recordings/${first}`)
  await chooseTheOther(page)
  await statePurpose(page)
  await page.getByRole('button', { name: 'Play' }).click()
  await page.waitForFunction(() => [...document.querySelectorAll('video')].every((video) => video.currentTime > 0.5))
  // Meanwhile thirty seconds of the common clock go by, whatever this machine makes of them.
  await hearOneAtATime(page)
  await seeTheMap(page, first)
  await playInStep(page)
  await stepTogether(page)
  await correctTheClock(page, second)
  const corrections = await product.running.server.modules.together.corrections(corps.actors.olga, second)
  expect(corrections).toMatchObject([{ offsetMs: -1500, againstId: first, madeBy: 'Olga Inzage' }])
  await seeTheShift(page, product, corps.actors.egon.id)
})

type Corps = Awaited<ReturnType<typeof makeCorps<'olga' | 'egon'>>>

/** As a dock hands over, and prepared; its track goes north-east. */
async function record(
  product: Product,
  { actors }: Corps,
  camera: string,
  recordedAt: Date,
  place: Readonly<{ latitude: number; longitude: number }>,
): Promise<RecordingId> {
  const { db, modules } = product.running.server
  const { ingest, media, recordings, vault } = modules
  const film = { seconds: 60, recordedAt, toneHz: camera === 'CAM-7' ? 440 : 660, place }
  const bytes = await makeFilm(join(product.folder, `${camera}.mp4`), film)
  const sha256 = createHash('sha256').update(bytes).digest()
  const announcement = { filename: `${camera}.mp4`, sha256: sha256.toString('hex'), camera }
  const upload = await ingest.announce(actors.ada, announcement, bytes.length)
  await ingest.append(actors.ada, upload.id, Readable.from([bytes]), 0)
  const { corpsId } = actors.ada
  const id = (await recordings.findByDigest(corpsId, sha256))?.id
  if (id === undefined) throw new Error('it was not stored')
  await media.prepare({ corpsId, recordingId: id }, new AbortController().signal)
  const track = Array.from({ length: 60 }, (_, second) => ({
    atMs: second * 1000,
    latitude: place.latitude + second * 0.00002,
    longitude: place.longitude + second * 0.00003,
    speed: 2.5,
    accuracyM: 5,
  }))
  const mine = db.of(corpsId)
  const object = await vault.writeDerived(mine, id, corpsId, 'track', Buffer.from(JSON.stringify(track)))
  if (object === undefined) throw new Error('it has no key')
  await mine.transaction().execute((tx) => vault.claim(tx, object))
  await mine.updateTable('recording').set({ has_track: true }).where('id', '=', id).execute()
  expect((await recordings.find(corpsId, id))?.recordedAt).toEqual(recordedAt)
  return id
}

async function chooseTheOther(page: Page): Promise<void> {
  const panel = page.getByRole('region', { name: 'At the same time' })
  await panel.getByText('from 11:00:06 · overlaps 0:54').waitFor()
  await panel.getByRole('checkbox', { name: /VB-008/ }).check({ force: true })
  await panel.getByRole('link', { name: 'Watch together' }).click()
  await page.getByRole('heading', { name: 'Watch together' }).waitFor()
}

async function statePurpose(page: Page): Promise<void> {
  await page.getByText('2 viewings begin together').waitFor()
  await page.getByRole('radio', { name: /^Report/ }).check({ force: true })
  await page.getByLabel('Number', { exact: true }).fill('PL1500 2026123456-1')
  await page.getByLabel('Reason').fill('Aangifte van mishandeling op het plein.')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Begin', exact: true }).click()
  await page.getByRole('figure', { name: 'Picture 2, VB-008' }).waitFor()
}

/** The frame numbers in both pictures. */
async function bothShown(page: Page): Promise<[number, number]> {
  const [one, other] = await framesShown(page)
  if (one == null || other == null) throw new Error('there is no number in a picture')
  return [one, other]
}

const byTheirClocks = secondAt.getTime() - firstAt.getTime()

async function playInStep(page: Page): Promise<void> {
  await page.waitForFunction(() => (document.querySelectorAll('video')[1]?.currentTime ?? 0) > 30)
  // Whatever else a machine does may hold up both pictures for a moment: in step is where they come back to.
  const outOfStep = async () => {
    const [one = Number.NaN, other = Number.NaN] = await aheadOfClock(page, 15)
    return Math.abs(one - other - byTheirClocks)
  }
  await expect.poll(outOfStep).toBeLessThanOrEqual(frameMs)
  await page.keyboard.press('Space')
}

/** From wherever they were stopped a step is one frame of each, and the common clock is that of the picture that leads. */
async function stepTogether(page: Page): Promise<void> {
  for (const _time of [1, 2, 3]) {
    const [one, other] = await standTogether(page)
    await page.keyboard.press('.')
    expect(await standTogether(page, one + 1)).toEqual([one + 1, other + 1])
    await page.keyboard.press(',')
    expect(await standTogether(page, one)).toEqual([one, other])
    await page.keyboard.press('Space')
    await page.waitForFunction((frame) => (document.querySelector('video')?.currentTime ?? 0) * 25 > frame + 9, one)
    await page.keyboard.press('Space')
  }
}

/**
 * Waits until both stand still where the common clock says: the first at the frame that the clock names, the second at
 * the one that had begun by then. Answers their burnt-in numbers.
 */
async function standTogether(page: Page, frame?: number): Promise<[number, number]> {
  let shown: [number, number] = [-1, -1]
  const sayStand = async () => {
    await standing(page)
    const clock = await page.getByRole('region', { name: 'Pictures' }).locator('output').textContent()
    shown = await bothShown(page)
    const [one, other] = shown
    const clockOfFirst = new Date(firstAt.getTime() + one * frameMs).toISOString().slice(11, 23).replace(/^10/, '11')
    if (clock !== clockOfFirst) return `the clock says ${clock} at frame ${one}`
    if (other !== Math.floor(one - byTheirClocks / frameMs)) return `frame ${other} stands beside frame ${one}`
    return frame === undefined || frame === one ? 'together' : `it stands at frame ${one}`
  }
  await expect.poll(sayStand).toBe('together')
  return shown
}

/** Until both stand still and show where they stand. */
async function standing(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    [...document.querySelectorAll('video')].every((video) => video.paused && !video.seeking && video.readyState >= 2),
  )
}

async function hearOneAtATime(page: Page): Promise<void> {
  const silent = () => page.evaluate(() => [...document.querySelectorAll('video')].map((video) => video.muted))
  expect(await silent()).toEqual([false, true])
  await page.keyboard.press('2')
  expect(await silent()).toEqual([true, false])
  await page.keyboard.press('0')
  expect(await silent()).toEqual([true, true])
  await page.keyboard.press('1')
  expect(await silent()).toEqual([false, true])
}

async function seeTheMap(page: Page, first: RecordingId): Promise<void> {
  const places = page.getByRole('list', { name: 'Where each camera is' })
  await places.getByText(/1\. VB-007/).waitFor()
  await places
    .getByText(/52\.07\d{3}, 4\.30\d{3} · 9 km\/h/)
    .first()
    .waitFor()
  await page.getByRole('region', { name: 'Map of where each camera was' }).waitFor()
  await page.locator('.maplibregl-marker').nth(1).waitFor()
  // What it asks of whom: of our own server alone.
  const asked = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => new URL(name)))
  expect(new Set(asked.map(({ origin }) => origin).filter((origin) => origin !== 'null'))).toEqual(
    new Set([new URL(page.url()).origin]),
  )
  await expectAccessible(page)
  expect(page.url()).toContain(first)
}

async function correctTheClock(page: Page, second: RecordingId): Promise<void> {
  const clocks = page.getByRole('region', { name: 'Clocks' })
  await clocks.getByRole('radio', { name: /Picture 2/ }).click()
  await clocks.getByRole('button', { name: '−1 s' }).click()
  for (let times = 0; times < 5; times++) await clocks.getByRole('button', { name: '−100 ms' }).click()
  await clocks.getByText('−1.500 s').waitFor()
  await standing(page)
  await expect
    .poll(async () => {
      const [one, other] = await bothShown(page)
      return Math.abs((one - other) * frameMs - truthMs)
    })
    .toBeLessThanOrEqual(frameMs)
  await clocks.getByRole('button', { name: 'Store', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Reason').fill('De deur slaat in beide beelden dicht.')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Store' }).click()
  await dialog.waitFor({ state: 'detached' })
  await clocks.getByText(/by Olga Inzage/).waitFor()
  await page
    .getByRole('figure', { name: /VB-008/ })
    .getByText(/corrected by −1\.500.s · own clock 11:00:/)
    .waitFor()

  await page.getByRole('button', { name: 'End viewing' }).click()
  await page.getByRole('heading', { name: 'Watch together' }).waitFor()
  await page.goto(`${new URL(page.url()).origin}/recordings/${second}`)
  await page.getByText('Clock corrected').first().waitFor()
  await page.getByText('De deur slaat in beide beelden dicht.').first().waitFor()
}

async function seeTheShift(page: Page, { address }: Product, wearer: string): Promise<void> {
  await page.goto(`${address}/shifts/${wearer}/2026-11-21`)
  await page.getByRole('heading', { name: /Egon Straat/ }).waitFor()
  await expectAccessible(page)
  await page.getByText('VB-007 · the whole day').waitFor()
  await page.getByRole('link', { name: 'Next day →' }).click()
  await page.getByText('Nothing was recorded').waitFor()
  await page.goBack()
  await page.getByRole('link', { name: /Recording from 11:00:00, VB-007/ }).click()
  await page.getByRole('heading', { name: /Recording of/ }).waitFor()
}
