export { openFileStore } from './file-store.ts'
export {
  contentOf,
  DamagedObject,
  findDamage,
  type ObjectStore,
  piecesOf,
  type Protection,
  StoreUnreachable,
  unprotected,
} from './object-store.ts'
export { openStore } from './open-store.ts'
export { openS3Store, type S3Settings } from './s3-store.ts'
export { addressOfStore, parseStoreSettings, type StoreSettings, StoreSettingsError } from './store-settings.ts'
export { openStaging, type Staging, type StagingWriter } from './staging.ts'
