import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import {
  changeSpeed,
  elapsed,
  endOf,
  frameNumber,
  frameRateOf,
  jog,
  loopTo,
  mark,
  momentOf,
  momentS,
  shuttle,
  wallClock,
} from './player-time.ts'

test('the clock shows the time where the corps is, to the thousandth', () => {
  expect(wallClock('2026-11-20T13:02:40.120Z', 0, 'Europe/Amsterdam')).toBe('14:02:40.120')
  expect(wallClock('2026-11-20T22:59:59.900Z', 200, 'Europe/Amsterdam')).toBe('00:00:00.100')
})

test.prop([fc.integer({ min: 1, max: 100_000_000 })])(
  'a moment is sought in the frame that begins at it, also where a browser leaves out less than a millionth',
  (ms) => {
    const soughtUs = Math.trunc(momentS(ms) * 1e6)
    expect(soughtUs).toBeGreaterThanOrEqual(ms * 1000)
    expect(soughtUs).toBeLessThan(ms * 1000 + 500)
  },
)

test('marked out on a frame the part ends with that frame, also the last of the recording', () => {
  expect(endOf(5280, 25, 8000)).toBe(5320)
  expect(endOf(1001 / 30, 30_000 / 1001, 8008)).toBe(67)
  expect(endOf(7960, 25, 8000)).toBe(8000)
  expect(endOf(5279.5, null, 8000)).toBe(5282)
  expect(endOf(0, null, 0.5)).toBe(1)
})

test('the clock turns back with the change to winter time', () => {
  const beforeChange = '2026-10-25T00:59:59.500Z'
  expect(wallClock(beforeChange, 0, 'Europe/Amsterdam')).toBe('02:59:59.500')
  expect(wallClock(beforeChange, 500, 'Europe/Amsterdam')).toBe('02:00:00.000')
})

test.each([
  ['29.97 is 30,000 frames in 1,001 seconds', 29.97, false, 30_000 / 1001],
  ['23.976 is 24,000 in 1,001', 23.976, false, 24_000 / 1001],
  ['30 stays 30', 30, false, 30],
  ['a rate of its own stays as it is', 12.5, false, 12.5],
  ['what varies has no rate', 30, true, null],
  ['nor has what does not say', null, false, null],
])('%s', (_case, told, isVariable, expected) => {
  expect(frameRateOf(told, isVariable)).toBe(expected)
})

const rates = fc.constantFrom(10, 12.5, 24_000 / 1001, 25, 30_000 / 1001, 30, 50, 60)

test.prop([rates, fc.integer({ min: 0, max: 500_000 })])(
  'a frame has the same number however its time is rounded, and its moment lies in it',
  (rate, frame) => {
    const beginsMs = (frame / rate) * 1000
    for (const rounding of [Math.floor, Math.round, Math.ceil]) {
      expect(frameNumber(rounding(beginsMs * 1000) / 1000, rate)).toBe(frame)
    }
    expect(momentOf(beginsMs)).toBeGreaterThanOrEqual(beginsMs - 0.001)
    expect(momentOf(beginsMs)).toBeLessThan(((frame + 1) / rate) * 1000)
  },
)

test.each([
  ['a notch is one frame', 0, 100, 0, 1],
  ['a notch the other way is one frame back', 0, -120, 0, -1],
  ['a small notch is a frame as well', 0, 53, 0, 1],
  ['three lines are a notch', 0, 3, 1, 1],
  ['a little of a track pad is not yet a frame', 0, 20, 0, 0],
  ['a little more is', 0.9, 15, 0, 1],
  ['turning back forgets what was left', 0.9, -20, 0, 0],
  ['a fast turn is several', 0, 400, 0, 4],
])('%s', (_case, rest, delta, mode, frames) => {
  expect(jog(rest, delta, mode).frames).toBe(frames)
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
  expect(changeSpeed(1, -1)).toBe(0.75)
  expect(changeSpeed(8, 1)).toBe(8)
  expect(changeSpeed(0.1, -1)).toBe(0.1)
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
