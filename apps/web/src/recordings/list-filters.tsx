import { dayOf } from '@getuige/base'
import { activationStanding, countedUpTo, type RecordingFilters } from '@getuige/contract'
import { Button, classNames, Select, type SelectOption, type Shape, ShapeMark, TextField } from '@getuige/ui'
import { lazy, type RefObject, Suspense, useEffect, useRef, useState } from 'react'
import { serverNow, useSession } from '../app/session.ts'
import { formatNumber } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { changeFilter, countFilters, type Show, shows } from './list-search.ts'

const shapes: Record<Show, Shape | null> = {
  all: null,
  viewable: 'disc',
  held: 'diamond',
  'due-soon': 'quarter',
  damaged: 'triangle',
  waiting: 'dotted',
  erased: 'ring',
}

// The calendar weighs as much as the rest of the list: it comes after it.
const DateField = lazy(async () => ({ default: (await import('@getuige/ui/date-field')).DateField }))

const typingPauseMs = 250
const any = 'any'

type Choices = Readonly<{
  counts: Readonly<Record<Show, number>> | undefined
  cameras: readonly Readonly<{ id: string; label: string }>[]
  wearers: readonly Readonly<{ id: string; name: string }>[]
}>

function formatCount(count: number): string {
  return count > countedUpTo ? `${formatNumber(countedUpTo)}+` : formatNumber(count)
}

/** The left column of the list. Each change goes straight into the address, so the view can be shared and gone back to. */
export function ListFilters({
  search,
  choices,
  onChange,
  searchField,
}: {
  search: RecordingFilters
  choices: Choices
  onChange: (next: RecordingFilters) => void
  searchField: RefObject<HTMLInputElement | null>
}) {
  const set = <Name extends keyof RecordingFilters>(name: Name, value: RecordingFilters[Name] | '') =>
    onChange(changeFilter(search, name, value))
  const today = dayOf(serverNow(), useSession().corps.timeZone)
  const cameraId = choices.cameras.find((camera) => camera.id === search.cameraId)?.id ?? any
  const wearerId = choices.wearers.find((wearer) => wearer.id === search.wearerId)?.id ?? any
  const withAny = (label: string, options: readonly SelectOption[]) => [{ id: any, label }, ...options]

  return (
    <div className="flex flex-col gap-3" role="search" aria-label={t('recordings.filters')}>
      <SearchWords value={search.q ?? ''} onChange={(q) => set('q', q)} field={searchField} />
      <ul aria-label={t('recordings.show')} className="-mx-2 flex flex-col max-md:flex-row max-md:flex-wrap">
        {shows.map((show) => {
          const isOn = (search.show ?? 'all') === show
          const shape = shapes[show]
          return (
            <li key={show}>
              <button
                type="button"
                aria-pressed={isOn}
                onClick={() => set('show', show)}
                className={classNames(
                  'flex min-h-7 w-full cursor-pointer items-center gap-2 rounded px-2 text-left outline-offset-[-2px] max-md:min-h-10',
                  isOn ? 'bg-accent-soft font-medium text-accent' : 'text-ink-2 hover:bg-sunken hover:text-ink',
                )}
              >
                <span className="flex w-3 justify-center">{shape !== null && <ShapeMark shape={shape} />}</span>
                <span className="min-w-0 flex-1">{t(`recordings.show.${show}`)}</span>
                <span className="font-mono text-sm">
                  {choices.counts === undefined ? '' : formatCount(choices.counts[show])}
                </span>
              </button>
            </li>
          )
        })}
      </ul>
      <div className="grid min-h-15 grid-cols-2 gap-2 md:min-h-[8.0625rem] md:grid-cols-1">
        <Suspense fallback={null}>
          <DateField
            label={t('recordings.from')}
            today={today}
            value={search.from ?? null}
            onChange={(from) => set('from', from ?? '')}
          />
          <DateField
            label={t('recordings.to')}
            today={today}
            value={search.to ?? null}
            onChange={(to) => set('to', to ?? '')}
          />
        </Suspense>
      </div>
      <Select
        label={t('recordings.camera')}
        placeholder={t('recordings.cameraAny')}
        options={withAny(t('recordings.cameraAny'), choices.cameras)}
        value={cameraId}
        onChange={(id) =>
          set('cameraId', choices.cameras.find((camera) => camera.id === id)?.id as RecordingFilters['cameraId'])
        }
      />
      <Select
        label={t('recordings.wearer')}
        placeholder={t('recordings.wearerAny')}
        options={withAny(
          t('recordings.wearerAny'),
          choices.wearers.map((wearer) => ({ id: wearer.id, label: wearer.name })),
        )}
        value={wearerId}
        onChange={(id) =>
          set('wearerId', choices.wearers.find((wearer) => wearer.id === id)?.id as RecordingFilters['wearerId'])
        }
      />
      <Select
        label={t('recordings.activation')}
        placeholder={t('recordings.activationAny')}
        options={withAny(
          t('recordings.activationAny'),
          activationStanding.options.map((standing) => ({
            id: standing,
            label: t(`recordings.activation.${standing}`),
          })),
        )}
        value={search.activation ?? any}
        onChange={(id) =>
          set(
            'activation',
            activationStanding.options.find((standing) => standing === id),
          )
        }
      />
      {countFilters(search) > 0 && (
        <Button variant="plain" onPress={() => onChange(changeFilter({}, 'show', search.show))} className="self-start">
          {t('recordings.filtersClear')}
        </Button>
      )}
    </div>
  )
}

/** Typing narrows the list after a short pause; the address changes once, not at every letter. */
function SearchWords({
  value,
  onChange,
  field,
}: {
  value: string
  onChange: (words: string) => void
  field: RefObject<HTMLInputElement | null>
}) {
  const [typed, setTyped] = useState(value)
  const [known, setKnown] = useState(value)
  const pending = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  if (known !== value) {
    // The address changed by another way (back, a cleared filter): it wins over what stood in the field.
    setKnown(value)
    if (typed.trim() !== value) setTyped(value)
  }
  useEffect(() => () => clearTimeout(pending.current), [])
  const commit = (words: string) => {
    clearTimeout(pending.current)
    if (words.trim() !== value) onChange(words.trim())
  }
  // Back to the row of the list that is selected.
  const leave = () => {
    const row = document.querySelector<HTMLElement>('[role=grid] [role=row][tabindex="0"]')
    if (row === null) field.current?.blur()
    else row.focus()
  }
  return (
    <TextField
      label={t('recordings.search')}
      description={t('recordings.searchHint')}
      inputType="search"
      aria-keyshortcuts="/"
      inputRef={field}
      maxLength={100}
      value={typed}
      onChange={(words) => {
        setTyped(words)
        clearTimeout(pending.current)
        pending.current = setTimeout(() => commit(words), typingPauseMs)
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit(typed)
        if (event.key === 'ArrowDown') leave()
        if (event.key === 'Escape') {
          if (typed === '') leave()
          setTyped('')
          commit('')
        }
      }}
    />
  )
}
