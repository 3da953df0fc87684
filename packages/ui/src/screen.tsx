import type { ReactNode, Ref } from 'react'
import { classNames } from './class-names.ts'

/**
 * One screen: its heading and acts, and up to three columns at desk width, two at tablet, one on a phone. The heading
 * can take focus, so that a change of screen can put it there.
 */
export function Screen({
  title,
  lead,
  actions,
  filters,
  aside,
  below,
  children,
  width = 'full',
  headingRef,
}: {
  title: ReactNode
  /** A sentence under the heading. */
  lead?: ReactNode
  actions?: ReactNode
  /** Left column. */
  filters?: ReactNode
  /** Right column. */
  aside?: ReactNode
  /** What is long and looked at last: under the middle column beside a right one, and after it where there is none beside. */
  below?: ReactNode
  children: ReactNode
  width?: 'full' | 'reading' | 'narrow'
  headingRef?: Ref<HTMLHeadingElement>
}) {
  return (
    <div
      className={classNames(
        'mx-auto w-full px-3 py-4 sm:px-5',
        width === 'reading' && 'max-w-5xl',
        width === 'narrow' && 'max-w-xl',
      )}
    >
      <header className="mb-4 flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-56">
          <h1 ref={headingRef ?? null} tabIndex={-1} className="text-xl font-semibold text-balance">
            {title}
          </h1>
          {lead !== undefined && <div className="mt-0.5 max-w-prose text-ink-2">{lead}</div>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
      </header>
      <div
        className={classNames(
          'grid grid-cols-[minmax(0,1fr)] items-start gap-5',
          filters !== undefined && aside === undefined && 'md:grid-cols-[14rem_minmax(0,1fr)]',
          filters === undefined && aside !== undefined && 'lg:grid-cols-[minmax(0,1fr)_22rem]',
          below !== undefined && 'lg:grid-rows-[auto_1fr]',
          filters !== undefined &&
            aside !== undefined &&
            'md:grid-cols-[14rem_minmax(0,1fr)] xl:grid-cols-[14rem_minmax(0,1fr)_22rem]',
        )}
      >
        {filters !== undefined && <div className="min-w-0 self-stretch">{filters}</div>}
        <div className="flex min-w-0 flex-col gap-4">{children}</div>
        {aside !== undefined && (
          <div className={classNames('flex min-w-0 flex-col gap-4', below !== undefined && 'lg:row-span-2')}>
            {aside}
          </div>
        )}
        {below !== undefined && <div className="flex min-w-0 flex-col gap-4">{below}</div>}
      </div>
    </div>
  )
}
