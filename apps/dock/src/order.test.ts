import { expect, test } from 'vitest'
import { isOpenToOthers, readOrder, readToken } from './order.ts'

const environment = { LANG: 'fr_BE.UTF-8', GETUIGE_DOCK_TOKEN: 'dock_of-the-test' }

test('a folder, a camera and a token are all that is needed', () => {
  expect(readOrder(['/card', '--camera', 'CAM-1'], environment)).toEqual({
    language: 'fr',
    order: {
      folder: '/card',
      camera: 'CAM-1',
      server: 'http://127.0.0.1:8080',
      token: { from: 'environment', value: 'dock_of-the-test' },
      patienceMs: 120_000,
      cameraClock: undefined,
    },
  })
})

test('an option goes before the environment', () => {
  const args = '/card --camera C --server https://getuige.example/ --token-file /t --wait 5 --lang de --once'.split(' ')
  expect(readOrder(args, { ...environment, GETUIGE_SERVER: 'http://other.example' })).toMatchObject({
    language: 'de',
    order: { server: 'https://getuige.example', token: { from: 'file', path: '/t' }, patienceMs: 5000 },
  })
})

test.each([
  ['no folder', '', 'usage'],
  ['two folders', '/a /b --camera C', 'usage'],
  ['an option that does not exist', '/a --camera C --delete', 'usage'],
  ['a token on the command line, where every process can read it', '/a --camera C --token x', 'usage'],
  ['a language we do not speak', '/a --camera C --lang es', 'usage'],
  ['no camera', '/a', 'camera'],
  ['a server that is no address', '/a --camera C --server getuige', 'server'],
  ['a server with a password in its address', '/a --camera C --server https://a:b@getuige.example', 'server'],
  ['a server with a path', '/a --camera C --server https://getuige.example/api', 'server'],
  ['a camera clock without a date', '/a --camera C --camera-clock 12:00', 'clock'],
  ['a wait that is no number', '/a --camera C --wait long', 'wait'],
])('%s is wrong usage', (_case, line, problem) => {
  expect(readOrder(line.split(' '), environment)).toMatchObject({ problem })
})

test('without a token nothing begins', () => {
  expect(readOrder(['/a', '--camera', 'C'], {})).toEqual({ language: 'en', problem: 'token' })
})

test('a token may end with a line break, but has no spaces, and is not empty', () => {
  expect(readToken('dock_of-the-test\n')).toBe('dock_of-the-test')
  expect(readToken('two words here')).toBeUndefined()
  expect(readToken('')).toBeUndefined()
})

test.each([
  ['http://127.0.0.1:8080', false],
  ['http://[::1]:8080', false],
  ['http://localhost', false],
  ['https://getuige.example', false],
  ['http://getuige.example', true],
  ['http://127.0.0.1.example', true],
])('a token sent to %s can be read by others: %s', (server, isOpen) => {
  expect(isOpenToOthers(server)).toBe(isOpen)
})
