import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

/**
 * Answers as OpenBao's documentation says its transit engine does, for one key named `getuige` and one token. For tests.
 * @see https://openbao.org/api-docs/secret/transit/
 */
export type BaoStub = AsyncDisposable & {
  readonly address: string
  readonly calls: string[]
  /** Undefined: it answers. Otherwise what it does instead. */
  ailment: 'sealed' | 'forbidden' | 'missing' | 'silent' | 'redirecting' | 'babbling' | undefined
}

export const stubToken = 's.a-token-of-the-stub'

type Asked = { plaintext?: string; ciphertext?: string; key_version?: number; min_available_version?: number }

export async function startBaoStub(): Promise<BaoStub> {
  const versions = new Map<number, Buffer>([[1, randomBytes(32)]])
  const latest = () => Math.max(...versions.keys())
  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  const stub: BaoStub = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: [],
    ailment: undefined,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }

  const encrypt = (plain: Buffer, version: number) => {
    const key = versions.get(version)
    if (key === undefined) return undefined
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, nonce)
    const sealed = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
    return `vault:v${version}:${sealed.toString('base64')}`
  }
  const decrypt = (ciphertext: string) => {
    const [, version, text] = /^vault:v(\d+):(.+)$/.exec(ciphertext) ?? []
    const key = versions.get(Number(version))
    if (key === undefined || text === undefined) return undefined
    const sealed = Buffer.from(text, 'base64')
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12))
      decipher.setAuthTag(sealed.subarray(-16))
      return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
    } catch {
      return undefined
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = []
    for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece)
    const { status, body } = reply(request, Buffer.concat(pieces).toString())
    if (status === 0) return
    const headers: Record<string, string> = status === 307 ? { location: '/v1/elsewhere' } : {}
    response.writeHead(status, headers).end(body)
  }

  function reply(request: IncomingMessage, text: string): { status: number; body: string } {
    const errors = (status: number, ...said: string[]) => ({ status, body: JSON.stringify({ errors: said }) })
    const data = (given: object) => ({ status: 200, body: JSON.stringify({ request_id: 'r', data: given }) })
    const path = (request.url ?? '').replace('/v1/transit/', '')
    stub.calls.push(`${request.method} ${path}`)
    switch (stub.ailment) {
      case 'silent':
        return { status: 0, body: '' }
      case 'sealed':
        return errors(503, 'Vault is sealed')
      case 'missing':
        return errors(404)
      case 'redirecting':
        return { status: 307, body: '' }
      case 'babbling':
        return { status: 200, body: '<html>Welcome</html>' }
      case 'forbidden':
      case undefined:
    }
    const isAllowed = request.headers['x-vault-token'] === stubToken && stub.ailment !== 'forbidden'
    if (!isAllowed) return errors(403, '1 error occurred:\n\t* permission denied\n\n')
    const asked = text === '' ? {} : (JSON.parse(text) as Asked)
    const refused = errors(400, 'cipher: message authentication failed')
    switch (`${request.method} ${path}`) {
      case 'GET keys/getuige':
        return data({ name: 'getuige', type: 'aes256-gcm96', latest_version: latest() })
      case 'POST keys/getuige/rotate':
        versions.set(latest() + 1, randomBytes(32))
        return data({ latest_version: latest() })
      case 'POST keys/getuige/config':
        return { status: 204, body: '' }
      case 'POST keys/getuige/trim':
        for (const version of versions.keys()) {
          if (version < (asked.min_available_version ?? 0)) versions.delete(version)
        }
        return { status: 204, body: '' }
      case 'POST encrypt/getuige': {
        const ciphertext = encrypt(Buffer.from(asked.plaintext ?? '', 'base64'), asked.key_version ?? latest())
        return ciphertext === undefined ? refused : data({ ciphertext, key_version: latest() })
      }
      case 'POST decrypt/getuige': {
        const plain = decrypt(asked.ciphertext ?? '')
        return plain === undefined ? refused : data({ plaintext: plain.toString('base64') })
      }
      case 'POST rewrap/getuige': {
        const plain = decrypt(asked.ciphertext ?? '')
        const ciphertext = plain === undefined ? undefined : encrypt(plain, asked.key_version ?? latest())
        return ciphertext === undefined ? refused : data({ ciphertext, key_version: latest() })
      }
      default:
        return errors(404)
    }
  }

  return stub
}
