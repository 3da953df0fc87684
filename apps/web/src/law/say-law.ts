import type { LawDescription, SettingName, SettingValue } from '@getuige/contract'
import { formatList, formatNumber } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'

type Period = Readonly<{ days?: number; months?: number }>

/** “28 days”, “12 months”, “1 month and 3 days”. */
export function sayPeriod({ months = 0, days = 0 }: Period): string {
  const parts = [
    ...(months > 0 ? [t('law.months', { count: months })] : []),
    ...(days > 0 || months === 0 ? [t('law.days', { count: days })] : []),
  ]
  return formatList(parts)
}

/** A value of a setting with its unit. */
export function sayValue(name: SettingName, value: SettingValue): string {
  if (typeof value !== 'number') return sayPeriod(value)
  if (name === 'preRecordSeconds') return t('law.seconds', { count: value })
  if (name === 'viewingIdleMinutes') return t('law.minutes', { count: value })
  return formatNumber(value)
}

/** “Law on the police function, art. 25/6”. */
export function sayWhere(
  rule: Pick<LawDescription['rules'][number], 'source' | 'article'>,
  say: (words: LawDescription['label']) => string,
): string {
  return rule.article === null ? say(rule.source) : `${say(rule.source)}, ${rule.article}`
}
