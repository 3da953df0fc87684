import { expect, test } from 'vitest'
import { networkOf } from './client.ts'
import { openLimits } from './tries.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 10, 22, 12, minute))

test('a network that fails too often waits for the others, and they for nobody', () => {
  const limits = openLimits({ perNetwork: 3 })
  for (let i = 0; i < 3; i += 1) limits.failed('192.0.2.0/24', at(i))
  expect(limits.waitUntil('192.0.2.0/24', at(3))).toEqual(at(15))
  expect(limits.waitUntil('198.51.100.0/24', at(3))).toBeUndefined()
  expect(limits.waitUntil('192.0.2.0/24', at(15))).toBeUndefined()
})

test('many networks together wait too, and what is remembered of them stays bounded', () => {
  const limits = openLimits({ perNetwork: 1, together: 50, mostNetworks: 10 })
  for (let i = 0; i < 49; i += 1) limits.failed(`network ${i}`, at(0))
  expect(limits.waitUntil('network 48', at(1))).toBeDefined()
  expect(limits.waitUntil('network 1', at(1))).toBeUndefined() // forgotten
  limits.failed('network 49', at(1))
  expect(limits.waitUntil('a new one', at(1))).toEqual(at(15))
})

test('who signs in where others did before is not kept out by those who try everywhere', () => {
  const limits = openLimits({ perNetwork: 5, together: 3 })
  limits.succeeded('the office')
  for (let i = 0; i < 20; i += 1) limits.failed(`bot ${i}`, at(0))
  expect(limits.waitUntil('another bot', at(1))).toEqual(at(15))
  expect(limits.waitUntil('the office', at(1))).toBeUndefined()
  for (let i = 0; i < 5; i += 1) limits.failed('the office', at(1))
  expect(limits.waitUntil('the office', at(2))).toEqual(at(16))
})

test('a clock that is set back locks nobody out for longer', () => {
  const limits = openLimits({ perNetwork: 1 })
  limits.failed('192.0.2.0/24', at(50))
  expect(limits.waitUntil('192.0.2.0/24', at(10))).toBeUndefined()
})

test.each([
  ['192.0.2.77', '192.0.2.0/24'],
  ['::ffff:192.0.2.77', '192.0.2.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
  ['2001:db8::5', '2001:db8:0::/48'],
  ['::1', '0:0:0::/48'],
  ['fe80::1%eth0', 'fe80:0:0::/48'],
  ['not an address', ''],
])('of the address %s only the network is kept', (address, network) => {
  expect(networkOf(address)).toBe(network)
})
