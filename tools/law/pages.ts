import { readdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { findPack, type Law, makeLawKey, packs, resolveLaw } from '@getuige/law'
import { writeMatrix } from './matrix.ts'
import { type Readings, writeSheet } from './sheet.ts'

const folder = fileURLToPath(new URL('../../docs/law', import.meta.url))

/** Every page about the packs, by its path under `docs/law`, as it should be. */
export async function makeLawPages(): Promise<ReadonlyMap<string, string>> {
  const readings = await readReadings()
  const pages = new Map<string, string>()
  for (const law of lawsToTell()) {
    pages.set(`${law.id}.md`, tidy(writeSheet(law, readings)))
    pages.set(`matrix/${law.id}.txt`, writeMatrix(law))
  }
  return pages
}

export const readPage = (path: string): Promise<string> => readFile(`${folder}/${path}`, 'utf8')

export async function writeLawPages(): Promise<readonly string[]> {
  const pages = await makeLawPages()
  for (const [path, text] of pages) await writeFile(`${folder}/${path}`, text)
  return [...pages.keys()]
}

/** The newest version of each pack, with every purpose that a corps may choose. */
function lawsToTell(): readonly Law[] {
  return packs
    .filter((pack) => findPack(pack.id) === pack)
    .map((pack) => {
      const purposes = pack.purposes.filter(({ isOptional }) => isOptional).map(({ id }) => id)
      return resolveLaw(makeLawKey(pack.id, pack.version, { purposes }))
    })
}

/** What stands under each `## RULE` of the files in `docs/law/readings`. */
export async function readReadings(): Promise<Readings> {
  const readings = new Map<string, string>()
  for (const file of await readdir(`${folder}/readings`)) {
    const [, ...sections] = (await readPage(`readings/${file}`)).split(/^## /m)
    for (const section of sections) {
      const [ruleId = '', ...lines] = section.split('\n')
      readings.set(ruleId.trim(), lines.join('\n').trim())
    }
  }
  return readings
}

const tidy = (text: string): string => `${text.trimEnd()}\n`
