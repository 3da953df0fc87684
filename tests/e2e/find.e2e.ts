import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { RecordingId } from '@getuige/base'
import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { clips } from '../../apps/server/src/demo/clips/clips.ts'
import { personaliseClip } from '../../apps/server/src/demo/personalise-clip.ts'
import { arrive, makeCorps } from './corps.ts'
import { expectRows, rows } from './list.ts'
import { expectAccessible, type Product, startProduct } from './product.ts'

const timeZone = 'Europe/Amsterdam'
const now = new Date('2026-11-22T15:00:00Z')
const square = { west: '4.29', east: '4.31', south: '52.06', north: '52.08' }

/** The right recording in seconds: by every way that there is, and by nobody who may not know of it. */
test('a records officer finds recordings, and does one thing to several', async () => {
  // Nothing here looks at a picture, and each takes longer to make than all that is looked for.
  await using product = await startProduct(now, { GETUIGE_CODEC_ENGINE: 'none' })
  const corps = await makeCorps(product, 'nl-boa-den-haag', {
    olga: { name: 'Olga Inzage', roles: ['records-officer'] },
    odile: { name: 'Odile Inzage', roles: ['records-officer'] },
    ivo: { name: 'Ivo Recherche', roles: ['investigator'] },
    egon: { name: 'Egon Straat', roles: ['enforcer'] },
  })
  // In the order of the list, which begins with the newest.
  const [atStation, onSquare] = await Promise.all([
    receive(product, corps, 2, { latitude: 52.081, longitude: 4.324 }),
    receive(product, corps, 1, { latitude: 52.0705, longitude: 4.3007 }),
    receive(product, corps, 0, undefined),
  ])
  await holdFor(product, corps, atStation)

  const page = await arrive(product, corps, 'olga')
  await expectRows(page, 3)
  await writeNote(page, product, onSquare)
  await findByWords(page, onSquare)
  await tagTwo(page)
  await findByTag(page)
  await findByTagOfRow(page)
  await findByNumber(page, atStation)
  await findByTime(page, onSquare)
  await findByFourNumbers(page, onSquare)
  await findByDragging(page, onSquare)
  await saveAndOpen(page)
  const shared = page.url()
  await loosenWhatFindsNothing(page, onSquare)

  // A colleague who is sent the address sees the same, whatever else was done to it on its way.
  const mangled = `${shared.slice(product.address.length)}&from=2026-13-45&show=nonsense&longerThan=1e99&tag=&from=x&utm=1`
  const colleague = await arrive(product, corps, 'odile', mangled)
  await expectListed(colleague, onSquare)
  await colleague.getByRole('button', { name: /^Remove the filter: Place/ }).waitFor()

  // Of what is not in a file of his an investigator does not learn by its words that it is there.
  const investigator = await arrive(product, corps, 'ivo', '/recordings?q=rode')
  await investigator.getByText('No recording', { exact: true }).waitFor()
  expect(await rows(investigator).count()).toBe(0)
  for (const path of ['recordings?q=rode', 'recordings?tag=centrum', 'search-terms?q=rode', 'search-terms?q=centrum']) {
    const answer = await investigator.request.get(`${product.address}/api/${path}`)
    expect(answer.status(), path).toBe(200)
    expect(await answer.text(), path).not.toMatch(/rec_|"term":/)
  }
})

type Corps = Awaited<ReturnType<typeof makeCorps<'olga' | 'odile' | 'ivo' | 'egon'>>>

/** As a dock hands over; prepared afterwards. `which` is also how many days it is younger than the oldest. */
async function receive(
  product: Product,
  { actors }: Corps,
  which: number,
  location: Readonly<{ latitude: number; longitude: number }> | undefined,
): Promise<RecordingId> {
  const { ingest, media, recordings } = product.running.server.modules
  const clip = clips[which]
  if (clip === undefined) throw new Error('there is no such clip')
  const recordedOn = `2026-11-${17 + which}`
  const place = location === undefined ? {} : { location }
  const bytes = await personaliseClip(clip, {
    recordedOn,
    timeZone,
    cameraSerial: 'CAM-7',
    nonce: `${which}`,
    ...place,
  })
  const sha256 = createHash('sha256').update(bytes).digest()
  const announcement = { filename: `${which}.mp4`, sha256: sha256.toString('hex'), camera: 'CAM-7' }
  const upload = await ingest.announce(actors.ada, announcement, bytes.length)
  await ingest.append(actors.ada, upload.id, Readable.from([bytes]), 0)
  const { corpsId } = actors.ada
  const id = (await recordings.findByDigest(corpsId, sha256))?.id
  if (id === undefined) throw new Error('it was not stored')
  await media.prepare({ corpsId, recordingId: id }, new AbortController().signal)
  return id
}

async function holdFor({ running }: Product, { actors }: Corps, recordingId: RecordingId): Promise<void> {
  const hold = { kind: 'report', number: 'PL1500-2026118481', reason: 'Aangifte loopt.' } as const
  await running.server.modules.retention.placeHold(actors.olga, { ...hold, recordingId })
}

/** A note at a moment of it, within a viewing for a purpose, as the player writes it. */
async function writeNote(page: Page, { address }: Product, recordingId: RecordingId): Promise<void> {
  const post = async (path: string, data: object): Promise<unknown> => {
    const answer = await page.request.post(`${address}/api${path}`, { data, headers: { 'x-getuige': 'web' } })
    expect(answer.status(), await answer.text()).toBe(200)
    return answer.json()
  }
  const said = { purpose: 'report', reference: 'PL1500-2026118481', reason: 'Aangifte van slagen.' }
  const viewing = await post(`/recordings/${recordingId}/viewings`, said)
  const { viewingId } = viewing as { viewingId: string }
  await post(`/viewings/${viewingId}/markers`, { atMs: 1000, toMs: null, note: 'Man met rode jas loopt weg' })
}

const dialogs = '[role=dialog]'

/** The list is this one recording. */
async function expectListed(page: Page, recordingId: RecordingId): Promise<void> {
  await expectRows(page, 1)
  await rows(page).locator(`a[href="/recordings/${recordingId}"]`).waitFor()
}

const field = (page: Page): Locator => page.getByRole('combobox', { name: 'Search recordings' })

async function findByWords(page: Page, recordingId: RecordingId): Promise<void> {
  await page.keyboard.press('/')
  await page.keyboard.type('rode ja')
  await page.waitForFunction(() => new URLSearchParams(location.search).get('q') === 'rode ja')
  await expectListed(page, recordingId)
  await page.getByRole('option', { name: /jas/ }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => new URLSearchParams(location.search).get('q') === 'rode jas')
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await expectRows(page, 3)
}

/** Chosen by keys; the dialog says to which of them it does what, before it does. */
async function tagTwo(page: Page): Promise<void> {
  await rows(page).first().focus()
  await page.keyboard.press('x')
  await page.keyboard.press('Shift+ArrowDown')
  await page.getByText('2 recordings selected').waitFor()
  await page.getByRole('button', { name: 'Add tags…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('combobox', { name: 'Tags' }).fill('centrum')
  await dialog.getByRole('button', { name: 'See what it does' }).click()
  await dialog.getByText('2 recordings get centrum').waitFor()
  await expectAccessible(page, dialogs)
  await dialog.getByRole('button', { name: 'Add to 2 recordings' }).click()
  await dialog.getByText('Done: 2 recordings. So already: 0. Refused: 0.').waitFor()
  await dialog.getByRole('button', { name: 'Close' }).last().click()
  await dialog.waitFor({ state: 'detached' })

  // Of three, two are so already.
  await page.keyboard.press('*')
  await page.getByText('3 recordings selected').waitFor()
  await page.getByRole('button', { name: 'Add tags…' }).click()
  await dialog.getByRole('combobox', { name: 'Tags' }).fill('centrum')
  await dialog.getByRole('button', { name: 'See what it does' }).click()
  await dialog.getByText('1 recording gets centrum').waitFor()
  await dialog.getByText('2 are so already: nothing changes there').waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Clear the selection' }).click()
}

/** A tag that is offered becomes a filter of its own; the way back is one step. */
async function findByTag(page: Page): Promise<void> {
  await page.keyboard.press('/')
  await page.keyboard.type('centr')
  const offered = page.getByRole('option', { name: /centrum/ }).filter({ hasText: 'tag' })
  await offered.click()
  await page.getByRole('button', { name: 'Remove the filter: Tag: centrum' }).waitFor()
  await expectRows(page, 2)
  expect(new URL(page.url()).searchParams.get('tag')).toBe('centrum')
  await page.getByRole('button', { name: 'Remove the filter: Tag: centrum' }).click()
  await expectRows(page, 3)
  await page.goBack()
  await expectRows(page, 2)
  await page.goForward()
  await expectRows(page, 3)
}

/** The tags of a row are reached from it by Tab; the row that was left has the focus in what is found. */
async function findByTagOfRow(page: Page): Promise<void> {
  await rows(page).first().getByText('centrum').waitFor()
  await rows(page).first().focus()
  await page.keyboard.press('Tab')
  await page.waitForFunction(() => document.activeElement?.textContent === 'centrum')
  await page.keyboard.press('Enter')
  await expectRows(page, 2)
  expect(new URL(page.url()).searchParams.get('tag')).toBe('centrum')
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-rowindex') === '2')
  // Whoever types now keeps the field: the list that comes takes the focus from nobody.
  await page.keyboard.press('/')
  await page.keyboard.type('rode')
  await expectRows(page, 1)
  await page.keyboard.type(' jas')
  await page.waitForFunction(() => new URLSearchParams(location.search).get('q') === 'rode jas')
  await page.keyboard.press('Escape')
  await expectRows(page, 2)
  await page.getByRole('button', { name: 'Remove the filter: Tag: centrum' }).click()
  await expectRows(page, 3)
}

async function findByNumber(page: Page, recordingId: RecordingId): Promise<void> {
  await page.getByLabel('Number of a report, complaint or file').fill('PL1500-2026118481')
  await page.keyboard.press('Enter')
  await expectListed(page, recordingId)
  await page.getByRole('button', { name: /^Remove the filter: Number/ }).click()
  await expectRows(page, 3)
}

/** A minute in which it ran, as clocks of the corps show it. */
async function findByTime(page: Page, recordingId: RecordingId): Promise<void> {
  const minute = (clips[1]?.startsAt ?? '').slice(0, 5)
  await page.goto(new URL('/recordings?from=2026-11-18&to=2026-11-18', page.url()).href)
  await expectListed(page, recordingId)
  const from = page.getByLabel('From Time')
  await from.fill('23.59')
  await from.press('Enter')
  await page.getByText('No recording', { exact: true }).waitFor()
  await from.fill(minute.replace(':', 'h'))
  await from.press('Enter')
  await expectListed(page, recordingId)
  expect(new URL(page.url()).searchParams.get('from')).toBe(`2026-11-18T${minute}`)
  await page.getByRole('button', { name: 'Clear all filters' }).click()
  await page.getByText('3 recordings', { exact: true }).waitFor()
}

async function findByFourNumbers(page: Page, recordingId: RecordingId): Promise<void> {
  await page.getByRole('button', { name: 'Rectangle on the map…' }).click()
  const dialog = page.getByRole('dialog')
  for (const [side, degrees] of Object.entries(square)) {
    await dialog.getByLabel(new RegExp(`^${side}`, 'i')).fill(degrees)
  }
  await dialog.getByRole('button', { name: 'Use this place' }).click()
  await expectListed(page, recordingId)
  expect(new URL(page.url()).searchParams.get('place')).toBe('4.29,52.06,4.31,52.08')
}

/** Drawn within the rectangle that the map shows: smaller, and the recording is still in it. */
async function findByDragging(page: Page, recordingId: RecordingId): Promise<void> {
  await page.getByRole('button', { name: 'Change the rectangle…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Draw a rectangle' }).click()
  const box = await dialog.locator('canvas.maplibregl-canvas').boundingBox()
  if (box === null) throw new Error('there is no map')
  const at = (x: number, y: number) => [box.x + box.width * x, box.y + box.height * y] as const
  await page.mouse.move(...at(0.42, 0.3))
  await page.mouse.down()
  await page.mouse.move(...at(0.5, 0.5), { steps: 4 })
  await page.mouse.move(...at(0.6, 0.7), { steps: 4 })
  await page.mouse.up()
  const west = dialog.getByLabel(/^West/)
  await page.waitForFunction(
    (before) => document.querySelector<HTMLInputElement>('[role=dialog] input')?.value !== before,
    square.west,
  )
  const drawn = Number(await west.inputValue())
  expect(drawn).toBeGreaterThan(Number(square.west))
  expect(drawn).toBeLessThan(4.3007)
  await expectAccessible(page, dialogs)
  await dialog.getByRole('button', { name: 'Use this place' }).click()
  await page.waitForFunction(() => !location.search.includes('4.29%2C'))
  await expectListed(page, recordingId)
}

/** Kept under a name, opened from the menu, and removed only when asked once more. */
async function saveAndOpen(page: Page): Promise<void> {
  const menu = page.getByRole('button', { name: 'Saved searches' })
  const dialog = page.getByRole('dialog').or(page.getByRole('alertdialog'))
  for (const name of ['Plein', 'Te veel']) {
    await menu.click()
    await page.getByRole('menuitem', { name: 'Save this search…' }).click()
    await dialog.getByLabel('Name').fill(name)
    await dialog.getByRole('button', { name: 'Save', exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
  }
  await page.getByRole('button', { name: /^Remove the filter: Place/ }).click()
  await expectRows(page, 3)
  await menu.click()
  await page.getByRole('menuitem', { name: 'Plein' }).click()
  await expectRows(page, 1)

  await menu.click()
  await page.getByRole('menuitem', { name: 'Manage searches…' }).click()
  await dialog.getByRole('button', { name: 'Remove “Te veel”' }).click()
  await dialog.getByText('“Te veel” is removed.').waitFor()
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click()
  await dialog.getByRole('link', { name: 'Plein' }).waitFor()
  await dialog.getByRole('link', { name: 'Te veel' }).waitFor({ state: 'detached' })
  await expectAccessible(page, dialogs)
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
}

/** Nothing is found: said is which filter stands in the way, and what there is without it. */
async function loosenWhatFindsNothing(page: Page, recordingId: RecordingId): Promise<void> {
  await field(page).fill('zzz')
  await page.getByText('No recording meets all of these filters').waitFor()
  await page.getByRole('button', { name: /Without “Words: zzz”.*1 recording/ }).click()
  await expectListed(page, recordingId)
}
