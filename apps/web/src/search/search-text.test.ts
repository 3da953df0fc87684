import { expect, test } from 'vitest'
import { lastWord, replaceLastWord } from './search-text.ts'

test('a suggestion completes the last word and leaves those before it', () => {
  expect(lastWord('rode jas stat')).toBe('stat')
  expect(replaceLastWord('rode jas stat', 'station')).toBe('rode jas station ')
  expect(replaceLastWord('rode jas stat')).toBe('rode jas ')
})

test('between two words nothing is completed', () => {
  expect(lastWord('rode ')).toBe('')
  expect(lastWord('')).toBe('')
})
