import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import { decodeBech32, parseWitnessVkey } from '@getuige/proof'
import { z } from 'zod'
import type { WitnessSetting } from '#custody'
import type { SigningSettings } from '#platform/signing'
import type { TimeStampSettings } from '#platform/time-stamp'
import type { TlsSettings } from '#platform/tls'
import {
  type KeystoreSettings,
  parseRootSettings,
  parseSignerSettings,
  type RootSettings,
  SettingsError,
  type SignerSettings,
} from '#platform/keystore'
import { parseStoreSettings, type StoreSettings, StoreSettingsError } from '#platform/object-store'

/** Settings of one server, read from the environment once, at start. */
export type Config = Readonly<{
  host: string
  port: number
  dataFolder: string
  keysFolder: string
  /** Who holds the root key, and where secrets lie a second time. */
  keystore: Omit<KeystoreSettings, 'folder'>
  /** Undefined: the embedded PostgreSQL. */
  databaseUrl: string | undefined
  /** Under what name the custody logs are known; a host name, without scheme. */
  originHost: string
  /** The address people type, without a slash at its end. Undefined: this machine's. */
  publicUrl: string | undefined
  codecEngine: 'ffmpeg' | 'node-av' | 'none' | undefined
  /** No setting: false in the demonstration alone, which has a folder of its own and invented people. */
  asksSecondFactor: boolean
  /** A session ends when nothing was asked in it for so long. */
  sessionIdleMinutes: number
  /** Whom to ask to cosign the custody logs. */
  witnesses: readonly WitnessSetting[]
  /** Back-ups: where to, made every night when there is a folder; for whom; how many of the newest stay. */
  backup: Readonly<{ folder: string | undefined; recipients: readonly string[]; keep: number }>
  storage: StorageSettings
  signing: SigningSettings
  timeStamps: TimeStampSettings
  /** Who else is told, in ids alone, that somebody opened a recording for danger to life. */
  alarmWebhook: string | undefined
  /** A PMTiles file that maps are drawn on. */
  mapTilesFile: string | undefined
  /** A certificate and its key: the server speaks TLS itself. */
  tlsFiles: TlsSettings | undefined
  /** On this port whoever comes in the clear is sent to the public address. */
  redirectPort: number | undefined
  /** Addresses and networks of proxies that are believed about who calls, and whether by TLS. */
  trustedProxies: readonly string[]
  /** Issuers that corps may let their people sign in at. */
  identityProviders: readonly string[]
  searchPath: string
}>

/** Where sealed objects lie. */
export type StorageSettings = Readonly<{
  /** Undefined: the folder `vault` of the data folder. */
  store?: StoreSettings | undefined
  /** Has every object too, and gives back what the first has lost. */
  second?: StoreSettings | undefined
  /** Where recordings are received. Undefined: the folder `staging` of the data folder. */
  stagingFolder?: string | undefined
  /** How fast objects are read again to see that they are right; 0: never. */
  scrubBytesPerSecond?: number | undefined
}>

/** Says what is wrong with the settings, a sentence each. */
export class ConfigError extends Error {}

/** `URL VKEY` pairs separated by `;`. */
function readWitnesses(text: string, context: z.RefinementCtx): WitnessSetting[] {
  const pairs = text.split(';').flatMap((pair) => (pair.trim() === '' ? [] : [pair.trim().split(/\s+/)]))
  const witnesses = pairs.map(([url = '', vkey = '', ...rest]) => ({ url, vkey, isPair: rest.length === 0 }))
  const names = new Set<string>()
  for (const { url, vkey, isPair } of witnesses) {
    try {
      names.add(parseWitnessVkey(vkey).name)
      if (isPair && /^https?:$/.test(new URL(url).protocol)) continue
    } catch {
      // said below
    }
    context.addIssue({ code: 'custom', message: `"${url}" is not followed by the key of a witness, or is no address` })
  }
  if (names.size < witnesses.length)
    context.addIssue({ code: 'custom', message: 'each witness needs a name of its own' })
  return witnesses.map(({ url, vkey }) => ({ url, vkey }))
}

/** age recipients, with spaces between them. */
function readRecipients(text: string, context: z.RefinementCtx): string[] {
  const recipients = text.split(/\s+/).filter((each) => each !== '')
  for (const recipient of recipients) {
    try {
      decodeBech32('age', recipient)
    } catch {
      context.addIssue({ code: 'custom', message: `"${recipient}" is no age recipient: it begins with age1` })
    }
  }
  return recipients
}

/** Addresses, or networks as `10.0.0.0/8`, with spaces between them. */
function readNetworks(text: string, context: z.RefinementCtx): string[] {
  const networks = text.split(/\s+/).filter((each) => each !== '')
  for (const network of networks) {
    const [address = '', bits, ...rest] = network.split('/')
    const family = isIP(address)
    const isBits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
    if (family === 0 || !isBits || rest.length > 0)
      context.addIssue({ code: 'custom', message: `"${network}" is neither an address nor a network` })
  }
  return networks
}

/** Addresses of issuers, as they stand in their tokens, with spaces between them. */
function readIssuers(text: string, context: z.RefinementCtx): string[] {
  const issuers = text.split(/\s+/).filter((each) => each !== '')
  for (const issuer of issuers) {
    const url = URL.parse(issuer)
    const isHere = url?.protocol === 'http:' && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)
    if (url?.protocol !== 'https:' && !isHere)
      context.addIssue({ code: 'custom', message: `"${issuer}" is no https address, and is not on this machine` })
  }
  return issuers
}

const schema = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  GETUIGE_DATA: z.string().min(1).default('data'),
  GETUIGE_KEYS: z.string().min(1).optional(),
  GETUIGE_KEYS_MIRROR: z.string().min(1).optional(),
  GETUIGE_KEYSTORE: z.string().default('file'),
  GETUIGE_KEYSTORE_FORMER: z.string().optional(),
  GETUIGE_KEYSTORE_PIN_FILE: z.string().min(1).optional(),
  GETUIGE_KEYSTORE_TOKEN_FILE: z.string().min(1).optional(),
  GETUIGE_KEYSTORE_CA: z.string().min(1).optional(),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  GETUIGE_ORIGIN: z
    .string()
    .regex(/^[a-z0-9.-]+$/)
    .optional(),
  GETUIGE_URL: z.url({ protocol: /^https?$/ }).optional(),
  GETUIGE_SESSION_IDLE_MINUTES: z.coerce.number().int().min(1).max(720).default(60),
  GETUIGE_CODEC_ENGINE: z.enum(['ffmpeg', 'node-av', 'none']).optional(),
  GETUIGE_WITNESSES: z.string().transform(readWitnesses).default([]),
  GETUIGE_BACKUP: z.string().min(1).optional(),
  GETUIGE_BACKUP_RECIPIENT: z.string().transform(readRecipients).default([]),
  GETUIGE_BACKUP_KEEP: z.coerce.number().int().min(1).default(14),
  GETUIGE_STORE: z.string().default('file'),
  GETUIGE_STORE_KEY_ID: z.string().min(1).optional(),
  GETUIGE_STORE_SECRET_FILE: z.string().min(1).optional(),
  GETUIGE_STORE_REGION: z.string().min(1).default('us-east-1'),
  GETUIGE_STORE_CA: z.string().min(1).optional(),
  GETUIGE_STORE_LOCK: z.enum(['governance', 'compliance']).default('governance'),
  GETUIGE_SECOND_STORE: z.string().optional(),
  GETUIGE_SECOND_STORE_KEY_ID: z.string().min(1).optional(),
  GETUIGE_SECOND_STORE_SECRET_FILE: z.string().min(1).optional(),
  GETUIGE_SECOND_STORE_REGION: z.string().min(1).default('us-east-1'),
  GETUIGE_SECOND_STORE_CA: z.string().min(1).optional(),
  GETUIGE_SECOND_STORE_LOCK: z.enum(['governance', 'compliance']).default('governance'),
  GETUIGE_STAGING: z.string().min(1).optional(),
  GETUIGE_SCRUB_MB_PER_SECOND: z.coerce.number().min(0).default(10),
  GETUIGE_SIGNING_P12: z.string().min(1).optional(),
  GETUIGE_SIGNING_PASSWORD_FILE: z.string().min(1).optional(),
  GETUIGE_SIGNING_PKCS11: z.string().min(1).optional(),
  GETUIGE_SIGNING_PIN_FILE: z.string().min(1).optional(),
  GETUIGE_TIMESTAMP_URLS: z
    .string()
    .transform((text) => text.split(/\s+/).filter((url) => url !== ''))
    .pipe(z.array(z.url({ protocol: /^https?$/ })))
    .default([]),
  GETUIGE_TIMESTAMP_CA: z.string().min(1).optional(),
  GETUIGE_TLS_CERTIFICATE: z.string().min(1).optional(),
  GETUIGE_TLS_KEY: z.string().min(1).optional(),
  GETUIGE_REDIRECT_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  GETUIGE_TRUSTED_PROXY: z.string().transform(readNetworks).default([]),
  GETUIGE_IDENTITY_PROVIDERS: z.string().transform(readIssuers).default([]),
  GETUIGE_ALARM_WEBHOOK: z.url({ protocol: /^https?$/ }).optional(),
  GETUIGE_MAP_TILES: z.string().min(1).optional(),
  PATH: z.string().default(''),
})

/** Settings of our other programs, which may stand in the same environment. */
const settingsOfOthers = new Set([
  'GETUIGE_CHROMIUM',
  'GETUIGE_DOCK_TOKEN',
  'GETUIGE_E2E_PICTURES',
  'GETUIGE_MISSING_TOOLS',
  'GETUIGE_SERVER',
  'GETUIGE_TOOLS_REQUIRED',
  'GETUIGE_WITNESS_DATA',
])

/** A name that is misspelt would leave out a witness, a mirror or a second store without a word. */
function refuseUnknown(names: readonly string[]): void {
  const unknown = names.filter(
    (name) => name.startsWith('GETUIGE_') && !Object.hasOwn(schema.shape, name) && !settingsOfOthers.has(name),
  )
  if (unknown.length > 0) throw new ConfigError(unknown.map((name) => `${name}: there is no such setting`).join('\n'))
}

function readSigning(file: string | undefined, passwordFile: string | undefined): SigningSettings {
  if (file === undefined) return {}
  return {
    pkcs12: { file: resolve(file), passwordFile: passwordFile === undefined ? undefined : resolve(passwordFile) },
  }
}

/** A key that stays in its token, instead of one in a file. */
function readSigningToken(values: z.output<typeof schema>): SignerSettings | undefined {
  const uri = values.GETUIGE_SIGNING_PKCS11
  if (uri === undefined) return undefined
  if (values.GETUIGE_SIGNING_P12 !== undefined)
    throw new ConfigError('GETUIGE_SIGNING_PKCS11: give either this or GETUIGE_SIGNING_P12')
  try {
    return parseSignerSettings(uri, values.GETUIGE_SIGNING_PIN_FILE)
  } catch (error) {
    throw error instanceof SettingsError ? new ConfigError(`GETUIGE_SIGNING_PKCS11: ${error.message}`) : error
  }
}

function readTls({ GETUIGE_TLS_CERTIFICATE: certificate, GETUIGE_TLS_KEY: key }: z.output<typeof schema>) {
  if (certificate === undefined && key === undefined) return undefined
  if (certificate === undefined)
    throw new ConfigError('GETUIGE_TLS_CERTIFICATE: name the certificate of GETUIGE_TLS_KEY too')
  if (key === undefined) throw new ConfigError('GETUIGE_TLS_KEY: name the key of GETUIGE_TLS_CERTIFICATE too')
  return { certificateFile: resolve(certificate), keyFile: resolve(key) }
}

/** The only reader of the environment. An empty setting counts as not given. Throws `ConfigError`. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  )
  refuseUnknown(Object.keys(given))
  const parsed = schema.safeParse(given)
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'))
  }
  const values = parsed.data
  if (values.GETUIGE_BACKUP !== undefined && values.GETUIGE_BACKUP_RECIPIENT.length === 0) {
    throw new ConfigError('GETUIGE_BACKUP_RECIPIENT: name an age recipient (age1…), a back-up is always encrypted')
  }
  const redirectPort = values.GETUIGE_REDIRECT_PORT
  if (redirectPort !== undefined && values.GETUIGE_URL?.startsWith('https:') !== true)
    throw new ConfigError('GETUIGE_REDIRECT_PORT: give the https address to send people to in GETUIGE_URL')
  const readRoot = (name: 'GETUIGE_KEYSTORE' | 'GETUIGE_KEYSTORE_FORMER', text: string): RootSettings => {
    try {
      return parseRootSettings(text, {
        pinFile: values.GETUIGE_KEYSTORE_PIN_FILE,
        tokenFile: values.GETUIGE_KEYSTORE_TOKEN_FILE,
        caFile: values.GETUIGE_KEYSTORE_CA,
      })
    } catch (error) {
      throw error instanceof SettingsError ? new ConfigError(`${name}: ${error.message}`) : error
    }
  }
  const readStore = (prefix: 'GETUIGE_STORE' | 'GETUIGE_SECOND_STORE', text: string): StoreSettings => {
    try {
      return parseStoreSettings(text, prefix, {
        keyId: values[`${prefix}_KEY_ID`],
        secretFile: values[`${prefix}_SECRET_FILE`],
        region: values[`${prefix}_REGION`],
        caFile: values[`${prefix}_CA`],
        lock: values[`${prefix}_LOCK`],
      })
    } catch (error) {
      throw error instanceof StoreSettingsError ? new ConfigError(`${prefix}: ${error.message}`) : error
    }
  }
  const second = values.GETUIGE_SECOND_STORE
  const former = values.GETUIGE_KEYSTORE_FORMER
  const mirror = values.GETUIGE_KEYS_MIRROR
  const dataFolder = resolve(values.GETUIGE_DATA)
  const publicUrl = values.GETUIGE_URL?.replace(/\/+$/, '')
  return {
    host: values.HOST,
    port: values.PORT,
    dataFolder,
    keysFolder: values.GETUIGE_KEYS === undefined ? join(dataFolder, 'keys') : resolve(values.GETUIGE_KEYS),
    keystore: {
      root: readRoot('GETUIGE_KEYSTORE', values.GETUIGE_KEYSTORE),
      former: former === undefined ? undefined : readRoot('GETUIGE_KEYSTORE_FORMER', former),
      mirror: mirror === undefined ? undefined : resolve(mirror),
    },
    databaseUrl: values.DATABASE_URL,
    originHost: values.GETUIGE_ORIGIN ?? (publicUrl === undefined ? 'getuige.localhost' : new URL(publicUrl).hostname),
    publicUrl,
    codecEngine: values.GETUIGE_CODEC_ENGINE,
    asksSecondFactor: true,
    sessionIdleMinutes: values.GETUIGE_SESSION_IDLE_MINUTES,
    witnesses: values.GETUIGE_WITNESSES,
    signing: {
      ...readSigning(values.GETUIGE_SIGNING_P12, values.GETUIGE_SIGNING_PASSWORD_FILE),
      token: readSigningToken(values),
    },
    timeStamps: {
      urls: values.GETUIGE_TIMESTAMP_URLS,
      caFile: values.GETUIGE_TIMESTAMP_CA === undefined ? undefined : resolve(values.GETUIGE_TIMESTAMP_CA),
    },
    alarmWebhook: values.GETUIGE_ALARM_WEBHOOK,
    mapTilesFile: values.GETUIGE_MAP_TILES === undefined ? undefined : resolve(values.GETUIGE_MAP_TILES),
    backup: {
      folder: values.GETUIGE_BACKUP === undefined ? undefined : resolve(values.GETUIGE_BACKUP),
      recipients: values.GETUIGE_BACKUP_RECIPIENT,
      keep: values.GETUIGE_BACKUP_KEEP,
    },
    storage: {
      store: values.GETUIGE_STORE === 'file' ? undefined : readStore('GETUIGE_STORE', values.GETUIGE_STORE),
      second: second === undefined ? undefined : readStore('GETUIGE_SECOND_STORE', second),
      stagingFolder: values.GETUIGE_STAGING === undefined ? undefined : resolve(values.GETUIGE_STAGING),
      scrubBytesPerSecond: values.GETUIGE_SCRUB_MB_PER_SECOND * 1_000_000,
    },
    tlsFiles: readTls(values),
    redirectPort,
    trustedProxies: values.GETUIGE_TRUSTED_PROXY,
    identityProviders: values.GETUIGE_IDENTITY_PROVIDERS,
    searchPath: values.PATH,
  }
}
