import { type Language, languages, type Words } from '@getuige/base'
import { IntlMessageFormat } from 'intl-messageformat'
import { useSyncExternalStore } from 'react'
import type { MessageKey } from './keys.ts'

export type { MessageKey } from './keys.ts'

type Messages = Readonly<Record<string, Readonly<Record<string, string>>>>
type Params = Readonly<Record<string, string | number>>

const catalogues: Record<Language, () => Promise<{ messages: Messages }>> = {
  nl: () => import('./all.nl.ts'),
  fr: () => import('./all.fr.ts'),
  de: () => import('./all.de.ts'),
  en: () => import('./all.en.ts'),
}

/** Where a language is spoken as these screens speak it; decides how dates and numbers are written. */
const locales: Record<Language, string> = { nl: 'nl-BE', fr: 'fr-BE', de: 'de-DE', en: 'en-GB' }

const storageKey = 'getuige.language'
const listeners = new Set<() => void>()
let current: Language = 'en'
let messages: Messages = {}
let formats = new Map<string, IntlMessageFormat>()

function isLanguage(text: string | null | undefined): text is Language {
  return languages.some((language) => language === text)
}

/** The language chosen before, else the first of the browser's that we speak, else Dutch. */
export function startLanguage(): Language {
  const chosen = readStored()
  if (isLanguage(chosen)) return chosen
  return navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'nl'
}

function readStored(): string | null {
  try {
    return localStorage.getItem(storageKey)
  } catch {
    return null
  }
}

export async function loadLanguage(language: Language): Promise<void> {
  const catalogue = await catalogues[language]()
  messages = Object.fromEntries(
    Object.entries(catalogue.messages).map(([path, area]) => [path.replace(/^.*\/([^/.]+)\.[^/]*$/, '$1'), area]),
  )
  formats = new Map()
  current = language
  document.documentElement.lang = language
  for (const listener of listeners) listener()
}

/** Switches the language and remembers it. */
export async function chooseLanguage(language: Language): Promise<void> {
  try {
    localStorage.setItem(storageKey, language)
  } catch {
    // Storage may be refused; the choice then lasts until the page closes.
  }
  await loadLanguage(language)
}

export function currentLanguage(): Language {
  return current
}

export function currentLocale(): string {
  return locales[current]
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Renders again when the language changes. The app does so at its root; other components need not. */
export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, currentLanguage)
}

let country = 'be'

/** Whose law holds here. Offices have other names in another country: a message chooses by `{country, select, …}`. */
export function setCountry(next: string): void {
  country = next
}

/** The message in the current language, its `{placeholders}` filled in (ICU MessageFormat). */
export function t(key: MessageKey, params?: Params): string {
  let format = formats.get(key)
  if (format === undefined) {
    const dot = key.indexOf('.')
    const message = messages[key.slice(0, dot)]?.[key.slice(dot + 1)]
    if (message === undefined) return key
    format = new IntlMessageFormat(message, locales[current], undefined, { ignoreTag: true })
    formats.set(key, format)
  }
  return String(format.format({ country, ...params }))
}

/** Words that come with the data, such as those of a law pack, in the current language. */
export function say(words: Words): string {
  return words[current]
}
