import { formatDuration } from '../messages/formats.ts'
import { currentLocale } from '../messages/translate.ts'

/** "+1.500 s", "−0.040 s"; from a minute on "+1:02:03". */
export function sayOffset(offsetMs: number): string {
  if (Math.abs(offsetMs) >= 60_000) return `${offsetMs < 0 ? '−' : '+'}${formatDuration(Math.abs(offsetMs))}`
  const seconds = new Intl.NumberFormat(currentLocale(), {
    signDisplay: 'exceptZero',
    minimumFractionDigits: 3,
    maximumFractionDigits: 3,
  }).format(offsetMs / 1000)
  return `${seconds.replace('-', '−')}\u00A0s`
}
