import type { Marker } from '@getuige/contract'
import { expect, test } from 'vitest'
import { nextMarker, notesAt } from './markers.ts'

const marker = (atMs: number, toMs: number | null, note: string) => ({ atMs, toMs, note }) as Marker
const markers = [marker(1000, null, 'a'), marker(2000, 3000, 'b'), marker(2500, null, '')]

test('the note of a moment stands for a while, that of a stretch as long as the stretch', () => {
  expect([999.5, 2100, 3000, 4999, 5000].map((at) => notesAt(markers, at))).toEqual([
    ['a'],
    ['a', 'b'],
    ['a'],
    ['a'],
    [],
  ])
})

test('the note of a moment within a frame stands from that frame on, and not a frame too early', () => {
  expect([920, 960, 1000].map((at) => notesAt(markers, at, 80))).toEqual([[], ['a'], ['a']])
  expect([960.000004, 1000].map((at) => notesAt(markers, at, 40))).toEqual([[], ['a']])
})

test('markers are gone to one after the other, and back', () => {
  expect(nextMarker(markers, 0, 1)?.atMs).toBe(1000)
  expect(nextMarker(markers, 1000.7, 1)?.atMs).toBe(2000)
  expect(nextMarker(markers, 2000, -1)?.atMs).toBe(1000)
  expect(nextMarker(markers, 2600, 1)).toBeUndefined()
})
