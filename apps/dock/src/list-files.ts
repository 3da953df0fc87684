import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { decideFile, pairSidecars } from './rules.ts'
import { stateFolderName } from './state.ts'

/** Paths are from the folder, with slashes. */
export type Listing = Readonly<{
  recordings: readonly string[]
  /** Files of places, by path, with the recording that each lies beside. */
  sidecars: ReadonlyMap<string, string>
  ignored: readonly Readonly<{ path: string; because: 'hidden' | 'other' | 'link' }>[]
}>

/** Everything in a folder and those within it, by name. Links are not followed: they may lead anywhere. */
export async function listFiles(folder: string): Promise<Listing> {
  const recordings: string[] = []
  const ignored: Listing['ignored'][number][] = []
  const others: string[] = []
  await walk('')
  const sidecars = pairSidecars(recordings, others)
  for (const path of others) if (!sidecars.has(path)) ignored.push({ path, because: 'other' })
  return { recordings, sidecars, ignored }

  async function walk(within: string): Promise<void> {
    const entries = await readdir(join(folder, within), { withFileTypes: true })
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = within === '' ? entry.name : `${within}/${entry.name}`
      const kind = decideFile(entry.name)
      if (entry.name === stateFolderName && entry.isDirectory()) continue
      if (kind === 'hidden') ignored.push({ path, because: 'hidden' })
      else if (entry.isDirectory()) await walk(path)
      else if (entry.isSymbolicLink()) ignored.push({ path, because: 'link' })
      else if (kind === 'recording' && entry.isFile()) recordings.push(path)
      else if (entry.isFile()) others.push(path)
      else ignored.push({ path, because: 'other' })
    }
  }
}
