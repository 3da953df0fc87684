import { readFile } from 'node:fs/promises'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { z } from 'zod'
import { type RootDriver, RootUnavailable } from './roots.ts'
import type { RootSettings } from './settings.ts'

type OpenBaoSettings = Extract<RootSettings, { driver: 'openbao' }>

/** How long OpenBao may take to answer. */
const patienceMs = 10_000
const mostAnswerBytes = 1_000_000

const keyAnswer = z.object({ data: z.object({ latest_version: z.int().positive() }) })
const ciphertextAnswer = z.object({ data: z.object({ ciphertext: z.string().regex(/^\S+$/) }) })
const plaintextAnswer = z.object({ data: z.object({ plaintext: z.base64() }) })
const refusal = z.object({ errors: z.array(z.string()) })

/**
 * The root key is a transit key of OpenBao or Vault, and never leaves it; a line is one version of it. The token is
 * read from its file for each call, so that an agent may renew it. Redirections are not followed.
 * @see https://openbao.org/api-docs/secret/transit/
 */
export function openOpenBaoRoot(settings: OpenBaoSettings, waitMs = patienceMs): RootDriver {
  const where = `OpenBao at ${settings.address.host}`

  async function call<T>(method: 'GET' | 'POST', path: string, answer: z.ZodType<T>, body?: object): Promise<T> {
    const token = (await readSetting(settings.tokenFile, 'token of OpenBao')).trim()
    const ca = settings.caFile === undefined ? undefined : await readSetting(settings.caFile, 'CA of OpenBao')
    const { status, text } = await ask(method, path, token, ca, body)
    const parsed: unknown = text === '' ? {} : parseJson(text)
    if (status === 200 || status === 204) {
      const read = answer.safeParse(parsed)
      if (read.success) return read.data
      throw new RootUnavailable(`${where} does not answer as OpenBao does.`, read.error)
    }
    const said = refusal.safeParse(parsed)
    throw toError(status, said.success ? said.data.errors.join('; ') : '')
  }

  function ask(method: string, path: string, token: string, ca: string | undefined, body: object | undefined) {
    const url = new URL(`/v1/${path}`, settings.address)
    const send = url.protocol === 'https:' ? requestHttps : requestHttp
    const sent = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
    const headers = {
      'x-vault-token': token,
      'x-vault-request': 'true',
      ...(sent === undefined ? {} : { 'content-type': 'application/json', 'content-length': `${sent.length}` }),
    }
    const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>()
    const unreachable = (cause: unknown) =>
      reject(
        new RootUnavailable(`${where} cannot be reached: ${cause instanceof Error ? cause.message : 'why?'}`, cause),
      )
    const options = { method, headers, signal: AbortSignal.timeout(waitMs), ...(ca === undefined ? {} : { ca }) }
    const sending = send(url, options, (response) => {
      readAnswer(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), unreachable)
    })
    sending.on('error', unreachable)
    sending.end(sent)
    return promise
  }

  function toError(status: number, said: string): Error {
    const words = said === '' ? '' : ` (${said})`
    if (status >= 300 && status < 400)
      return new RootUnavailable(`${where} sends elsewhere, which is not followed: name the address that answers.`)
    if (status === 403)
      return new RootUnavailable(`${where} refuses the token of GETUIGE_KEYSTORE_TOKEN_FILE, or its policy${words}.`)
    if (status === 404)
      return new RootUnavailable(
        `${where} has no transit key ${settings.mount}/${settings.key}${words}: make it first.`,
      )
    if (status === 503) return new RootUnavailable(`${where} is sealed or in maintenance: unseal it${words}.`)
    if (status === 400) return new Error(`${where} refused${words}`)
    return new RootUnavailable(`${where} answers ${status}${words}.`)
  }

  const keyPath = `${settings.mount}/keys/${settings.key}`
  const doing = (what: string) => `${settings.mount}/${what}/${settings.key}`
  const versionOf = (line: string) => Number.parseInt(line.slice('openbao-'.length), 10)
  const latest = async () => (await call('GET', keyPath, keyAnswer)).data.latest_version

  return {
    kind: 'openbao',
    /** The newest version as it is, unless it has a line already: then a newer one. */
    async make(lines) {
      const before = await latest()
      if (!lines.includes(`openbao-${before}`)) return `openbao-${before}`
      await call('POST', `${keyPath}/rotate`, z.unknown(), {})
      const after = await latest()
      if (after <= before) throw new RootUnavailable(`${where} made no new version of its key.`)
      return `openbao-${after}`
    },
    async wrap(line, plain) {
      const body = { plaintext: Buffer.from(plain).toString('base64'), key_version: versionOf(line) }
      return (await call('POST', doing('encrypt'), ciphertextAnswer, body)).data.ciphertext
    },
    async unwrap(_line, wrapped) {
      const { data } = await call('POST', doing('decrypt'), plaintextAnswer, { ciphertext: wrapped })
      return Buffer.from(data.plaintext, 'base64')
    },
    async rewrap(line, wrapped) {
      const body = { ciphertext: wrapped, key_version: versionOf(line) }
      return (await call('POST', doing('rewrap'), ciphertextAnswer, body)).data.ciphertext
    },
    /** Every version before the current one goes: first it may not be used any more, then it is trimmed for good. */
    async destroy(_line, current) {
      if (!current.startsWith('openbao-')) return
      const version = versionOf(current)
      await call('POST', `${keyPath}/config`, z.unknown(), {
        min_decryption_version: version,
        min_encryption_version: version,
      })
      await call('POST', `${keyPath}/trim`, z.unknown(), { min_available_version: version })
    },
    close: async () => undefined,
  }
}

async function readSetting(file: string, what: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new RootUnavailable(`The ${what} cannot be read from ${file}: ${(cause as Error).message}`, cause)
  }
}

async function readAnswer(response: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of response as AsyncIterable<Buffer>) {
    bytes += piece.length
    if (bytes > mostAnswerBytes) throw new Error('its answer is too long')
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
