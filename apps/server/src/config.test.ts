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
