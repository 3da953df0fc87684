import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { changeSpeed, elapsed, frameNumber, loopTo, mark, shuttle, stepFrame, wallClock } from './player-time.ts'

test('the clock shows the time where the corps is, to the thousandth', () => {
  expect(wallClock('2026-11-20T13:02:40.120Z', 0, 'Europe/Amsterdam')).toBe('14:02:40.120')
  expect(wallClock('2026-11-20T22:59:59.900Z', 200, 'Europe/Amsterdam')).toBe('00:00:00.100')
})

test('the clock turns back with the change to winter time', () => {
  const beforeChange = '2026-10-25T00:59:59.500Z'
  expect(wallClock(beforeChange, 0, 'Europe/Amsterdam')).toBe('02:59:59.500')
  expect(wallClock(beforeChange, 500, 'Europe/Amsterdam')).toBe('02:00:00.000')
})

test.each([
  ['the first frame is number 0', 0, 0],
  ['a frame lasts until the next begins', 39.9, 0],
  ['a browser that rounds down still shows the frame it is on', 39.9999, 1],
  ['frames are counted, not rounded', 3603 / 25, 3],
])('%s', (_case, positionMs, expected) => {
  expect(frameNumber(positionMs, 25)).toBe(expected)
})

const rates = fc.constantFrom(10, 12.5, 24000 / 1001, 25, 30000 / 1001, 30, 50, 60)

test.prop([rates, fc.integer({ min: 2, max: 5000 })])(
  'a step goes exactly one frame on, and back again',
  (rate, at) => {
    const durationMs = ((at + 10) / rate) * 1000
    const on = stepFrame(((at + 0.5) / rate) * 1000, 1, rate, durationMs)
    expect(frameNumber(on, rate)).toBe(at + 1)
    expect(frameNumber(stepFrame(on, -1, rate, durationMs), rate)).toBe(at)
  },
)

test('a step stops at the first and at the last frame', () => {
  expect(frameNumber(stepFrame(0, -1, 25, 1000), 25)).toBe(0)
  expect(frameNumber(stepFrame(990, 1, 25, 1000), 25)).toBe(24)
  expect(stepFrame(0, -1, null, 1000)).toBe(0)
})

test('L doubles, J turns at once, K stops', () => {
  expect(shuttle(0, 'l')).toBe(1)
  expect(shuttle(1, 'l')).toBe(2)
  expect(shuttle(8, 'l')).toBe(8)
  expect(shuttle(4, 'j')).toBe(-1)
  expect(shuttle(-1, 'j')).toBe(-2)
  expect(shuttle(-8, 'k')).toBe(0)
})

test('speed moves one step and stays at its ends', () => {
  expect(changeSpeed(1, 1)).toBe(1.5)
  expect(changeSpeed(1, -1)).toBe(0.5)
  expect(changeSpeed(8, 1)).toBe(8)
  expect(changeSpeed(0.25, -1)).toBe(0.25)
})

test('an in point after the out point lets go of the out point', () => {
  const part = mark(mark({ inMs: null, outMs: null }, 'in', 1000), 'out', 3000)
  expect(part).toEqual({ inMs: 1000, outMs: 3000 })
  expect(mark(part, 'in', 4000)).toEqual({ inMs: 4000, outMs: null })
  expect(mark(part, 'out', 500)).toEqual({ inMs: null, outMs: 500 })
})

test('a loop goes back to its in point at the out point, and at the end when none is marked', () => {
  expect(loopTo({ inMs: 1000, outMs: 3000 }, 2999, 9000)).toBeNull()
  expect(loopTo({ inMs: 1000, outMs: 3000 }, 3000, 9000)).toBe(1000)
  expect(loopTo({ inMs: 1000, outMs: null }, 9000, 9000)).toBe(1000)
  expect(loopTo({ inMs: null, outMs: null }, 8999, 9000)).toBeNull()
})

test('the frame that shows at the in point began before it, and does not send the loop back there for ever', () => {
  expect(loopTo({ inMs: 2098, outMs: 3300 }, 2080, 9000)).toBeNull()
  expect(loopTo({ inMs: 2098, outMs: 3300 }, 500, 9000)).toBe(2098)
})

test('time within a recording reads as people write it', () => {
  expect(elapsed(34_000)).toBe('0:34')
  expect(elapsed(3_729_000)).toBe('1:02:09')
  expect(elapsed(61_042, true)).toBe('1:01.042')
})
