import { join, resolve } from 'node:path'
import { z } from 'zod'

/** Settings of one server, read from the environment once, at start. */
export type Config = Readonly<{
  host: string
  port: number
  dataFolder: string
  keysFolder: string
  /** Undefined: the embedded PostgreSQL. */
  databaseUrl: string | undefined
  /** Under what name the custody logs are known; a host name, without scheme. */
  originHost: string
  /** The address people type, without a slash at its end. Undefined: this machine's. */
  publicUrl: string | undefined
  codecEngine: 'ffmpeg' | 'node-av' | 'none' | undefined
  searchPath: string
}>

/** Says what is wrong with the settings, a sentence each. */
export class ConfigError extends Error {}

const schema = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  GETUIGE_DATA: z.string().min(1).default('data'),
  GETUIGE_KEYS: z.string().min(1).optional(),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  GETUIGE_ORIGIN: z
    .string()
    .regex(/^[a-z0-9.-]+$/)
    .optional(),
  GETUIGE_URL: z.url({ protocol: /^https?$/ }).optional(),
  GETUIGE_CODEC_ENGINE: z.enum(['ffmpeg', 'node-av', 'none']).optional(),
  PATH: z.string().default(''),
})

/** The only reader of the environment. An empty setting counts as not given. Throws `ConfigError`. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  )
  const parsed = schema.safeParse(given)
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'))
  }
  const values = parsed.data
  const dataFolder = resolve(values.GETUIGE_DATA)
  const publicUrl = values.GETUIGE_URL?.replace(/\/+$/, '')
  return {
    host: values.HOST,
    port: values.PORT,
    dataFolder,
    keysFolder: values.GETUIGE_KEYS === undefined ? join(dataFolder, 'keys') : resolve(values.GETUIGE_KEYS),
    databaseUrl: values.DATABASE_URL,
    originHost: values.GETUIGE_ORIGIN ?? (publicUrl === undefined ? 'getuige.localhost' : new URL(publicUrl).hostname),
    publicUrl,
    codecEngine: values.GETUIGE_CODEC_ENGINE,
    searchPath: values.PATH,
  }
}
