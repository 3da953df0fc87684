import { expect, test } from 'vitest'
import { ConfigError, readConfig } from './config.ts'

test('a setting that does not exist is refused, since it may be one that is misspelt', () => {
  expect(() => readConfig({ GETUIGE_WITNESES: 'https://w.example key' })).toThrow(ConfigError)
  expect(() => readConfig({ GETUIGE_WITNESES: 'https://w.example key' })).toThrow('GETUIGE_WITNESES: there is no such')
})

test('settings of other programs in the same environment, and empty ones, are passed over', () => {
  expect(
    readConfig({ GETUIGE_SERVER: 'https://getuige.example', GETUIGE_WITNESS_DATA: '/w', GETUIGE_OLD: '' }).port,
  ).toBe(8080)
})

test('certificate and key come together, and whoever comes in the clear has an https address to be sent to', () => {
  const tls = { GETUIGE_TLS_CERTIFICATE: '/tls/cert.pem', GETUIGE_TLS_KEY: '/tls/key.pem' }
  expect(readConfig({}).tlsFiles).toBeUndefined()
  expect(readConfig(tls).tlsFiles).toEqual({ certificateFile: '/tls/cert.pem', keyFile: '/tls/key.pem' })
  expect(() => readConfig({ ...tls, GETUIGE_TLS_KEY: '' })).toThrow('GETUIGE_TLS_KEY: name the key')
  expect(() => readConfig({ ...tls, GETUIGE_TLS_CERTIFICATE: '' })).toThrow('GETUIGE_TLS_CERTIFICATE: name the')
  const redirect = { GETUIGE_REDIRECT_PORT: '80' }
  expect(() => readConfig(redirect)).toThrow('GETUIGE_REDIRECT_PORT: give the https address')
  expect(() => readConfig({ ...redirect, GETUIGE_URL: 'http://getuige.example' })).toThrow('GETUIGE_REDIRECT_PORT')
  expect(readConfig({ ...redirect, GETUIGE_URL: 'https://getuige.example/' })).toMatchObject({
    redirectPort: 80,
    publicUrl: 'https://getuige.example',
  })
})

test.each([
  ['10.0.0.0/8 192.0.2.7  2001:db8::/32', ['10.0.0.0/8', '192.0.2.7', '2001:db8::/32']],
  ['', []],
  ['10.0.0.0/33', null],
  ['2001:db8::/129', null],
  ['10.0.0.0/8/8', null],
  ['true', null],
  ['proxy.example', null],
])('the proxies to trust are addresses and networks: %s', (text, expected) => {
  const read = () => readConfig({ GETUIGE_TRUSTED_PROXY: text }).trustedProxies
  if (expected === null) expect(read).toThrow('is neither an address nor a network')
  else expect(read()).toEqual(expected)
})

test.each([
  [
    'https://id.example/realms/city  https://other.example',
    ['https://id.example/realms/city', 'https://other.example'],
  ],
  ['http://localhost:9000', ['http://localhost:9000']],
  ['http://127.0.0.1:9000', ['http://127.0.0.1:9000']],
  ['', []],
  ['http://id.example', null],
  ['http://localhost.id.example', null],
  ['id.example', null],
])('issuers are reached by TLS, or are on this machine: %s', (text, expected) => {
  const read = () => readConfig({ GETUIGE_IDENTITY_PROVIDERS: text }).identityProviders
  if (expected === null) expect(read).toThrow('is no https address')
  else expect(read()).toEqual(expected)
})
