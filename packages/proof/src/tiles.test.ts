import { fc, test } from '@fast-check/vitest'
import { utf8 } from '@getuige/base'
import { expect } from 'vitest'
import {
  appendToTiles,
  edgeTiles,
  leafHash,
  makeConsistencyProof,
  makeInclusionProof,
  proveConsistency,
  proveInclusion,
  rootFromTiles,
  treeRoot,
  verifyConsistency,
  verifyInclusion,
} from './index.ts'
import type { Tile, TileReader, TileRef } from './index.ts'

const leafHashes = Array.from({ length: 1200 }, (_, i) => leafHash(utf8(`entry ${i}`)))

/** Keeps the widest of each tile, as a table with one row for each (level, index) does. */
class KeptTiles implements TileReader {
  readonly #kept = new Map<string, Tile>()
  readonly asked: TileRef[] = []

  keep(tiles: readonly Tile[]): void {
    for (const tile of tiles) this.#kept.set(`${tile.level}/${tile.index}`, tile)
  }

  readTiles(refs: readonly TileRef[]): Promise<Uint8Array[]> {
    this.asked.push(...refs)
    return Promise.resolve(
      refs.map(({ level, index }) => this.#kept.get(`${level}/${index}`)?.bytes ?? new Uint8Array(0)),
    )
  }
}

const sizes = fc.uniqueArray(fc.nat({ max: leafHashes.length }), { minLength: 1, maxLength: 6 })

test.prop([sizes], { numRuns: 25 })(
  'a tree grown in any steps is the tree built at once, and proves what it holds',
  async (steps) => {
    const kept = new KeptTiles()
    let size = 0
    for (const next of steps.toSorted((a, b) => a - b)) {
      const oldSize = size
      const grown = await appendToTiles(kept, oldSize, leafHashes.slice(oldSize, next))
      kept.keep(grown.tiles)
      size = grown.size
      const root = treeRoot(leafHashes.slice(0, size))
      expect(grown.root).toEqual(root)
      expect(await rootFromTiles(kept, size)).toEqual(root)

      const path = await proveConsistency(kept, oldSize, size)
      expect(path).toEqual(makeConsistencyProof(leafHashes.slice(0, size), oldSize))
      const oldRoot = await rootFromTiles(kept, oldSize)
      expect(verifyConsistency({ oldSize, size, oldRoot, root, path })).toBe(true)
      for (const index of [0, Math.floor(size / 2), size - 1].filter((i) => i >= 0 && i < size)) {
        const audit = await proveInclusion(kept, index, size)
        expect(audit).toEqual(makeInclusionProof(leafHashes.slice(0, size), index))
        const leaf = leafHashes[index] ?? new Uint8Array(0)
        expect(verifyInclusion({ index, size, leafHash: leaf, root, path: audit })).toBe(true)
      }
    }
  },
)

test('an append reads the right edge and nothing else', async () => {
  const kept = new KeptTiles()
  kept.keep((await appendToTiles(kept, 0, leafHashes.slice(0, 1000))).tiles)
  expect(kept.asked).toEqual([])
  const { tiles } = await appendToTiles(kept, 1000, leafHashes.slice(1000, 1001))
  expect(kept.asked).toEqual(edgeTiles(1000))
  expect(tiles.map(({ level, index, width }) => ({ level, index, width }))).toEqual([
    { level: 0, index: 3, width: 233 },
  ])
})

test('nothing appended changes nothing and still tells the root', async () => {
  const kept = new KeptTiles()
  kept.keep((await appendToTiles(kept, 0, leafHashes)).tiles)
  expect(await appendToTiles(kept, leafHashes.length, [])).toEqual({
    tiles: [],
    root: treeRoot(leafHashes),
    size: leafHashes.length,
  })
})

test('a tile that is missing or too narrow is not taken for an empty one', async () => {
  await expect(rootFromTiles(new KeptTiles(), 5)).rejects.toThrow('tile/0/000.p/5 is missing or too short')
  await expect(appendToTiles(new KeptTiles(), 5, [])).rejects.toThrow('missing')
  await expect(proveInclusion(new KeptTiles(), 0, 5)).rejects.toThrow('missing')
})
