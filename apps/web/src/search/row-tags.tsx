import { classNames } from '@getuige/ui'
import { Link } from '@tanstack/react-router'
import { formatList } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { changeFilter } from '../recordings/list-search.ts'

/** The first tags of a row of the list, each of which narrows it; nothing where there are none. */
export function RowTags({
  tags,
  mostShown,
  isInTabOrder,
  isLarge = false,
  className,
}: {
  tags: readonly string[]
  /** As many as the row has room for; the page of the recording has them all. */
  mostShown: number
  isInTabOrder: boolean
  /** For fingers. */
  isLarge?: boolean
  className?: string
}) {
  if (tags.length === 0) return null
  const rest = tags.slice(mostShown)
  return (
    <ul
      aria-label={t('search.tags')}
      className={classNames('flex min-w-0 items-center gap-1 text-ink-2', isLarge ? 'text-sm' : 'text-xs', className)}
    >
      {tags.slice(0, mostShown).map((tag) => (
        // Where there is room for one only, it is the first.
        <li
          key={tag}
          className={mostShown === 1 ? 'min-w-0' : 'min-w-8 first:max-w-3/4 first:shrink-0 only:max-w-full'}
        >
          <Link
            from="/recordings"
            to="/recordings"
            search={(search) => changeFilter(search, 'tag', tag)}
            tabIndex={isInTabOrder ? 0 : -1}
            title={tag}
            className={classNames(
              'block truncate rounded border border-line bg-sunken hover:border-edge hover:text-accent',
              isLarge ? 'px-2 py-1' : 'px-1',
            )}
          >
            {tag}
          </Link>
        </li>
      ))}
      {rest.length > 0 && (
        <li title={formatList(rest)} className="shrink-0 text-ink-3">
          <span aria-hidden="true">+{rest.length}</span>
          <span className="sr-only">{formatList(rest)}</span>
        </li>
      )}
    </ul>
  )
}
