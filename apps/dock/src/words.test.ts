import { languages } from '@getuige/base'
import { errorCatalog } from '@getuige/contract'
import { expect, test } from 'vitest'
import { toReason, toRefusal } from './failures.ts'
import { explain, say, sentences, toSafe } from './words.ts'

test('every refusal becomes one sentence in every language, also one that is not known yet', () => {
  for (const code of [...Object.keys(errorCatalog), 'ingest/of-a-later-version']) {
    for (const language of languages) {
      expect(explain({ kind: 'refused', code, because: 'text' }, language)).toMatch(/^\S.*\.$/)
    }
  }
})

test('every sentence asks for the same fillings in each language', () => {
  for (const words of Object.values(sentences)) {
    const fillings = languages.map((language) => (words[language].match(/\{\w+\}/g) ?? []).toSorted().join())
    expect(new Set(fillings).size).toBe(1)
  }
})

test('what a name or a server says cannot steer the terminal', () => {
  expect(toSafe('a\u001b[31m\u202e\n.mp4')).toBe('a\\u{1b}[31m\\u{202e}\\u{a}.mp4')
  expect(say(sentences.serverAway, 'en', { server: 'x\r' })).toContain('x\\u{d} cannot')
  const reason = toReason(toRefusal(400, '{"code":"\\u001b[2J"}'))
  expect(explain(reason, 'en')).toBe('the server refuses: unknown.')
})

test('an answer without a code of Getuige is that of no Getuige', () => {
  for (const body of ['', '<html>', 'null', '[]', '{"error":"no"}']) {
    expect(toReason(toRefusal(502, body))).toEqual({ kind: 'away' })
  }
})
