import { readdirSync, readFileSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { languages } from '@getuige/base'
import { errorCatalog } from '@getuige/contract'
import { IntlMessageFormat } from 'intl-messageformat'
import { describe, expect, test } from 'vitest'

const folder = import.meta.dirname
const areas = [...new Set(readdirSync(folder).flatMap((name) => /^(\w+)\.\w\w\.json$/.exec(name)?.[1] ?? []))]

function messagesOf(area: string, language: string): Record<string, string> {
  return JSON.parse(readFileSync(`${folder}/${area}.${language}.json`, 'utf8')) as Record<string, string>
}

type Element = ReturnType<IntlMessageFormat['getAst']>[number]

/** Every `{placeholder}` of a message, also those inside plural forms. */
function placeholdersOf(message: string): string[] {
  const names = new Set<string>()
  function look(elements: readonly Element[]): void {
    for (const element of elements) {
      if (element.type === 0 || element.type === 7) continue // text, and # inside a plural
      if ('value' in element) names.add(element.value)
      if ('options' in element) for (const option of Object.values(element.options)) look(option.value)
    }
  }
  look(new IntlMessageFormat(message, 'en', undefined, { ignoreTag: true }).getAst())
  // Every message may choose by it; a language need not.
  names.delete('country')
  return [...names].toSorted()
}

test('the messages of every area are found', () => {
  expect(isAbsolute(folder)).toBe(true)
  expect(areas).toEqual(expect.arrayContaining(['app', 'errors', 'session', 'recordings']))
})

describe.each(areas)('the messages of %s', (area) => {
  const english = messagesOf(area, 'en')

  test.each(languages.filter((language) => language !== 'en'))('say in %s all that they say in English', (language) => {
    const messages = messagesOf(area, language)
    expect(Object.keys(messages).toSorted()).toEqual(Object.keys(english).toSorted())
    for (const [key, message] of Object.entries(messages)) {
      expect(placeholdersOf(message), `${area}.${key}`).toEqual(placeholdersOf(english[key] ?? ''))
    }
  })

  test.each(languages)('are never empty in %s', (language) => {
    for (const [key, message] of Object.entries(messagesOf(area, language))) {
      expect(message.trim(), `${area}.${key}`).not.toBe('')
    }
  })
})

test.each(languages)('every refusal of the contract has its words in %s', (language) => {
  const messages = messagesOf('errors', language)
  for (const code of Object.keys(errorCatalog)) expect(messages, code).toHaveProperty([code])
})
