import { parentPort } from 'node:worker_threads'
import { derivePage, type EntryPage } from './derive.ts'

/** One answer to each page, in the order they were sent. */
parentPort?.on('message', (page: EntryPage) => {
  const derived = derivePage(page)
  parentPort?.postMessage(derived, [derived.leafHashes.buffer as ArrayBuffer])
})
