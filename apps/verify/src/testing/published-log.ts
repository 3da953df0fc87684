import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { utf8 } from '@getuige/base'
import {
  appendToTiles,
  encodeEntryBundle,
  entryBundlePath,
  formatCheckpoint,
  leafHash,
  newNoteKey,
  rootFromTiles,
  signNote,
  tilePath,
  tileWidth,
} from '@getuige/proof'
import type { Tile, TileReader } from '@getuige/proof'

export const corps = newNoteKey('log.example/corps_1', new Uint8Array(32).fill(1))
export const origin = 'log.example/corps_1/2026'

export type Files = ReadonlyMap<string, Uint8Array>

/** A log as c2sp.org/tlog-tiles publishes it, without its checkpoint. `entryOf` makes each entry. */
export async function publishLog(
  size: number,
  entryOf = (index: number): Uint8Array => createHash('sha256').update(`entry ${index}`).digest(),
) {
  const files = new Map<string, Uint8Array>()
  const widest = new Map<string, Tile>()
  const tiles: TileReader = {
    readTiles: (refs) =>
      Promise.resolve(refs.map(({ level, index }) => widest.get(`${level}/${index}`)?.bytes ?? new Uint8Array(0))),
  }
  const leaves: Uint8Array[] = []
  for (let at = 0; at < size; at += tileWidth) {
    const entries = Array.from({ length: Math.min(tileWidth, size - at) }, (_, i) => entryOf(at + i))
    files.set(entryBundlePath(at / tileWidth, entries.length), encodeEntryBundle(entries))
    leaves.push(...entries.map(leafHash))
  }
  const grown = await appendToTiles(tiles, 0, leaves)
  for (const tile of grown.tiles) widest.set(`${tile.level}/${tile.index}`, tile)
  for (const { level, index, width, bytes } of widest.values()) files.set(tilePath(level, index, width), bytes)
  const headAt = async (at: number) => ({ origin, size: at, root: await rootFromTiles(tiles, at) })
  return {
    files: files as Files,
    tiles,
    /** A signed checkpoint of any size that the log has had. */
    checkpointAt: async (at = size, key = corps) => signNote(formatCheckpoint(await headAt(at)), key.name, key.seed),
  }
}

/** The files with some replaced, or removed where undefined is given. */
export function changed(files: Files, changes: Readonly<Record<string, Uint8Array | string | undefined>>): Files {
  const result = new Map(files)
  for (const [path, content] of Object.entries(changes)) {
    if (content === undefined) result.delete(path)
    else result.set(path, typeof content === 'string' ? utf8(content) : content)
  }
  return result
}

export function writeFiles(folder: string, files: Files): void {
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), bytes)
  }
}
