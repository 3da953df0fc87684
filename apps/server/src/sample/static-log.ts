import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Custody } from '#custody'
import { edgeTiles, entryBundlePath, parseCheckpoint, readUnverifiedNote, tilePath, tileWidth } from '@getuige/proof'

/**
 * Write a log as the files of a static web server, just as it is served: checkpoint, tiles and entry bundles
 * (c2sp.org/tlog-tiles). Answers the checkpoint. Throws when a part is not published.
 */
export async function writeStaticLog(custody: Custody, origin: string, folder: string): Promise<string> {
  const checkpoint = await writePart('checkpoint')
  const { size } = parseCheckpoint(readUnverifiedNote(checkpoint.toString()).text)
  for (const path of pathsOf(size)) await writePart(path)
  return checkpoint.toString()

  async function writePart(path: string): Promise<Buffer> {
    const part = await custody.published.read(origin, path)
    if (part === undefined || 'missing' in part) throw new Error(`${path} of the log is not published`)
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, part.body)
    return Buffer.from(part.body)
  }
}

/** Every full tile and bundle of a log of `size` entries, and the partial ones at its right edge. */
function pathsOf(size: number): string[] {
  const partial = edgeTiles(size)
  const paths = partial.map(({ level, index, width }) => tilePath(level, index, width))
  for (let level = 0, full = Math.floor(size / tileWidth); full > 0; level += 1, full = Math.floor(full / tileWidth)) {
    for (let index = 0; index < full; index += 1) paths.push(tilePath(level, index, tileWidth))
  }
  for (let index = 0; index < Math.floor(size / tileWidth); index += 1) paths.push(entryBundlePath(index, tileWidth))
  const rest = size % tileWidth
  if (rest > 0) paths.push(entryBundlePath(Math.floor(size / tileWidth), rest))
  return paths
}
