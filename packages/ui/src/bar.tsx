import { classNames } from './class-names.ts'
import type { Tone } from './state.tsx'

const fills: Record<Tone, string> = {
  neutral: 'bg-ink-2',
  muted: 'bg-ink-3',
  accent: 'bg-accent',
  held: 'bg-held',
  loss: 'bg-loss',
}

/** A thin bar, filled from 0 to 1. `role` says whether it is a progress that moves or a share that is. */
export function Bar({
  label,
  value,
  valueText,
  tone = 'accent',
  role = 'progressbar',
  className,
}: {
  label: string
  value: number
  valueText?: string
  tone?: Tone
  role?: 'progressbar' | 'meter'
  className?: string
}) {
  const share = Math.min(1, Math.max(0, value))
  return (
    <div
      role={role}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
      {...(valueText === undefined ? {} : { 'aria-valuetext': valueText })}
      className={classNames('h-1 w-full overflow-hidden rounded-full bg-sunken ring-1 ring-line', className)}
    >
      <div className={classNames('h-full', fills[tone])} style={{ width: `${share * 100}%` }} />
    </div>
  )
}
