import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

export type BannerTone = 'info' | 'done' | 'held' | 'refusal'

const looks: Record<BannerTone, string> = {
  info: 'border-line border-l-ink-3 bg-panel',
  done: 'border-line border-l-accent bg-accent-soft',
  held: 'border-line border-l-held bg-held-soft',
  refusal: 'border-line border-l-loss bg-loss-soft',
}

/** Words that concern what stands around them. A refusal is announced as soon as it appears. */
export function Banner({
  tone = 'info',
  title,
  children,
  actions,
}: {
  tone?: BannerTone
  title?: ReactNode
  children?: ReactNode
  actions?: ReactNode
}) {
  return (
    <div
      role={tone === 'refusal' ? 'alert' : tone === 'done' ? 'status' : 'note'}
      className={classNames('rounded border border-l-4 px-3 py-2.5', looks[tone])}
    >
      {title !== undefined && <p className="font-semibold">{title}</p>}
      {children !== undefined && <div className="text-ink-2 text-pretty">{children}</div>}
      {actions !== undefined && <div className="mt-2 flex flex-wrap gap-2">{actions}</div>}
    </div>
  )
}
