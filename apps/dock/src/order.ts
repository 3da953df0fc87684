import { parseArgs } from 'node:util'
import { type Language, languages } from '@getuige/base'
import { instant } from '@getuige/contract'

/** What was asked on the command line and in the environment. The token itself is never an argument. */
export type Order = Readonly<{
  folder: string
  camera: string
  /** Origin of the server, such as `https://getuige.example`. */
  server: string
  token: Readonly<{ from: 'environment'; value: string } | { from: 'file'; path: string }>
  patienceMs: number
  /** What the clock of the camera shows now, in UTC. */
  cameraClock: string | undefined
}>
export type OrderProblem = 'usage' | 'camera' | 'server' | 'token' | 'wait' | 'clock'
export type ReadOrder = Readonly<
  { language: Language } & ({ order: Order } | { problem: OrderProblem } | { asksHelp: true })
>

const options = {
  camera: { type: 'string' },
  server: { type: 'string' },
  'token-file': { type: 'string' },
  wait: { type: 'string', default: '120' },
  'camera-clock': { type: 'string' },
  lang: { type: 'string' },
  once: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

type Environment = Readonly<Record<string, string | undefined>>

export function readOrder(args: readonly string[], environment: Environment): ReadOrder {
  const spoken = findLanguage(environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG']) ?? 'en'
  const parsed = parse(args)
  if (parsed === undefined) return { language: spoken, problem: 'usage' }
  const { values, positionals } = parsed
  const language = values.lang === undefined ? spoken : findLanguage(values.lang)
  if (language === undefined) return { language: spoken, problem: 'usage' }
  if (values.help === true) return { language, asksHelp: true }

  const [folder] = positionals
  if (folder === undefined || folder === '' || positionals.length > 1) return { language, problem: 'usage' }
  const { camera } = values
  if (camera === undefined || !/^[^\p{Cc}]{1,64}$/u.test(camera)) return { language, problem: 'camera' }
  const server = toOrigin(values.server ?? (environment['GETUIGE_SERVER'] || 'http://127.0.0.1:8080'))
  if (server === undefined) return { language, problem: 'server' }
  const path = values['token-file']
  const value = environment['GETUIGE_DOCK_TOKEN']
  if (path === undefined && (value === undefined || value === '')) return { language, problem: 'token' }
  if (!/^\d{1,6}$/.test(values.wait)) return { language, problem: 'wait' }
  const cameraClock = values['camera-clock']
  if (cameraClock !== undefined && !instant.safeParse(cameraClock).success) return { language, problem: 'clock' }
  const token =
    path === undefined ? { from: 'environment' as const, value: value ?? '' } : { from: 'file' as const, path }
  return { language, order: { folder, camera, server, token, patienceMs: Number(values.wait) * 1000, cameraClock } }
}

/** A token that may stand in a header; undefined when the text is none. Never part of a message. */
export function readToken(text: string): string | undefined {
  const token = text.trim()
  return /^[\x21-\x7e]{8,512}$/.test(token) ? token : undefined
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options })
  } catch {
    return undefined // an option that does not exist, or without its value
  }
}

/** `nl_BE.UTF-8`, `nl-BE` and `nl` are Dutch. */
function findLanguage(locale: string | undefined): Language | undefined {
  const [name] = locale?.toLowerCase().split(/[^a-z]/) ?? []
  return languages.find((language) => language === name)
}

function toOrigin(text: string): string | undefined {
  const url = URL.parse(text)
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === ''
  return isPlain && url.username === '' && url.password === '' && url.hash === '' ? url.origin : undefined
}

/** Does the token cross a network where others could read it? */
export function isOpenToOthers(server: string): boolean {
  const { protocol, hostname } = new URL(server)
  return protocol === 'http:' && !/^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}
