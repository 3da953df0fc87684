import { mostTags, suggestTerms, tag as tagShape } from '@getuige/contract'
import { SuggestField } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { query } from '../api/index.ts'
import { t } from '../messages/translate.ts'

/** What stands in the field becomes tags; what cannot be one stays there to be mended. */
export function readTags(
  known: readonly string[],
  text: string,
): Readonly<{ tags: readonly string[]; rest: string; isWrong: boolean }> {
  const tags = new Set(known)
  const wrong: string[] = []
  for (const part of text.split(',')) {
    if (part.trim() === '') continue
    const parsed = tagShape.safeParse(part)
    if (parsed.success) tags.add(parsed.data)
    else wrong.push(part.trim())
  }
  return { tags: [...tags].slice(0, mostTags), rest: wrong.join(', '), isWrong: wrong.length > 0 }
}

/** Tags, typed one after the other or chosen from those that are in use. */
export function TagsField({
  label,
  tags,
  typed,
  onChange,
  error,
}: {
  label: string
  tags: readonly string[]
  /** What is typed and is no tag yet. */
  typed: string
  onChange: (tags: readonly string[], typed: string) => void
  error: string | null
}) {
  const field = useRef<HTMLInputElement>(null)
  const [isWrong, setIsWrong] = useState(false)
  const asked = typed.trim()
  const { data } = useQuery({
    ...query(suggestTerms, { query: { q: asked } }),
    enabled: asked.length > 0,
    staleTime: 30_000,
  })
  const offered =
    asked === '' ? [] : (data?.terms ?? []).filter(({ kind, term }) => kind === 'tag' && !tags.includes(term))
  const take = (text: string) => {
    const read = readTags(tags, text)
    setIsWrong(read.isWrong)
    onChange(read.tags, read.rest)
  }
  const problem = isWrong
    ? t('search.tagWrong')
    : tags.length >= mostTags
      ? t('search.tagsMost', { most: mostTags })
      : error

  return (
    <div className="flex flex-col gap-1.5">
      <SuggestField
        label={label}
        suggestionsLabel={t('search.suggestions')}
        inputRef={field}
        maxLength={100}
        value={typed}
        suggestions={offered.map(({ term, recordings }) => ({
          id: term,
          label: term,
          detail: t('search.suggestionCount', { count: recordings }),
        }))}
        onChange={(text) => {
          setIsWrong(false)
          if (text.includes(',')) take(text)
          else onChange(tags, text)
        }}
        onChoose={(term) => onChange(readTags(tags, term).tags, '')}
        onEnter={(event) => {
          if (asked === '') return
          // Makes a tag of it; the form is sent by the next.
          event.preventDefault()
          take(typed)
        }}
        description={t('search.tagsHint')}
        error={problem}
      />
      {tags.length > 0 && (
        <ul aria-label={t('search.tags')} className="flex flex-wrap gap-1.5">
          {tags.map((tag) => (
            <li key={tag}>
              <button
                type="button"
                aria-label={t('search.tagRemove', { tag })}
                onClick={() => {
                  onChange(
                    tags.filter((one) => one !== tag),
                    typed,
                  )
                  field.current?.focus()
                }}
                className="flex min-h-7 cursor-pointer items-center gap-1.5 rounded-full border border-edge bg-accent-soft px-2.5 text-sm text-accent hover:bg-sunken max-sm:min-h-9"
              >
                {tag} <span aria-hidden="true">✕</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
