import { describe, expect, test } from 'vitest'
import { keepPace, mayCancel, mayRetry, type Pace, percentOf, reckonRemaining } from './rules.ts'

const begun: Pace = { fraction: 0, atMs: 0, perMs: null }
/** What is known after these reports: how much, and at which second. */
const after = (...reports: readonly (readonly [fraction: number, second: number])[]) =>
  reports.reduce((pace, [fraction, second]) => keepPace(pace, fraction, second * 1000), begun)
const steadily = (seconds: number, perSecond: number) =>
  after(...Array.from({ length: seconds }, (_, n) => [(n + 1) * perSecond, n + 1] as const))

describe('what remains', () => {
  test('is not known before the first second is over, nor while nothing moves', () => {
    expect(reckonRemaining(begun)).toBeNull()
    expect(reckonRemaining(after([0.5, 0.999]))).toBeNull()
    expect(reckonRemaining(after([0, 5], [0, 60]))).toBeNull()
  })

  test('of steady work is what is left at that pace', () => {
    expect(reckonRemaining(steadily(30, 0.01))).toBe(70_000)
  })

  test('follows a change of pace within half a minute, and a single stall hardly', () => {
    const fast = steadily(30, 0.01)
    const stalled = keepPace(fast, 0.3, 31_000)
    expect(reckonRemaining(stalled)).toBeLessThan(78_000)
    let slow = fast
    for (let second = 31; second <= 60; second += 1) slow = keepPace(slow, 0.3 + (second - 30) * 0.001, second * 1000)
    // 67 % left, at a thousandth a second, is 670 s; it was reckoned as 70 s before.
    expect(reckonRemaining(slow)).toBeGreaterThan(450_000)
    expect(reckonRemaining(slow)).toBeLessThan(670_000)
  })

  test('is not told where it would be more than a month', () => {
    expect(reckonRemaining(after([0.000_001, 60]))).toBeNull()
  })
})

test('progress is told at most once a second, never goes back, and is whole only when it is done', () => {
  const first = after([0.2, 1])
  expect(keepPace(first, 0.9, 1999)).toBe(first)
  expect(keepPace(first, 0.1, 2000)).toMatchObject({ fraction: 0.2 })
  expect(percentOf(after([0.4567, 1]))).toBe(45.6)
  expect(percentOf(after([2, 1]))).toBe(99.9)
  expect(keepPace(first, Number.NaN, 9000)).toBe(first)
})

test('a clock that is turned back stops nothing', () => {
  const turned = keepPace(after([0.2, 100]), 0.3, 10_000)
  expect(turned).toMatchObject({ fraction: 0.2, atMs: 10_000 })
  expect(keepPace(turned, 0.4, 12_000)).toMatchObject({ fraction: 0.4 })
})

test.each([
  // state, problem, asked by, may assign: may cancel, may retry
  ['running', null, 'oneself', false, true, false],
  ['waiting', null, 'oneself', false, true, false],
  ['running', null, 'somebody', false, false, false],
  ['running', null, 'somebody', true, true, false],
  ['waiting', null, 'system', true, true, false],
  ['waiting', null, 'system', false, false, false],
  ['done', null, 'oneself', true, false, false],
  ['failed', 'disk-full', 'oneself', false, false, true],
  ['failed', 'disk-full', 'somebody', true, false, false],
  ['failed', 'disk-full', 'system', true, false, true],
  ['failed', 'disk-full', 'system', false, false, false],
  ['failed', 'erased', 'oneself', true, false, false],
  ['cancelled', null, 'oneself', false, false, true],
] as const)(
  'of %s work (%s) asked by %s, somebody who may assign: %s, may cancel: %s, may try again: %s',
  (state, problem, askedBy, mayAssign, cancel, retry) => {
    const standing = { state, problem, askedBy, mayAssign }
    expect([mayCancel(standing), mayRetry(standing)]).toEqual([cancel, retry])
  },
)
