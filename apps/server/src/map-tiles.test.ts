import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeMap, mapTilesPath } from '@getuige/contract'
import { openMapTiles } from './map-tiles.ts'
import { createWorld } from './testing/world.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'getuige-map-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('a file that is no map stops the start, and so does one that is not there', async () => {
  const page = join(folder, 'page.html')
  await writeFile(page, '<html><body>Not found</body></html>')
  await expect(openMapTiles(page)).rejects.toThrow('no PMTiles archive')
  await expect(openMapTiles(join(folder, 'nothing.pmtiles'))).rejects.toMatchObject({ code: 'ENOENT' })
})

test('the map of the operator is served by range, to whoever is signed in and to nobody else', async () => {
  const file = join(folder, 'map.pmtiles')
  const bytes = Buffer.concat([Buffer.from('PMTiles\u0003', 'latin1'), Buffer.alloc(100_000, 7)])
  await writeFile(file, bytes)
  await using mapTiles = await openMapTiles(file)
  await using world = await createWorld({ around: (settings) => Promise.resolve({ ...settings, mapTiles }) })
  const site = await world.listen()
  const path = `/api${describeMap.path}`
  expect((await site.ask('GET', path, { as: world.officer })).body).toEqual({ tilesUrl: mapTilesPath, around: null })
  expect((await site.fetch(mapTilesPath)).status).toBe(401)
  const range = { headers: { range: 'bytes=0-16383' }, as: world.officer }
  const part = await site.fetch(mapTilesPath, range)
  expect(part.status).toBe(206)
  expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(0, 16_384))
})

test('without a map of the operator there is none to ask for', async () => {
  await using world = await createWorld()
  const site = await world.listen()
  const described = await site.ask('GET', `/api${describeMap.path}`, { as: world.officer })
  expect(described.body).toEqual({ tilesUrl: null, around: null })
  expect((await site.fetch(mapTilesPath, { as: world.officer })).status).toBe(404)
})
