import type { ComponentProps, ReactNode } from 'react'
import { classNames } from './class-names.ts'

/** A table that scrolls sideways in its own frame. Rows are plain `tr`, cells `Cell`, columns `Column`. */
export function Table({
  label,
  columns,
  children,
  isFlush = false,
  className,
}: {
  label: string
  columns: ReactNode
  children: ReactNode
  /** Without a frame of its own, inside a panel. */
  isFlush?: boolean
  className?: string
}) {
  return (
    <div
      role={isFlush ? 'group' : 'region'}
      aria-label={label}
      tabIndex={0}
      className={classNames('relative overflow-x-auto', !isFlush && 'rounded border border-line bg-panel', className)}
    >
      <table aria-label={label} className="w-full border-collapse text-left">
        <thead className="bg-sunken text-sm text-ink-2">
          <tr>{columns}</tr>
        </thead>
        <tbody className="[&>tr]:border-t [&>tr]:border-line [&>tr:hover]:bg-ground">{children}</tbody>
      </table>
    </div>
  )
}

export function Column({ className, ...rest }: ComponentProps<'th'>) {
  return <th scope="col" {...rest} className={classNames('px-3 py-1.5 font-medium whitespace-nowrap', className)} />
}

export function Cell({ className, ...rest }: ComponentProps<'td'>) {
  return <td {...rest} className={classNames('px-3 py-2 align-middle', className)} />
}

/** The cell that names its row. */
export function RowHeader({ className, ...rest }: ComponentProps<'th'>) {
  return <th scope="row" {...rest} className={classNames('px-3 py-2 text-left align-middle font-medium', className)} />
}
