import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { asRecorded, mostScale, pan, resetZoom, styleOf, turnRight, zoom } from './picture-view.ts'

const share = fc.double({ min: -0.5, max: 0.5, noNaN: true })

test.prop([share, share, fc.double({ min: 1, max: 4, noNaN: true })])(
  'what lies under the pointer stays there while the picture grows',
  (x, y, factor) => {
    const view = zoom(asRecorded, factor, { x, y })
    expect(view.x + x * view.scale).toBeCloseTo(x, 9)
    expect(view.y + y * view.scale).toBeCloseTo(y, 9)
  },
)

test.prop([share, share, fc.array(fc.tuple(share, share, fc.double({ min: 0.1, max: 5, noNaN: true })))])(
  'however it is moved, the picture covers its place',
  (x, y, moves) => {
    let view = zoom(asRecorded, 3, { x, y })
    for (const [dx, dy, factor] of moves) view = pan(zoom(view, factor, { x: dx, y: dy }), dx * 4, dy * 4)
    expect(view.scale).toBeGreaterThanOrEqual(1)
    expect(view.scale).toBeLessThanOrEqual(mostScale)
    expect(Math.abs(view.x)).toBeLessThanOrEqual((view.scale - 1) / 2)
    expect(Math.abs(view.y)).toBeLessThanOrEqual((view.scale - 1) / 2)
  },
)

test('back to the whole picture keeps what was done to its light', () => {
  const view = resetZoom({ ...zoom(asRecorded, 4, { x: 0.2, y: 0 }), gamma: 1.4 })
  expect(view).toEqual({ ...asRecorded, gamma: 1.4 })
})

test('four turns to the right are none, and a picture on its side fits', () => {
  expect(turnRight(turnRight(turnRight(turnRight(asRecorded))))).toEqual(asRecorded)
  expect(styleOf(turnRight(asRecorded))).toEqual({
    width: '100cqh',
    height: '100cqw',
    transform: 'translate(-50%, -50%) translate(0cqw, 0cqh) scale(1) rotate(90deg)',
  })
})
