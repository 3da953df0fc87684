import { type ReactNode, useId } from 'react'
import { classNames } from './class-names.ts'

/** A part of a screen under its own heading. */
export function Panel({
  title,
  actions,
  children,
  isFlush = false,
  className,
}: {
  title: ReactNode
  actions?: ReactNode
  children: ReactNode
  /** What is inside reaches the edges, such as a table. */
  isFlush?: boolean
  className?: string
}) {
  const titleId = useId()
  return (
    <section aria-labelledby={titleId} className={classNames('rounded border border-line bg-panel', className)}>
      <header className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2">
        <h2 id={titleId} className="min-w-0 flex-1 font-semibold">
          {title}
        </h2>
        {actions}
      </header>
      <div className={isFlush ? '' : 'p-4'}>{children}</div>
    </section>
  )
}
