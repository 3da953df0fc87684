export { openFileStore } from './file-store.ts'
export {
  contentOf,
  DamagedObject,
  findDamage,
  type ObjectStore,
  type OpenedObject,
  piecesOf,
  type Protection,
  StoreUnreachable,
  unprotected,
} from './object-store.ts'
export { openStaging, type Staging, type StagingWriter } from './staging.ts'
