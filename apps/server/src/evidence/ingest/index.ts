export type { Claims, IngestDeps } from './deps.ts'
export { type Ingest, openIngest } from './receive.ts'
export { listDrafts } from './store.ts'
