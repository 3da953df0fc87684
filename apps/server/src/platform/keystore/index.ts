export { openBox, sealBox } from './boxes.ts'
export { isMortal, type Keystore, openKeystore } from './keystore.ts'
export type { Durably } from './place.ts'
export { withKeysLocked } from './keys-lock.ts'
export { openTokenSigner, parseSignerSettings, type SignerSettings } from './pkcs11-signer.ts'
export { RootUnavailable } from './roots.ts'
export { type KeystoreSettings, parseRootSettings, type RootSettings, SettingsError } from './settings.ts'

import { type Keystore, openKeystore } from './keystore.ts'

/** Root key and secrets in one folder. */
export function openFileKeystore(folder: string): Promise<Keystore> {
  return openKeystore({ folder, root: { driver: 'file' } })
}
