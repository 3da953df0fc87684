import { encodeEntryBundle, formatTlogProof, hashBytes, parseTilePath, proveInclusion, tileWidth } from '@getuige/proof'
import type { Reader } from '#platform/database'
import type { CustodyDeps } from './deps.ts'
import { findLogHead, listLeaves, openTileCache, type SignedHead, tileReader } from './store.ts'
import { cosignaturesFor, findHeadToProveUnder, findNewestCosigned } from './witnesses.ts'

/** Something of a log that anyone may read. `forever`: what stands at this address never changes. */
export type PublishedPart = Readonly<{ kind: 'text' | 'bytes'; body: Uint8Array; isForever: boolean }>
/** Why there is nothing at an address; names nothing but the log. */
export type NotPublished = Readonly<{ missing: string }>

/** Reads at once, and those that may wait for their turn: strangers never take the connections that acts need. */
const atOnce = 2
const maxWaiting = 200
/** 8 KiB each, and as many as 50 with the hashes of what is beneath. */
const maxCachedTiles = 256

/**
 * The logs as c2sp.org/tlog-tiles lays them out, and a proof for every entry: only what the signed checkpoint covers, and
 * of entries only their leaves, which say nothing to whoever lacks the salts.
 */
export function openPublished(deps: CustodyDeps) {
  const { db } = deps
  let running = 0
  const queue: (() => void)[] = []
  const cachedReader = openTileCache(maxCachedTiles)

  /** Undefined when too many wait already. */
  async function inTurn<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (running >= atOnce) {
      if (queue.length >= maxWaiting) return undefined
      await new Promise<void>((resolve) => queue.push(resolve))
    } else running += 1
    try {
      return await work()
    } finally {
      const next = queue.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }

  async function read(origin: string, path: string): Promise<PublishedPart | NotPublished> {
    const head = await findLogHead(db.everyCorps, origin)
    if (head === undefined) return { missing: 'There is no log of that name here.' }
    if (head.checkpoint === null) return { missing: 'The log has no signed checkpoint yet.' }
    const mine = db.of(head.corpsId)
    const signed = { ...head, checkpoint: head.checkpoint }
    if (path === 'checkpoint')
      return { kind: 'text', body: Buffer.from(await cosigned(mine, signed)), isForever: false }
    if (path === 'checkpoint.cosigned') {
      const newest = await findNewestCosigned(mine, head.id)
      if (newest === undefined) return { missing: 'No witness has cosigned this log yet.' }
      return { kind: 'text', body: Buffer.from(newest.note), isForever: false }
    }
    const proof = /^proof\/(0|[1-9]\d{0,15})\.tlog-proof$/.exec(path)?.[1]
    if (proof !== undefined) return readProof(mine, signed, Number(proof))
    const tile = parseTilePath(path)
    if (tile === undefined) return { missing: 'A log has no such path: see c2sp.org/tlog-tiles.' }
    const end = tile.index * tileWidth + tile.width
    const level = tile.level === 'entries' ? 0 : tile.level
    if (end > Math.floor(head.size / tileWidth ** level)) {
      return { missing: `The signed checkpoint covers ${head.size} entries, and not all of this tile.` }
    }
    if (tile.level === 'entries') {
      const leaves = await listLeaves(mine, head.id, tile.index * tileWidth, tile.width)
      if (leaves.length < tile.width) return { missing: 'The database lacks entries of this bundle.' }
      return { kind: 'bytes', body: encodeEntryBundle(leaves), isForever: true }
    }
    const [hashes] = await tileReader(mine, head.id).readTiles([{ level, index: tile.index, width: tile.width }])
    return { kind: 'bytes', body: hashes?.subarray(0, tile.width * hashBytes) ?? new Uint8Array(), isForever: true }
  }

  async function cosigned(mine: Reader, { id, size, checkpoint }: SignedHead): Promise<string> {
    return `${checkpoint}${(await cosignaturesFor(mine, id, size)).join('')}`
  }

  async function readProof(mine: Reader, head: SignedHead, index: number): Promise<PublishedPart | NotPublished> {
    if (index >= head.size) return { missing: `The signed checkpoint covers ${head.size} entries, and not this one.` }
    const { size, note } = await findHeadToProveUnder(mine, head, index)
    const path = await proveInclusion(cachedReader(mine, head.id), index, size)
    const proof = formatTlogProof({ index, path, checkpoint: note })
    return { kind: 'text', body: Buffer.from(proof), isForever: false }
  }

  return {
    /** Undefined when too many are asking already. */
    read: (origin: string, path: string) => inTurn(() => read(origin, path)),
  }
}
