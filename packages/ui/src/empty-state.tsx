import type { ReactNode } from 'react'

/** Nothing here, said plainly, and what would put something here. */
export function EmptyState({
  title,
  children,
  action,
}: {
  title: ReactNode
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className="flex flex-col items-start gap-2 rounded border border-dashed border-edge px-6 py-8 in-[section]:border-none in-[section]:p-0">
      <p className="text-lg font-semibold">{title}</p>
      {children !== undefined && <div className="max-w-prose text-ink-2">{children}</div>}
      {action}
    </div>
  )
}
