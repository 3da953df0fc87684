import { type Language, languages } from '@getuige/base'
import { chooseLanguage, currentLanguage, t } from '../messages/translate.ts'
import { noteMissingPart } from './newer-version.tsx'

export const languageNames: Record<Language, string> = {
  nl: 'Nederlands',
  fr: 'Français',
  de: 'Deutsch',
  en: 'English',
}

/** The four languages side by side, each by its own name. */
export function LanguageSwitch() {
  return (
    <div role="group" aria-label={t('app.language')} className="flex gap-1">
      {languages.map((language) => (
        <button
          key={language}
          type="button"
          lang={language}
          title={languageNames[language]}
          aria-label={`${language}: ${languageNames[language]}`}
          aria-pressed={language === currentLanguage()}
          className="min-h-7 min-w-8 cursor-pointer rounded px-1.5 text-sm text-ink-2 hover:bg-sunken aria-pressed:bg-accent-soft aria-pressed:font-semibold aria-pressed:text-accent"
          onClick={() => void chooseLanguage(language).catch(noteMissingPart)}
        >
          {language}
        </button>
      ))}
    </div>
  )
}
