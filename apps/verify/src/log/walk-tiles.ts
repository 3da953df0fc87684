import { equalBytes } from '@getuige/base'
import {
  appendToTiles,
  emptyRoot,
  entryBundlePath,
  hashBytes,
  leafHash,
  maxEntryBytes,
  parseEntryBundle,
  ProofError,
  tilePath,
  tileWidth,
} from '@getuige/proof'
import type { Tile, TileReader } from '@getuige/proof'
import type { Source } from './source.ts'

const maxTileBytes = tileWidth * hashBytes
const maxBundleBytes = tileWidth * (maxEntryBytes + 2)
/** Parts asked for ahead of the one looked at, so that a far server does not make each wait. */
const ahead = 8

/** Hashes that are made into the levels above at once. */
const batchHashes = 16 * tileWidth

/** Something of a log that is not as it should be, by its path. What has a wrong length is as good as missing. */
export type Flaw = Readonly<{
  what: 'missing' | 'tile-differs' | 'entries-differ' | 'entries-unreadable'
  path: string
}>

export type Walked = Readonly<{
  tiles: readonly Flaw[]
  entries: readonly Flaw[]
  /** Derived from the lowest tiles alone; undefined when one of them is missing. */
  root: Uint8Array | undefined
}>

/** The tiles of a published log. One that is missing is empty, which no reader of tiles takes for a tile. */
export function tileReaderOf(source: Source): TileReader {
  return {
    readTiles: (refs) =>
      Promise.all(
        refs.map(async ({ level, index, width }) => (await readTile(source, level, index, width)) ?? new Uint8Array(0)),
      ),
  }
}

/**
 * Read the whole log once, from the lowest tiles up: each hash of a level above must be the root of its tile below, and
 * each entry, if asked for, must have the hash that the lowest level gives. Keeps only the right edge in memory.
 */
export async function walkTiles(source: Source, size: number, withEntries: boolean): Promise<Walked> {
  const tiles: Flaw[] = []
  const entries: Flaw[] = []
  const edge = edgeInMemory()
  let root: Uint8Array | undefined = emptyRoot
  let at = 0
  const pending: Uint8Array[] = []
  const reading = aheadOf(Math.ceil(size / tileWidth), (index) => {
    const width = Math.min(tileWidth, size - index * tileWidth)
    return readLowest(source, index, width, withEntries)
  })
  for await (const { path, hashes, bundlePath, bundle } of reading) {
    if (hashes === undefined) {
      tiles.push({ what: 'missing', path })
      root = undefined // what is above cannot be derived any more; the tiles that follow are still looked for
      continue
    }
    if (withEntries) entries.push(...checkBundle(hashes, bundlePath, bundle))
    if (root === undefined) continue
    pending.push(...hashes)
    if (pending.length < batchHashes && at + pending.length < size) continue
    const grown = await appendToTiles(edge, at, pending.splice(0))
    edge.put(grown.tiles)
    at = grown.size
    root = grown.root
    // A tile above is looked at when it is full, or stands at the edge when all is read.
    const isLast = at === size
    for (const tile of grown.tiles) {
      if (tile.level > 0 && (tile.width === tileWidth || isLast)) tiles.push(...(await checkTile(source, tile)))
    }
    if (isLast) for (const tile of edge.untouched(grown.tiles)) tiles.push(...(await checkTile(source, tile)))
  }
  return { tiles, entries, root }
}

async function readLowest(source: Source, index: number, width: number, withEntries: boolean) {
  const bundlePath = entryBundlePath(index, width)
  const [tile, bundle] = await Promise.all([
    readTile(source, 0, index, width),
    withEntries ? readPart(source, bundlePath, maxBundleBytes) : undefined,
  ])
  return { path: tilePath(0, index, width), hashes: tile && splitHashes(tile, width), bundlePath, bundle }
}

function checkBundle(hashes: readonly Uint8Array[], path: string, bundle: Part | undefined): Flaw[] {
  if (bundle === undefined) return [{ what: 'missing', path }]
  let found: Uint8Array[]
  try {
    found = parseEntryBundle(bundle.bytes)
  } catch (error) {
    if (!(error instanceof ProofError)) throw error
    return [{ what: 'entries-unreadable', path }]
  }
  const isWhole = bundle.isGrown ? found.length > hashes.length : found.length === hashes.length
  const isSame = hashes.every((hash, i) => found[i] !== undefined && equalBytes(leafHash(found[i]), hash))
  return isWhole && isSame ? [] : [{ what: 'entries-differ', path }]
}

async function checkTile(source: Source, { level, index, width, bytes }: Tile): Promise<Flaw[]> {
  const path = tilePath(level, index, width)
  const stored = await readTile(source, level, index, width)
  if (stored === undefined) return [{ what: 'missing', path }]
  return equalBytes(stored, bytes) ? [] : [{ what: 'tile-differs', path }]
}

/** As many hashes as asked for. Undefined when the tile is missing, or has another length than its name says. */
async function readTile(source: Source, level: number, index: number, width: number): Promise<Uint8Array | undefined> {
  const part = await readPart(source, tilePath(level, index, width), maxTileBytes)
  if (part?.bytes.length !== (part?.isGrown === true ? tileWidth : width) * hashBytes) return undefined
  return part.bytes.subarray(0, width * hashBytes)
}

type Part = Readonly<{ bytes: Uint8Array; isGrown: boolean }>

/** A log that has grown since may have removed a partial tile or bundle: then the full one begins with it. */
async function readPart(source: Source, path: string, maxBytes: number): Promise<Part | undefined> {
  const bytes = await source.read(path, maxBytes)
  if (bytes !== undefined) return { bytes, isGrown: false }
  const full = path.includes('.p/') ? await source.read(path.replace(/\.p\/\d+$/, ''), maxBytes) : undefined
  return full && { bytes: full, isGrown: true }
}

function splitHashes(tile: Uint8Array, width: number): Uint8Array[] {
  return Array.from({ length: width }, (_, i) => tile.slice(i * hashBytes, (i + 1) * hashBytes))
}

/** In order, with some begun before they are needed. */
async function* aheadOf<T>(count: number, begin: (index: number) => Promise<T>): AsyncGenerator<T> {
  const begun: Promise<T>[] = []
  for (let index = 0; index < count; index++) {
    for (; begun.length < ahead && index + begun.length < count;) {
      const next = begin(index + begun.length)
      next.catch(() => undefined) // it is thrown where it is awaited, unless an earlier one was
      begun.push(next)
    }
    yield await (begun.shift() as Promise<T>)
  }
}

/** The newest tile of every level: all that growing a tree asks for. */
function edgeInMemory() {
  const byLevel = new Map<number, Tile>()
  return {
    readTiles: (refs: readonly { level: number; index: number }[]) =>
      Promise.resolve(refs.map(({ level }) => byLevel.get(level)?.bytes ?? new Uint8Array(0))),
    put(tiles: readonly Tile[]) {
      for (const tile of tiles) byLevel.set(tile.level, tile)
    },
    /** Partial tiles above the lowest level that the last step did not change, and so were not looked at. */
    untouched: (touched: readonly Tile[]) =>
      [...byLevel.values()].filter(
        ({ level, width }) => level > 0 && width < tileWidth && !touched.some((tile) => tile.level === level),
      ),
  }
}
