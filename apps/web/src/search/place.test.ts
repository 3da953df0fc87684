import { expect, test } from 'vitest'
import { findPlaceProblems, readDegrees, readPlace, writePlace } from './place.ts'

test('a rectangle comes back out of the address as it went in', () => {
  const ghent = { west: 3.7, south: 51.03, east: 3.750001, north: 51.07 }
  expect(writePlace(ghent)).toBe('3.7,51.03,3.750001,51.07')
  expect(readPlace(writePlace(ghent))).toEqual(ghent)
  expect(writePlace({ west: -10, south: 0, east: 100, north: 1e-7 })).toBe('-10,0,100,0')
})

test.each([undefined, '', '1,2,3', '1,2,3,4,5', '4,51,3,52', '3,51,4,91', 'a,b,c,d'])(
  'an address that names no rectangle names no place: %s',
  (text) => expect(readPlace(text)).toBeNull(),
)

test('degrees may be typed with a comma; anything else is none', () => {
  expect(readDegrees(' 51,05 ')).toBe(51.05)
  expect(readDegrees('-3.7')).toBe(-3.7)
  for (const typed of ['', 'ten', '1e2', '51.05N']) expect(readDegrees(typed)).toBeNaN()
})

test('the bound that is wrong is named', () => {
  expect(findPlaceProblems({ west: 4, south: 51, east: 3, north: 95 })).toEqual({
    east: 'eastWrong',
    north: 'latitudeWrong',
  })
  expect(findPlaceProblems({ west: Number.NaN, south: 51, east: 3, north: 52 })).toEqual({ west: 'longitudeWrong' })
})
