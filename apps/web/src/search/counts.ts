import { countedUpTo } from '@getuige/contract'
import { formatNumber } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'

/** How many recordings; null: not known, since counting took too long. */
export function sayCount(count: number | null): string {
  if (count === null) return t('recordings.countUnknown')
  if (count > countedUpTo) return t('recordings.countMore', { least: countedUpTo })
  return t('recordings.count', { total: count })
}

/** The same where there is room for a number alone. */
export function formatCount(count: number | null): string {
  if (count === null) return '–'
  return count > countedUpTo ? `${formatNumber(countedUpTo)}+` : formatNumber(count)
}
