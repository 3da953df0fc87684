import type { ComponentProps, ReactNode } from 'react'
import { classNames } from './class-names.ts'

/**
 * A table that scrolls sideways in its own frame; on a phone each row is a block, its cells one after the other under the
 * name of the row. Rows are plain `tr`, cells `Cell`, columns `Column`.
 */
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
      className={classNames(
        'relative overflow-x-auto',
        // Inside a panel the first words stand under those of its heading.
        isFlush ? 'sm:[&_tr>:first-child]:pl-4' : 'rounded border border-line bg-panel',
        className,
      )}
    >
      <table aria-label={label} className="w-full border-collapse text-left max-sm:block">
        <thead className="bg-sunken text-sm text-ink-2 max-sm:sr-only">
          <tr>{columns}</tr>
        </thead>
        <tbody
          className={
            '[&>tr]:border-t [&>tr]:border-line [&>tr:hover]:bg-ground max-sm:block ' +
            'max-sm:[&>tr]:flex max-sm:[&>tr]:flex-wrap max-sm:[&>tr]:items-baseline max-sm:[&>tr]:gap-x-3 max-sm:[&>tr]:gap-y-1 max-sm:[&>tr]:px-3 max-sm:[&>tr]:py-2.5'
          }
        >
          {children}
        </tbody>
      </table>
    </div>
  )
}

export function Column({ className, ...rest }: ComponentProps<'th'>) {
  return (
    <th
      scope="col"

      {...rest}
      className={classNames('px-3 py-1.5 font-medium whitespace-nowrap', className)}
    />
  )
}

export function Cell({ className, ...rest }: ComponentProps<'td'>) {
  return <td {...rest} className={classNames('px-3 py-2 align-middle max-sm:block max-sm:p-0', className)} />
}

/** The cell that names its row. */
export function RowHeader({ className, ...rest }: ComponentProps<'th'>) {
  return (
    <th
      scope="row"
      {...rest}
      className={classNames('px-3 py-2 text-left align-middle font-medium max-sm:block max-sm:p-0', className)}
    />
  )
}
