import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

/** Names and values, one a line. */
export function Facts({
  items,
  className,
}: {
  items: readonly Readonly<{ id: string; name: ReactNode; value: ReactNode }>[]
  className?: string
}) {
  return (
    <dl className={classNames('grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5', className)}>
      {items.map((item) => (
        <div key={item.id} className="col-span-2 grid grid-cols-subgrid">
          <dt className="text-ink-3">{item.name}</dt>
          <dd className="min-w-0 break-words">{item.value}</dd>
        </div>
      ))}
    </dl>
  )
}
