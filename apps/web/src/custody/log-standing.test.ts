import { witnessState } from '@getuige/contract'
import { expect, test } from 'vitest'
import { isContested, newestOf, standsBehind, witnessLooks } from './log-standing.ts'

test('a witness stands behind a log once it cosigned, also while it is asked about what came since', () => {
  const standing = witnessState.options.filter((state) => standsBehind({ state, cosignedSize: 12 }))
  expect(standing).toEqual(['cosigned', 'waiting'])
  expect(standsBehind({ state: 'waiting', cosignedSize: null })).toBe(false)
})

test('only a witness that contradicts the log has the look of an alarm', () => {
  const alarming = witnessState.options.filter((state) => witnessLooks[state].shape === 'triangle')
  expect(alarming).toEqual(['rewritten'])
})

test('a log is contested when it is not signed or a witness contradicts it, not when a witness is away', () => {
  const witness = { name: 'w', cosignedSize: null, cosignedAt: null, askedAt: null, since: null }
  const away = { ...witness, state: 'unreachable' } as const
  expect(isContested({ trouble: null, witnesses: [away] })).toBe(false)
  expect(isContested({ trouble: 'head-ahead', witnesses: [] })).toBe(true)
  expect(isContested({ trouble: null, witnesses: [away, { ...witness, state: 'rewritten' }] })).toBe(true)
})

test('the newest of no instants is none', () => {
  expect(newestOf([])).toBeNull()
  expect(newestOf([null, '2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z', null])).toBe('2026-01-02T00:00:00Z')
})
