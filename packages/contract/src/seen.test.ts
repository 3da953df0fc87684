import { expect, test } from 'vitest'
import { tag } from './search.ts'
import { freeText, label, reason, title } from './values.ts'

const is = (schema: typeof label, text: string) => schema.safeParse(text).success

test.each([
  ['spaces of no width', '\u200b'.repeat(9)],
  ['joiners', '\u200d'.repeat(9)],
  ['marks of direction', '\u200e\u200f\u202a\u2066\u2069'],
  ['fillers that are letters to Unicode', '\u3164\u115f\u1160\uffa0\u3164'],
  ['soft hyphens', '\u00ad'.repeat(9)],
  ['selectors and tags', '\ufe0f\ufe0e\u{e0061}\u{e0101}\u034f'],
  ['blanks of Braille', '\u2800'.repeat(9)],
  ['spaces of every kind', ' \u00a0\u2003\u3000\u202f\t\n\u2028'],
  ['one letter among what nobody sees', 'a\u200b\u200b\u200b\u200b'],
])('of %s no reason, name, note or tag is made', (_which, text) => {
  expect(is(reason, text)).toBe(false)
  expect(is(label, text)).toBe(false)
  expect(is(tag, text)).toBe(false)
  expect(freeText(0, 2000).safeParse(text).success).toBe(text.startsWith('a') || text.trim() === '')
})

test.each(['می‌خواهم', 'क्‍ष', 'ශ්‍රී', 'Jos\u00e9', 'Jose\u0301', 'ｐｌｅｉｎ', '한국', '葛\u{e0100}城'])(
  '“%s” is written as its script is written',
  (text) => {
    expect([is(label, text), is(title, text), freeText(1, 9).safeParse(text).success]).toEqual([true, true, true])
    expect(is(tag, text)).toBe(true)
  },
)

test('what looks like a name is that name, or none', () => {
  for (const text of [
    'Jan\u200dsen',
    'Jan\u200bsen',
    'Jan\u00adsen',
    'Jan\u3164',
    'Jan\u2060sen',
    'Jan\u202esen',
    '\u200cJan',
  ]) {
    expect([text, is(label, text), is(tag, text)]).toEqual([text, false, false])
  }
  expect(reason.parse('👨‍👩‍👧 gezien bij ❤️')).toBe('👨‍👩‍👧 gezien bij ❤️')
  expect(is(reason, 'x\u202ey reden')).toBe(true)
  expect([is(reason, '    '), is(reason, 'kort'), is(title, '')]).toEqual([false, false, true])
})
