import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { RecordingId } from '@getuige/base'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { findTool, reportMissingTool } from '../outside-tools.ts'
import { arrive, makeCorps } from './corps.ts'
import { expectAccessible, type Product, startProduct } from './product.ts'

const now = new Date('2026-11-22T15:00:00Z')
type Actors = Pick<Awaited<ReturnType<typeof makeCorps<'olga'>>>['actors'], 'ada'>
/** Ten seconds, so often one after the other, are long enough to be looked at while they are encoded anew. */
const longTimes = 40

/** Long work is seen as it goes, is cancelled, says why it failed, and is tried again. */
test('whoever waits for a copy that can be played sees how far it is', async () => {
  if (findTool('ffmpeg') === undefined) {
    reportMissingTool('ffmpeg', 'no long work was watched in a browser')
    return
  }
  await using product = await startProduct(now)
  const corps = await makeCorps(product, 'nl-boa-den-haag', {
    olga: { name: 'Olga Inzage', roles: ['records-officer'] },
    ivo: { name: 'Ivo Recherche', roles: ['investigator'] },
    egon: { name: 'Egon Straat', roles: ['enforcer'] },
  })
  const page = await arrive(product, corps, 'olga', '/tasks')
  await page.getByText('Nothing is running.').waitFor()
  // Before the work is asked for: what comes is told, not found.
  const stream = page.waitForResponse(/\/api\/tasks\/events$/)
  await page.reload()
  expect((await stream).headers()['content-type']).toMatch(/^text\/event-stream/)
  await page.getByText('Nothing is running.').waitFor()

  const long = await receive(product, corps.actors, longTimes)
  // How fast it goes is reckoned by the server's clock, which goes on here.
  const going = setInterval(() => product.clock.advance(1_000), 1_000)
  await seeItGo(page, long).finally(() => clearInterval(going))
  await cancelIt(page, long)
  const short = await seeWhyItFails(page, product, corps)
  await tryItAgain(page, product, short)
  await task(page, long).getByText('Cancelled').waitFor()

  // Of what is not in a file of his an investigator does not learn that it is worked on.
  const investigator = await arrive(product, corps, 'ivo', '/tasks')
  await investigator.getByText('Nothing in the last day.').waitFor()
})

/** An AVI with MPEG-4 part 2, which no browser plays, of so many times ten seconds; as a dock hands it over, prepared. */
async function receive(product: Product, { ada }: Actors, times: number): Promise<RecordingId> {
  const { ingest, media, recordings } = product.running.server.modules
  const tenSeconds = join(product.folder, 'ten-seconds.avi')
  const file = join(product.folder, `${times}.avi`)
  if (!existsSync(tenSeconds))
    await ffmpeg(['-f', 'lavfi', '-i', 'testsrc2=size=480x270:rate=25:duration=10', '-c:v', 'mpeg4', tenSeconds])
  await ffmpeg(['-stream_loop', `${times - 1}`, '-i', tenSeconds, '-c', 'copy', file])
  const sha256 = createHash('sha256')
    .update(await readFile(file))
    .digest()
  const announcement = { filename: `${times}.avi`, sha256: sha256.toString('hex'), camera: 'CAM-7' }
  const upload = await ingest.announce(ada, announcement, (await stat(file)).size)
  await ingest.append(ada, upload.id, createReadStream(file), 0)
  const id = (await recordings.findByDigest(ada.corpsId, sha256))?.id
  if (id === undefined) throw new Error('it was not stored')
  await media.prepare({ corpsId: ada.corpsId, recordingId: id }, new AbortController().signal)
  return id
}

async function ffmpeg(args: readonly string[]): Promise<void> {
  const all = ['-hide_banner', '-loglevel', 'error', ...args]
  const program = spawn('ffmpeg', all, { stdio: ['ignore', 'ignore', 'inherit'] })
  await once(program, 'close')
  expect(program.exitCode).toBe(0)
}

/** The copy of one recording that can be played. */
const task = (page: Page, recordingId: RecordingId) =>
  page
    .getByRole('main')
    .getByRole('row')
    .filter({ hasText: 'Playable copy' })
    .filter({ has: page.locator(`a[href="/recordings/${recordingId}"]`) })

/** Without asking: the bar moves, and what remains is said. */
async function seeItGo(page: Page, recordingId: RecordingId): Promise<void> {
  const running = task(page, recordingId)
  await running.getByText('Running').waitFor()
  const bar = running.getByRole('progressbar')
  await page.waitForFunction(
    () => Number(document.querySelector('main [role=progressbar]')?.getAttribute('aria-valuenow')) > 0,
  )
  await bar.waitFor()
  await running.getByText(/% · about \d+ (second|minute)s? left/).waitFor()
  await page.getByRole('button', { name: /running or waiting/ }).waitFor()
  await expectAccessible(page)
}

async function cancelIt(page: Page, recordingId: RecordingId): Promise<void> {
  const cancelled = task(page, recordingId)
  await cancelled.getByRole('button', { name: /^Cancel/ }).click()
  await cancelled.getByText('Cancelled').waitFor()
  await page.getByText('Nothing is running.').waitFor()
}

/** On a server without the program for it: in words that say who can help. */
async function seeWhyItFails(page: Page, product: Product, { actors }: { actors: Actors }): Promise<RecordingId> {
  await product.restart({ GETUIGE_CODEC_ENGINE: 'none' })
  await page.goto(`${product.address}/tasks`)
  const recordingId = await receive(product, actors, 2)
  const failed = task(page, recordingId)
  await failed.getByText('Failed').waitFor()
  await failed.getByText('This server lacks the program for it.').waitFor()
  await expectAccessible(page)
  return recordingId
}

async function tryItAgain(page: Page, product: Product, recordingId: RecordingId): Promise<void> {
  await product.restart({})
  await page.goto(`${product.address}/tasks`)
  await task(page, recordingId)
    .getByRole('button', { name: /^Try again/ })
    .click()
  await task(page, recordingId).getByText('Done').waitFor()
}
