import { concatBytes } from '@getuige/base'
import { emptyRoot, hashBytes, joinSubtrees, nodeHash, perfectRoot } from './merkle.ts'
import { consistencyRanges, inclusionRanges, isTreeSize, perfectSubtrees } from './ranges.ts'
import type { Range, Subtree } from './ranges.ts'
import { malformed } from './proof-error.ts'

/** Hashes in a full tile, and entries in a full bundle (c2sp.org/tlog-tiles). */
export const tileWidth = 256
const tileHeight = 8
/** An entry's length is written in two bytes. */
export const maxEntryBytes = 65_535

/** `width` is 1 to 256; below 256 the tile is partial and stands at the right edge of its level. */
export type TileRef = Readonly<{ level: number; index: number; width: number }>
export type Tile = TileRef & Readonly<{ bytes: Uint8Array }>

/** Where tiles are kept. */
export interface TileReader {
  /**
   * The hashes of each tile asked for, in the order asked. A kept tile may be wider than asked: the surplus is not
   * looked at, so keeping only the widest of each (level, index) is enough. Throws if one is missing or narrower.
   */
  readTiles(refs: readonly TileRef[]): Promise<readonly Uint8Array[]>
}

/** `tile/0/x001/x234/067`, with `.p/WIDTH` after it for a partial tile. */
export function tilePath(level: number, index: number, width: number): string {
  if (!Number.isInteger(level) || level < 0 || level > 63) throw new RangeError(`no tile level ${level}`)
  return `tile/${level}/${indexPath(index, width)}`
}

export function entryBundlePath(index: number, width: number): string {
  return `tile/entries/${indexPath(index, width)}`
}

/** What a path of a tile or an entry bundle names; undefined unless it is exactly as it would be written. */
export function parseTilePath(path: string): (Omit<TileRef, 'level'> & { level: number | 'entries' }) | undefined {
  const [, levelText, indexText, widthText] =
    /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path) ?? []
  if (levelText === undefined || indexText === undefined) return undefined
  const index = Number(indexText.replaceAll(/[x/]/g, ''))
  const width = widthText === undefined ? tileWidth : Number(widthText)
  if (!isTreeSize(index) || width < 1 || width > tileWidth) return undefined
  const level = levelText === 'entries' ? levelText : Number(levelText)
  if (level !== 'entries' && level > 63) return undefined
  const written = level === 'entries' ? entryBundlePath(index, width) : tilePath(level, index, width)
  return written === path ? { level, index, width } : undefined
}

/** The tiles of a whole tree at its right edge, one per level that has a partial one, lowest level first. */
export function edgeTiles(size: number): TileRef[] {
  if (!isTreeSize(size)) throw new RangeError(`no tree of size ${size}`)
  const refs: TileRef[] = []
  for (let level = 0, count = size; count > 0; level++, count = Math.floor(count / tileWidth)) {
    const width = count % tileWidth
    if (width > 0) refs.push({ level, index: Math.floor(count / tileWidth), width })
  }
  return refs
}

export type Append = Readonly<{ tiles: Tile[]; root: Uint8Array; size: number }>

/**
 * Grow a tree. Reads only the tiles at its right edge and returns those that changed: a partial tile that grew comes
 * back whole under its new width. Append to a tree of size 0 to build one (the reader is then not asked anything).
 */
export async function appendToTiles(
  reader: TileReader,
  oldSize: number,
  newLeafHashes: readonly Uint8Array[],
): Promise<Append> {
  const size = oldSize + newLeafHashes.length
  if (!isTreeSize(oldSize) || !isTreeSize(size)) throw new RangeError(`no tree of size ${oldSize}`)
  if (newLeafHashes.some((hash) => hash.length !== hashBytes)) throw new RangeError('a leaf hash has 32 bytes')
  const oldRefs = edgeTiles(oldSize)
  const oldEdge = new Map<number, Uint8Array[]>()
  const oldTiles = await readHashes(reader, oldRefs)
  for (const [i, ref] of oldRefs.entries()) oldEdge.set(ref.level, oldTiles[i] ?? [])

  const tiles: Tile[] = []
  const edge: Uint8Array[][] = []
  let added = newLeafHashes
  let count = oldSize
  for (let level = 0; added.length > 0 || count > 0; level++) {
    const pending = [...(oldEdge.get(level) ?? []), ...added]
    const firstIndex = Math.floor(count / tileWidth)
    const above: Uint8Array[] = []
    for (let from = 0; added.length > 0 && from < pending.length; from += tileWidth) {
      const hashes = pending.slice(from, from + tileWidth)
      const index = firstIndex + from / tileWidth
      tiles.push({ level, index, width: hashes.length, bytes: concatBytes(...hashes) })
      if (hashes.length === tileWidth) above.push(perfectRoot(hashes))
    }
    edge.push(pending.slice(pending.length - (pending.length % tileWidth)))
    added = above
    count = firstIndex
  }
  return { tiles, root: rootOfEdge(edge), size }
}

/** The root of the tree of `size` leaves, from the tiles at its right edge alone. */
export async function rootFromTiles(reader: TileReader, size: number): Promise<Uint8Array> {
  return rootOfEdge(await readHashes(reader, edgeTiles(size)))
}

/** The audit path of a leaf in the tree of `size` leaves; `size` may be any size the tree has had. */
export function proveInclusion(reader: TileReader, index: number, size: number): Promise<Uint8Array[]> {
  return hashRanges(reader, inclusionRanges(index, size), size)
}

export function proveConsistency(reader: TileReader, oldSize: number, size: number): Promise<Uint8Array[]> {
  return hashRanges(reader, consistencyRanges(oldSize, size), size)
}

/** Each entry after its length in two bytes, big end first. A bundle holds 1 to 256 entries. */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length === 0 || entries.length > tileWidth) throw new RangeError('a bundle has 1 to 256 entries')
  return concatBytes(
    ...entries.flatMap((entry) => {
      if (entry.length > maxEntryBytes) throw new RangeError(`an entry of ${entry.length} bytes is too long`)
      return [Uint8Array.of(entry.length >> 8, entry.length & 0xff), entry]
    }),
  )
}

export function parseEntryBundle(bundle: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = []
  for (let at = 0; at < bundle.length;) {
    const [high, low] = [bundle[at], bundle[at + 1]]
    if (high === undefined || low === undefined) throw malformed('the bundle ends within a length')
    const end = at + 2 + high * 256 + low
    if (end > bundle.length) throw malformed('the bundle ends within an entry')
    entries.push(bundle.slice(at + 2, end))
    at = end
  }
  if (entries.length === 0 || entries.length > tileWidth) throw malformed('a bundle has 1 to 256 entries')
  return entries
}

function indexPath(index: number, width: number): string {
  if (!isTreeSize(index)) throw new RangeError(`no tile ${index}`)
  if (!Number.isInteger(width) || width < 1 || width > tileWidth) throw new RangeError(`no tile of width ${width}`)
  const digits = String(index)
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0')
  const path = (padded.match(/\d{3}/g) ?? []).map((part, i, all) => (i < all.length - 1 ? `x${part}` : part)).join('/')
  return width === tileWidth ? path : `${path}.p/${width}`
}

async function readHashes(reader: TileReader, refs: readonly TileRef[]): Promise<Uint8Array[][]> {
  if (refs.length === 0) return []
  const tiles = await reader.readTiles(refs)
  return refs.map((ref, i) => {
    const bytes = requireTile(ref, tiles[i])
    return Array.from({ length: ref.width }, (_, j) => bytes.subarray(j * hashBytes, (j + 1) * hashBytes))
  })
}

function requireTile(ref: TileRef, bytes: Uint8Array | undefined): Uint8Array {
  if (bytes === undefined || bytes.length < ref.width * hashBytes || bytes.length % hashBytes !== 0) {
    throw malformed(`${tilePath(ref.level, ref.index, ref.width)} is missing or too short`)
  }
  return bytes
}

/** Fold the partial tiles of every level, lowest first, into the root. */
function rootOfEdge(edge: readonly (readonly Uint8Array[])[]): Uint8Array {
  const roots = edge
    .toReversed()
    .flatMap((hashes) =>
      perfectSubtrees([0, hashes.length]).map(({ level, index }) =>
        perfectRoot(hashes.slice(index * 2 ** level, (index + 1) * 2 ** level)),
      ),
    )
  return roots.length === 0 ? emptyRoot : joinSubtrees(roots)
}

/** Where a perfect subtree is found: `width` hashes from `from` on in one tile. */
function placeInTiles({ level, index }: Subtree, size: number) {
  const tileLevel = Math.floor(level / tileHeight)
  const width = 2 ** (level % tileHeight)
  const start = index * width
  const tileIndex = Math.floor(start / tileWidth)
  const hashesAtLevel = Math.floor(size / tileWidth ** tileLevel)
  const ref = { level: tileLevel, index: tileIndex, width: Math.min(tileWidth, hashesAtLevel - tileIndex * tileWidth) }
  return { ref, from: start % tileWidth, width }
}

async function hashRanges(reader: TileReader, ranges: readonly Range[], size: number): Promise<Uint8Array[]> {
  const places = ranges.map((range) => perfectSubtrees(range).map((subtree) => placeInTiles(subtree, size)))
  const refs = new Map(places.flat().map(({ ref }) => [`${ref.level}/${ref.index}`, ref]))
  const tiles = refs.size === 0 ? [] : await reader.readTiles([...refs.values()])
  const byPlace = new Map([...refs].map(([at, ref], i) => [at, requireTile(ref, tiles[i])]))
  return places.map((subtrees) =>
    joinSubtrees(
      subtrees.map(({ ref, from, width }) => {
        const tile = byPlace.get(`${ref.level}/${ref.index}`) ?? new Uint8Array()
        return rootWithin(tile, from, width)
      }),
    ),
  )
}

const knownRoots = new WeakMap<Uint8Array, Map<number, Uint8Array>>()

/**
 * The root of the perfect subtree over `width` hashes of a tile. A reader that answers the very same bytes again, and
 * never changes them, has each subtree of them hashed once.
 */
function rootWithin(tile: Uint8Array, from: number, width: number): Uint8Array {
  const known = knownRoots.get(tile) ?? new Map<number, Uint8Array>()
  knownRoots.set(tile, known)
  return rootBeneath(tile, from, width, known)
}

function rootBeneath(tile: Uint8Array, from: number, width: number, known: Map<number, Uint8Array>): Uint8Array {
  if (width === 1) return tile.subarray(from * hashBytes, (from + 1) * hashBytes)
  const place = from * tileWidth + width
  const found = known.get(place)
  if (found !== undefined) return found
  const half = width / 2
  const root = nodeHash(rootBeneath(tile, from, half, known), rootBeneath(tile, from + half, half, known))
  known.set(place, root)
  return root
}
