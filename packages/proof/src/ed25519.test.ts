import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { utf8 } from '@getuige/base'
import { expect, test } from 'vitest'
import { findTool, reportMissingTool } from '../../../tests/outside-tools.ts'
import { ed25519PublicKey, formatPublicKeyPem, parsePublicKeyPem, signEd25519, verifyEd25519 } from './index.ts'

const seed = new Uint8Array(32).fill(4)
const publicKey = ed25519PublicKey(seed)
const message = utf8('what was signed\n')

const openssl = findTool('openssl')
if (openssl === undefined) reportMissingTool('openssl', 'that OpenSSL accepts our Ed25519 signatures')
else {
  test('OpenSSL accepts a signature and refuses it for another message', () => {
    const folder = mkdtempSync(join(tmpdir(), 'getuige-openssl-'))
    const file = (name: string) => join(folder, name)
    const verify = (input: string) =>
      execFileSync(
        openssl,
        [
          'pkeyutl',
          '-verify',
          '-rawin',
          '-pubin',
          '-inkey',
          file('key.pem'),
          '-sigfile',
          file('sig'),
          '-in',
          file(input),
        ],
        { encoding: 'utf8', stdio: 'pipe' },
      )
    try {
      writeFileSync(file('key.pem'), formatPublicKeyPem(publicKey))
      writeFileSync(file('sig'), signEd25519(message, seed))
      writeFileSync(file('message'), message)
      writeFileSync(file('other'), 'what was not signed\n')
      expect(verify('message')).toContain('Signature Verified Successfully')
      expect(() => verify('other')).toThrow('Command failed')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
}

test('a signature of the wrong length, or by a key that is no point, verifies nothing', () => {
  const signature = signEd25519(message, seed)
  expect(verifyEd25519(signature, message, publicKey)).toBe(true)
  expect(verifyEd25519(signature.slice(1), message, publicKey)).toBe(false)
  expect(verifyEd25519(new Uint8Array(64), message, new Uint8Array(32))).toBe(false)
  expect(verifyEd25519(signature, message, new Uint8Array(32).fill(2))).toBe(false)
  expect(verifyEd25519(signature, message, new Uint8Array(0))).toBe(false)
})

test.each([
  ['empty', ''],
  ['an RSA label', formatPublicKeyPem(publicKey).replaceAll('PUBLIC', 'RSA PUBLIC')],
  ['cut short', formatPublicKeyPem(publicKey).slice(0, -2)],
  ['an X25519 key', formatPublicKeyPem(publicKey).replace('MCowBQYDK2Vw', 'MCowBQYDK2Vu')],
  ['two keys', formatPublicKeyPem(publicKey).repeat(2)],
])('a PEM that is %s is refused', (_case, pem) => {
  expect(() => parsePublicKeyPem(pem)).toThrow('public key')
})
