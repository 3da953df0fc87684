import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

export type Shape = 'disc' | 'diamond' | 'quarter' | 'triangle' | 'dotted' | 'ring' | 'check' | 'cross'
export type Tone = 'neutral' | 'muted' | 'accent' | 'held' | 'loss'

const tones: Record<Tone, string> = {
  neutral: 'text-ink',
  muted: 'text-ink-3',
  accent: 'text-accent',
  held: 'text-held',
  loss: 'text-loss',
}

const shapes: Record<Shape, ReactNode> = {
  disc: <circle cx="6" cy="6" r="4" fill="currentColor" />,
  diamond: <path d="M6 .8 11.2 6 6 11.2.8 6Z" fill="currentColor" />,
  quarter: (
    <>
      <circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" strokeWidth="1.2" />
      <path d="M6 6V1.6A4.4 4.4 0 0 1 10.4 6Z" fill="currentColor" />
    </>
  ),
  triangle: <path d="M6 1 11.5 11H.5Z" fill="currentColor" />,
  dotted: (
    <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.6" strokeDasharray="1.6 1.7" />
  ),
  ring: <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.4" />,
  check: <path d="M1.5 6.5 4.7 9.7 10.5 3" fill="none" stroke="currentColor" strokeWidth="1.8" />,
  cross: <path d="m2.2 2.2 7.6 7.6m0-7.6L2.2 9.8" fill="none" stroke="currentColor" strokeWidth="1.8" />,
}

export function ShapeMark({ shape, className }: { shape: Shape; className?: string }) {
  return (
    <svg viewBox="0 0 12 12" aria-hidden="true" className={classNames('size-3 shrink-0', className)}>
      {shapes[shape]}
    </svg>
  )
}

/** A state is a shape and a word, never a colour alone. */
export function State({ shape, tone = 'neutral', children }: { shape: Shape; tone?: Tone; children: ReactNode }) {
  return (
    <span className={classNames('inline-flex items-baseline gap-1.5', tones[tone])}>
      <ShapeMark shape={shape} className="translate-y-px" />
      <span>{children}</span>
    </span>
  )
}

const tagLooks: Record<Tone, string> = {
  neutral: 'border-line bg-sunken text-ink-2',
  muted: 'border-line bg-panel text-ink-3',
  accent: 'border-transparent bg-accent-soft text-accent',
  held: 'border-transparent bg-held-soft text-held',
  loss: 'border-transparent bg-loss-soft text-loss',
}

/** A short word that qualifies the thing it stands beside. */
export function Tag({ tone = 'neutral', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={classNames(
        'inline-block rounded border px-1.5 py-px text-xs font-medium whitespace-nowrap',
        tagLooks[tone],
      )}
    >
      {children}
    </span>
  )
}
