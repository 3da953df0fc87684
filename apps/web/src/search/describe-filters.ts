import type { RecordingFilters } from '@getuige/contract'
import { formatDay, formatDuration, formatNumber } from '../messages/formats.ts'
import { say, t } from '../messages/translate.ts'
import { filterNames } from '../recordings/list-search.ts'
import type { Words } from '@getuige/base'
import { partsOf } from './clock-text.ts'
import { readPlace } from './place.ts'

type FilterName = keyof RecordingFilters
export type FilterWords = Readonly<{ name: FilterName; words: string }>

/** What ids in the filters stand for. */
export type FilterChoices = Readonly<{
  cameras: readonly Readonly<{ id: string; label: string }>[]
  wearers: readonly Readonly<{ id: string; name: string }>[]
  purposes: readonly Readonly<{ id: string; label: Words }>[]
}>

/** Every filter in force, in words, in the order of the column. */
export function describeFilters(search: RecordingFilters, choices: FilterChoices): readonly FilterWords[] {
  return filterNames.flatMap((name) => {
    const value = sayValue(name, search, choices)
    return value === null ? [] : [{ name, words: t(`search.chip.${name}`, { value }) }]
  })
}

function sayValue(name: FilterName, search: RecordingFilters, choices: FilterChoices): string | null {
  const given = search[name]
  if (given === undefined || given === '') return null
  const unknown = t('search.chipUnknown')
  switch (name) {
    case 'show':
      return search.show === undefined || search.show === 'all' ? null : t(`recordings.show.${search.show}`)
    case 'from':
    case 'to':
      return sayMoment(String(given))
    case 'cameraId':
      return choices.cameras.find(({ id }) => id === given)?.label ?? unknown
    case 'wearerId':
      return choices.wearers.find(({ id }) => id === given)?.name ?? unknown
    case 'purpose': {
      const purpose = choices.purposes.find(({ id }) => id === given)
      return purpose === undefined ? String(given) : say(purpose.label)
    }
    case 'activation':
      return search.activation === undefined ? null : t(`recordings.activation.${search.activation}`)
    case 'place':
      return sayPlace(String(given))
    case 'longerThan':
    case 'shorterThan':
      return formatDuration(Number(given) * 1000)
    case 'q':
    case 'tag':
    case 'file':
      return String(given)
  }
}

function sayMoment(moment: string): string {
  const { day, time } = partsOf(moment)
  return [formatDay(day ?? moment), ...(time === null ? [] : [time])].join(', ')
}

export function sayPlace(text: string): string {
  const place = readPlace(text)
  if (place === null) return text
  const degrees = (value: number) => `${formatNumber(value, 4)}°`
  const { west, south, east, north } = place
  return t('search.placeValue', {
    west: degrees(west),
    south: degrees(south),
    east: degrees(east),
    north: degrees(north),
  })
}
