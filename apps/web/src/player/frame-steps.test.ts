import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { type ShowFrame, showFrameAfter, showFrameAway, showFrameBefore } from './frame-steps.ts'

/** A file whose frames begin at these times: asked for a moment, it shows the last that has begun. */
function fileOf(times: readonly number[]): { show: ShowFrame; asked: () => number } {
  let asked = 0
  return {
    show: (moment) => {
      asked += 1
      return Promise.resolve(times.findLast((time) => time <= moment) ?? times[0] ?? 0)
    },
    asked: () => asked,
  }
}

/** Frames that last from 5 ms to half a second each, in whole microseconds. */
const lengths = fc.array(fc.integer({ min: 5000, max: 500_000 }), { minLength: 2, maxLength: 60 })
const timesOf = (all: readonly number[]) => {
  let at = 0
  return [0, ...all.map((length) => (at += length) / 1e6)]
}

test.prop([lengths])('whatever the frames last, steps on pass every one of them, and steps back again', async (all) => {
  const times = timesOf(all)
  const endS = (times.at(-1) ?? 0) + 0.04
  const { show } = fileOf(times)
  const on = [0]
  for (const _frame of times) on.push(await showFrameAfter(on.at(-1) ?? 0, show, { rate: null, endS }))
  expect(on).toEqual([...times, times.at(-1)])
  const back = [times.at(-1) ?? 0]
  for (const _frame of times) back.push(await showFrameBefore(back.at(-1) ?? 0, show))
  expect(back).toEqual([...times.toReversed(), 0])
})

const rates = fc.constantFrom(10, 12.5, 24_000 / 1001, 25, 30_000 / 1001, 30, 50, 60)
const rounded = (seconds: number) => Math.round(seconds * 1e6) / 1e6

test.prop([rates, fc.integer({ min: 0, max: 200_000 })])(
  'at a fixed rate one look is enough, also hours from the beginning',
  async (rate, n) => {
    const times = [n - 1, n, n + 1, n + 2].map((frame) => rounded(frame / rate))
    const { show, asked } = fileOf(times)
    expect(await showFrameAfter(times[1] ?? 0, show, { rate, endS: (n + 3) / rate })).toBe(times[2])
    expect(asked()).toBe(1)
  },
)

test('a file that does not keep to its rate is stepped through all the same', async () => {
  const times = [0, 0.04, 0.08, 0.09, 0.2, 0.24]
  const { show } = fileOf(times)
  const seen = [0]
  for (let i = 0; i < 5; i += 1) seen.push(await showFrameAfter(seen.at(-1) ?? 0, show, { rate: 25, endS: 0.28 }))
  expect(seen).toEqual(times)
})

test('a step stops at the first and at the last frame', async () => {
  const times = [0, 0.04, 0.08]
  const { show } = fileOf(times)
  for (const rate of [25, null]) {
    expect(await showFrameAway(0.08, 1, show, { rate, endS: 0.12 })).toBe(0.08)
    expect(await showFrameAway(0, -1, show, { rate, endS: 0.12 })).toBe(0)
    expect(await showFrameAway(0.08, -5, show, { rate, endS: 0.12 })).toBe(0)
    expect(await showFrameAway(0, 5, show, { rate, endS: 0.12 })).toBe(0.08)
  }
})
