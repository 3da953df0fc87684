import { expect, test } from 'vitest'
import { readLength } from './length-text.ts'

test.each([
  ['0:30', 30],
  ['1:02:03', 3723],
  ['2', 120],
  ['1,5', 90],
  ['', null],
  ['1:75', undefined],
  ['soon', undefined],
  ['99999', undefined],
])('the length typed as “%s” is %s seconds', (typed, seconds) => expect(readLength(typed)).toBe(seconds))
