import type { KeptHeads, WitnessSetting } from '#custody'
import type { Clock } from '#platform/clock'
import type { Connection } from '#platform/database'
import type { Jobs } from '#platform/jobs'
import type { Durably, KeystoreSettings } from '#platform/keystore'
import type { Log } from '#platform/log'
import type { ObjectStore, Staging } from '#platform/object-store'
import type { SigningSettings } from '#platform/signing'
import type { TimeStampSettings } from '#platform/time-stamp'
import type { Tls } from '#platform/tls'
import type { Config, StorageSettings } from '../config.ts'
import type { MapTiles } from '../map-tiles.ts'
import type { reactions } from '../reactions.ts'

/** What the server is composed with: by the launcher, by commands, and by tests. */
export type Settings = Readonly<{
  connection: Connection
  dataFolder: string
  keysFolder: string
  /** A root key in a file, and no mirror, unless told. */
  keystore?: Omit<KeystoreSettings, 'folder'>
  originHost: string
  /** Whom to ask to cosign the custody logs; nobody unless told. */
  witnesses?: readonly WitnessSetting[]
  /** The operator's own signing certificate; unless given, each corps has an authority of its own. */
  signing?: SigningSettings
  /** Who stamps packages and checkpoints; nobody unless told. */
  timeStamps?: TimeStampSettings
  /** Told in ids alone when somebody opens a recording for danger to life. */
  alarmWebhook?: string | undefined
  /** The address people type, where it is not this machine's. */
  publicUrl?: string | undefined
  codecEngine?: 'ffmpeg' | 'node-av' | 'none' | undefined
  /** Every role but an enforcer's asks for a second factor, unless told: a demonstration does without. */
  asksSecondFactor?: boolean
  /** A session ends after an hour in which nothing was asked, unless told. */
  sessionIdleMinutes?: number
  /** Issuers that the operator allows to vouch for people; none unless told. */
  identityProviders?: readonly string[]
  /** The server speaks TLS itself; unless given, plain HTTP. */
  tls?: Tls | undefined
  /** Proxies that are believed about who calls, and whether by TLS; nobody unless told. */
  trustedProxies?: readonly string[]
  /** A back-up every night, where there is a folder for it. */
  backup?: Config['backup']
  /** What maps are drawn on; the outlines of countries unless told. */
  mapTiles?: MapTiles | undefined
  searchPath: string
  /** Folders of the data folder unless told. */
  storage?: StorageSettings
  clock: Clock
  log: Log
  /** What follows from which entry; the demonstration follows up by itself. */
  reactions?: typeof reactions
  /** Those of another server on the same database, which then does the work. */
  jobs?: Jobs
  /** Tests may put others in place of folders, such as ones that fail on demand. */
  objects?: ObjectStore
  second?: ObjectStore
  heads?: KeptHeads
  staging?: Staging
  keysDurably?: Durably
}>
