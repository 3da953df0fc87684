import { type RecordingFilters, suggestTerms } from '@getuige/contract'
import { SuggestField } from '@getuige/ui'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type RefObject, useEffect, useRef, useState } from 'react'
import { query } from '../api/index.ts'
import { t } from '../messages/translate.ts'
import { changeFilter } from '../recordings/list-search.ts'
import { lastWord, replaceLastWord } from './search-text.ts'

const typingPauseMs = 200
const leastLetters = 2
const mostSuggestions = 8

/**
 * The one field that finds: words narrow the list after a short pause, and what they could mean is offered. A tag or
 * number that is chosen becomes a filter of its own.
 */
export function SearchField({
  search,
  onChange,
  field,
}: {
  search: RecordingFilters
  onChange: (next: RecordingFilters) => void
  field: RefObject<HTMLInputElement | null>
}) {
  const value = search.q ?? ''
  const [typed, setTyped] = useState(value)
  const [known, setKnown] = useState(value)
  const pending = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  if (known !== value) {
    // The address changed by another way (back, a removed filter): it wins over what stood in the field.
    setKnown(value)
    if (typed.trim() !== value) setTyped(value)
  }
  useEffect(() => () => clearTimeout(pending.current), [])
  const typedWord = lastWord(typed)
  const word = useSettled(typedWord)
  const { data } = useQuery({
    ...query(suggestTerms, { query: { q: word } }),
    enabled: word.length >= leastLetters,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  })
  const terms =
    Math.min(word.length, typedWord.length) < leastLetters ? [] : (data?.terms ?? []).slice(0, mostSuggestions)

  const commit = (words: string) => {
    clearTimeout(pending.current)
    if (words.trim() !== value) onChange(changeFilter(search, 'q', words.trim()))
  }
  const choose = (id: string) => {
    const term = terms.find((one) => idOf(one) === id)
    if (term === undefined) return
    clearTimeout(pending.current)
    const words = replaceLastWord(typed, term.kind === 'word' ? term.term : '')
    setTyped(words)
    const rest = changeFilter(search, 'q', words.trim())
    onChange(term.kind === 'word' ? rest : changeFilter(rest, term.kind, term.term))
  }
  // Back to the row of the list that the keys act on.
  const leave = () => {
    const row = document.querySelector<HTMLElement>('[role=grid] [role=row][tabindex="0"]')
    if (row === null) field.current?.blur()
    else row.focus()
  }

  return (
    <SuggestField
      label={t('search.words')}
      isLabelHidden
      placeholder={t('search.placeholder')}
      suggestionsLabel={t('search.suggestions')}
      keyShortcut="/"
      inputRef={field}
      maxLength={100}
      value={typed}
      suggestions={terms.map((term) => ({
        id: idOf(term),
        label: term.term,
        detail: `${t(`search.suggestion.${term.kind}`)} · ${t('search.suggestionCount', { count: term.recordings })}`,
      }))}
      onChange={(words) => {
        if (words === typed) return
        setTyped(words)
        clearTimeout(pending.current)
        pending.current = setTimeout(() => commit(words), typingPauseMs)
      }}
      onChoose={choose}
      onEnter={() => commit(typed)}
      onLeave={leave}
      onEscape={() => {
        if (typed === '') leave()
        setTyped('')
        commit('')
      }}
      className="min-w-0 flex-1"
    />
  )
}

function idOf({ kind, term }: Readonly<{ kind: string; term: string }>): string {
  return `${kind} ${term}`
}

/** The value once it has stood still for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), typingPauseMs)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}
