import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fc, test } from '@fast-check/vitest'
import { fromHex, utf8 } from '@getuige/base'
import { afterEach, expect } from 'vitest'
import { formatHeader, newIdentity, unwrapWithIdentity, wrapForRecipient } from './index.ts'
import { chooseX25519, type X25519 } from './x25519.ts'

afterEach(() => chooseX25519(undefined))

const fromDer = (prefix: string, key: Uint8Array) => Buffer.concat([Buffer.from(prefix, 'hex'), key])
/** RFC 8410. */
const hostX25519: X25519 = (secret, point) => {
  const pkcs8 = fromDer('302e020100300506032b656e04220420', secret)
  const spki = fromDer('302a300506032b656e032100', point)
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  return new Uint8Array(
    diffieHellman({ privateKey, publicKey: createPublicKey({ key: spki, format: 'der', type: 'spki' }) }),
  )
}

const secret = fc.uint8Array({ minLength: 32, maxLength: 32 })
test.prop([secret, secret, fc.uint8Array({ minLength: 16, maxLength: 16 })], { numRuns: 30 })(
  'the X25519 of the host makes the same identities and headers as ours, and opens them',
  (own, ephemeral, fileKey) => {
    const make = () => {
      const { identity, recipient } = newIdentity(own)
      const header = formatHeader(fileKey, [wrapForRecipient(fileKey, recipient, ephemeral)])
      return { identity, header, fileKey: unwrapWithIdentity(header, identity) }
    }
    const ours = make()
    chooseX25519(hostX25519)
    expect(make()).toEqual(ours)
    chooseX25519(undefined)
  },
)

test('the X25519 of the host fits the vectors of another implementation, and opens no header that is broken', () => {
  const { identities, wrapped, headers, brokenHeaders } = JSON.parse(
    readFileSync(new URL('../../../tests/vectors/age.json', import.meta.url), 'utf8'),
  ) as {
    identities: { secret: string; identity: string; recipient: string }[]
    wrapped: { fileKey: string; ephemeralSecret: string; recipient: string; header: string }
    headers: { header: string; identity: string; fileKey: string }[]
    brokenHeaders: { header: string }[]
  }
  chooseX25519(hostX25519)
  for (const { secret: own, ...made } of identities) expect(newIdentity(fromHex(own))).toEqual(made)
  const fileKey = fromHex(wrapped.fileKey)
  const stanza = wrapForRecipient(fileKey, wrapped.recipient, fromHex(wrapped.ephemeralSecret))
  expect(new TextDecoder().decode(formatHeader(fileKey, [stanza]))).toBe(wrapped.header)
  for (const each of headers)
    expect(unwrapWithIdentity(utf8(each.header), each.identity)).toEqual(fromHex(each.fileKey))
  for (const { header } of brokenHeaders)
    expect(() => unwrapWithIdentity(utf8(header), identities[0]?.identity ?? '')).toThrow(
      expect.objectContaining({ name: 'ProofError' }) as Error,
    )
})

test.each<[string, X25519]>([
  ['gives something else', () => new Uint8Array(32).fill(1)],
  ['takes a point of low order', (own, point) => (point.every((byte) => byte === 0) ? point : hostX25519(own, point))],
])('what %s is refused, and ours goes on', (_case, other) => {
  const before = newIdentity(new Uint8Array(32).fill(7))
  expect(() => chooseX25519(other)).toThrow('not X25519')
  expect(newIdentity(new Uint8Array(32).fill(7))).toEqual(before)
})
