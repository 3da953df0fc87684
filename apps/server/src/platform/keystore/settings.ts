/** Which driver holds the root key, and how it is reached. Secrets (PIN, token) are read from files, when they are needed. */
export type RootSettings =
  | Readonly<{ driver: 'file' }>
  | Readonly<{ driver: 'pkcs11'; module: string; token: string; pinFile: string }>
  | Readonly<{ driver: 'openbao'; address: URL; mount: string; key: string; tokenFile: string; caFile?: string }>

/** Where secrets lie, and where each lies a second time. `former`: a driver that root keys are being moved away from. */
export type KeystoreSettings = Readonly<{
  folder: string
  mirror?: string | undefined
  root: RootSettings
  former?: RootSettings | undefined
}>

export type SecretFiles = Readonly<{
  pinFile?: string | undefined
  tokenFile?: string | undefined
  caFile?: string | undefined
}>

/** Says in a sentence what is wrong with a setting. */
export class SettingsError extends Error {}

/**
 * `file`, `pkcs11:token=LABEL?module-path=FILE` (RFC 7512), or `openbao:https://HOST:PORT/MOUNT/KEY`. Throws
 * `SettingsError`.
 */
export function parseRootSettings(text: string, files: SecretFiles): RootSettings {
  if (text === 'file') return { driver: 'file' }
  if (text.startsWith('pkcs11:')) {
    const { token, module } = parsePkcs11Uri(text)
    if (files.pinFile === undefined) throw new SettingsError('a token needs GETUIGE_KEYSTORE_PIN_FILE')
    return { driver: 'pkcs11', token, module, pinFile: files.pinFile }
  }
  if (text.startsWith('openbao:')) {
    const address = URL.canParse(text.slice(8)) ? new URL(text.slice(8)) : undefined
    const [key, ...mount] = (address?.pathname ?? '').split('/').filter(Boolean).toReversed()
    const isHttp = address?.protocol === 'https:' || address?.protocol === 'http:'
    if (address === undefined || !isHttp || key === undefined || mount.length === 0 || address.username !== '') {
      throw new SettingsError('write openbao:https://HOST:8200/transit/KEY')
    }
    const isHere = ['127.0.0.1', '[::1]', 'localhost'].includes(address.hostname)
    if (address.protocol === 'http:' && !isHere) throw new SettingsError('beyond this machine OpenBao must be https')
    if (files.tokenFile === undefined) throw new SettingsError('OpenBao needs GETUIGE_KEYSTORE_TOKEN_FILE')
    return {
      driver: 'openbao',
      address: new URL(address.origin),
      mount: mount.toReversed().join('/'),
      key,
      tokenFile: files.tokenFile,
      ...(files.caFile === undefined ? {} : { caFile: files.caFile }),
    }
  }
  throw new SettingsError('must be file, pkcs11:… or openbao:…')
}

/** The parts of a PKCS#11 URI (RFC 7512) that are used here. `object`: the label of a key and its certificate. */
export function parsePkcs11Uri(uri: string): { token: string; module: string; object: string | undefined } {
  const [path = '', query = ''] = uri.slice('pkcs11:'.length).split('?')
  const token = attribute(path.split(';'), 'token')
  const module = attribute(query.split('&'), 'module-path')
  if (token === undefined || module === undefined) {
    throw new SettingsError('write pkcs11:token=LABEL?module-path=/usr/lib/MODULE.so')
  }
  return { token, module, object: attribute(path.split(';'), 'object') }
}

function attribute(parts: readonly string[], name: string): string | undefined {
  const value = parts.find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1)
  if (value === undefined || value === '') return undefined
  try {
    return decodeURIComponent(value)
  } catch {
    throw new SettingsError(`${name} is not percent-encoded as it should be`)
  }
}
