import { writeLawPages } from './law/pages.ts'

/** Writes docs/law anew from the packs: a page and a matrix for each, and the index. */
for (const path of await writeLawPages()) console.log(path)
