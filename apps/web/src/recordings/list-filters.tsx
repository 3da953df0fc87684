import { dayOf } from '@getuige/base'
import { activationStanding, type RecordingFilters } from '@getuige/contract'
import { Button, classNames, Select, type SelectOption, type Shape, ShapeMark, TextField } from '@getuige/ui'
import { type ReactNode, useState } from 'react'
import { lazyPart } from '../app/newer-version.tsx'
import { serverNow, useSession } from '../app/session.ts'
import { formatDuration } from '../messages/formats.ts'
import { say, t } from '../messages/translate.ts'
import { momentOf, partsOf, readClock } from '../search/clock-text.ts'
import { formatCount, sayCount } from '../search/counts.ts'
import { type FilterChoices, sayPlace } from '../search/describe-filters.ts'
import { readLength } from '../search/length-text.ts'
import { daysOf, quickTimes } from '../search/quick-times.ts'
import { changeFilter, type Show, shows } from './list-search.ts'

const shapes: Record<Show, Shape | null> = {
  all: null,
  viewable: 'disc',
  held: 'diamond',
  'due-soon': 'quarter',
  damaged: 'triangle',
  waiting: 'dotted',
  erased: 'ring',
}

// The calendar weighs as much as the rest of the list: it comes after it. So does the map, by far.
const DateField = lazyPart(async () => (await import('@getuige/ui/date-field')).DateField)
const PlaceDialog = lazyPart(async () => (await import('../search/place-dialog.tsx')).PlaceDialog)

const any = 'any'

/** The left column of the list. Each change goes straight into the address, so the view can be shared and gone back to. */
export function ListFilters({
  search,
  counts,
  areCountsOld,
  choices,
  onChange,
}: {
  search: RecordingFilters
  counts: Readonly<Record<Show, number | null>> | undefined
  /** They are those of the search before, and others are under way. */
  areCountsOld: boolean
  choices: FilterChoices
  onChange: (next: RecordingFilters) => void
}) {
  const set = <Name extends keyof RecordingFilters>(name: Name, value: RecordingFilters[Name] | '') =>
    onChange(changeFilter(search, name, value))
  const { timeZone } = useSession().corps
  const today = dayOf(serverNow(), timeZone)
  const cameraId = choices.cameras.find((camera) => camera.id === search.cameraId)?.id ?? any
  const wearerId = choices.wearers.find((wearer) => wearer.id === search.wearerId)?.id ?? any
  const withAny = (label: string, options: readonly SelectOption[]) => [{ id: any, label }, ...options]
  const [isPlacing, setIsPlacing] = useState(false)

  return (
    <div className="flex flex-col gap-4" role="group" aria-label={t('recordings.filters')}>
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
                {counts !== undefined && (
                  <span
                    title={counts[show] === null ? sayCount(null) : undefined}
                    className={classNames(
                      'font-mono text-sm transition-opacity',
                      areCountsOld && 'opacity-50 delay-500',
                    )}
                  >
                    {formatCount(counts[show])}
                  </span>
                )}
              </button>
            </li>
          )
        })}
      </ul>
      <Group title={t('search.time')}>
        <div className="flex flex-wrap gap-1">
          {quickTimes.map((which) => {
            const days = daysOf(which, serverNow(), timeZone)
            const isOn = search.from === days.from && search.to === days.to
            const { from: _from, to: _to, ...rest } = search
            return (
              <button
                key={which}
                type="button"
                aria-pressed={isOn}
                title={which === 'shift' ? t('search.quickShiftWhy') : undefined}
                onClick={() => onChange(isOn ? rest : { ...rest, ...days })}
                className={classNames(
                  'min-h-7 cursor-pointer rounded-full border px-2 text-sm max-md:min-h-9 max-md:px-3',
                  isOn
                    ? 'border-transparent bg-accent-soft font-medium text-accent'
                    : 'border-edge text-ink-2 hover:bg-sunken hover:text-ink',
                )}
              >
                {t(`search.quick.${which}`)}
              </button>
            )
          })}
        </div>
        <div className="flex min-h-[8.0625rem] flex-col gap-2">
          {(['from', 'to'] as const).map((name) => {
            const { day, time } = partsOf(search[name])
            // A time alone is one of the day that the other end names, or of today.
            const dayMeant = partsOf(search[name === 'from' ? 'to' : 'from']).day ?? today
            return (
              <div key={name} className="grid grid-cols-[minmax(0,1fr)_4rem] gap-2">
                <DateField
                  label={t(`recordings.${name}`)}
                  today={today}
                  value={day}
                  onChange={(next) => set(name, momentOf(next, time))}
                />
                <Typed
                  label={
                    <>
                      <span className="sr-only">{t(`recordings.${name}`)} </span>
                      {t('search.at')}
                    </>
                  }
                  isMono
                  maxLength={9}
                  value={time ?? ''}
                  findProblem={(text) => (readClock(text) === undefined ? t('search.atWrong') : null)}
                  onChange={(text) => set(name, momentOf(day ?? dayMeant, readClock(text) ?? null))}
                />
              </div>
            )
          })}
        </div>
      </Group>
      <Group title={t('search.place')}>
        <p className="text-sm text-ink-2">
          {search.place === undefined ? t('search.placeAny') : sayPlace(search.place)}
        </p>
        <Button onPress={() => setIsPlacing(true)} className="self-start whitespace-normal">
          {search.place === undefined ? t('search.placeChoose') : t('search.placeChange')}
        </Button>
      </Group>
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
        label={t('recordings.camera')}
        placeholder={t('recordings.cameraAny')}
        options={withAny(t('recordings.cameraAny'), choices.cameras)}
        value={cameraId}
        onChange={(id) =>
          set('cameraId', choices.cameras.find((camera) => camera.id === id)?.id as RecordingFilters['cameraId'])
        }
      />
      <Typed label={t('search.tag')} maxLength={40} value={search.tag ?? ''} onChange={(tag) => set('tag', tag)} />
      <Typed
        label={t('search.file')}
        isMono
        maxLength={100}
        value={search.file ?? ''}
        onChange={(file) => set('file', file)}
      />
      <Select
        label={t('search.purpose')}
        placeholder={t('search.purposeAny')}
        options={withAny(
          t('search.purposeAny'),
          choices.purposes.map(({ id, label }) => ({ id, label: say(label) })),
        )}
        value={choices.purposes.some(({ id }) => id === search.purpose) ? (search.purpose ?? any) : any}
        onChange={(id) => set('purpose', id === any ? '' : id)}
      />
      <Group title={t('search.length')}>
        <div className="grid grid-cols-2 gap-2">
          {(['longerThan', 'shorterThan'] as const).map((name) => {
            const seconds = search[name]
            return (
              <Typed
                key={name}
                label={t(`search.${name}`)}
                isMono
                maxLength={9}
                value={seconds === undefined ? '' : formatDuration(seconds * 1000)}
                findProblem={(text) => (readLength(text) === undefined ? t('search.lengthWrong') : null)}
                onChange={(text) => set(name, readLength(text) ?? undefined)}
              />
            )
          })}
        </div>
        <p className="text-sm text-ink-3">{t('search.lengthHint')}</p>
      </Group>
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
      {isPlacing && (
        <PlaceDialog place={search.place} onUse={(place) => set('place', place)} onClose={() => setIsPlacing(false)} />
      )}
    </div>
  )
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="flex min-w-0 flex-col gap-1.5">
      <legend className="mb-1 font-medium">{title}</legend>
      {children}
    </fieldset>
  )
}

/** A field that goes into the address when it is left or Enter is pressed: it is meant whole. */
function Typed({
  value,
  onChange,
  findProblem = () => null,
  ...field
}: {
  label: ReactNode
  value: string
  maxLength: number
  isMono?: boolean
  onChange: (text: string) => void
  findProblem?: (text: string) => string | null
}) {
  const [typed, setTyped] = useState(value)
  const [known, setKnown] = useState(value)
  const [problem, setProblem] = useState<string | null>(null)
  if (known !== value) {
    setKnown(value)
    setTyped(value)
    setProblem(null)
  }
  const commit = () => {
    const found = findProblem(typed)
    setProblem(found)
    if (found === null && typed.trim() !== value) onChange(typed.trim())
  }
  return (
    <TextField
      {...field}
      value={typed}
      onChange={setTyped}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit()
      }}
      error={problem}
    />
  )
}
