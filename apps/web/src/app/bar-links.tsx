import { Menu } from '@getuige/ui'
import { Link, useNavigate } from '@tanstack/react-router'
import { useLayoutEffect, useRef, useState } from 'react'
import { WaitingCount } from '../approvals/waiting.tsx'
import { t } from '../messages/translate.ts'
import type { Destination } from './destinations.ts'

/** How many of the items of a row fit beside the last one, counted again whenever the row gets another width. Of other items: mount anew. */
function useFitting(count: number): [(row: HTMLElement | null) => void, number] {
  const [row, setRow] = useState<HTMLElement | null>(null)
  const [fitting, setFitting] = useState(count)
  const last = useRef(fitting)
  useLayoutEffect(() => {
    if (row === null) return
    const measure = () => {
      const items = [...row.querySelectorAll<HTMLElement>('[data-fits]')]
      const room = row.clientWidth
      const ends = items.map((item) => item.offsetLeft + item.offsetWidth) // from the row, which is their offset parent
      const fitsWhole = (ends.at(-1) ?? 0) <= room
      const beside = ends.filter((end) => end <= room - moreWidth).length
      const next = fitsWhole ? items.length : beside
      if (next !== last.current) setFitting((last.current = next))
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(row)
    // Their words grow too: with the typeface, the language, and the number of what waits.
    for (const item of row.querySelectorAll('[data-fits]')) observer.observe(item)
    return () => observer.disconnect()
  }, [row])
  return [setRow, fitting]
}

/** Room kept for the button that opens the rest, in the longest of the four languages. */
const moreWidth = 92

/** The screens of the bar, as many as there is room for, and the others behind a button at the end. */
export function BarLinks({ reachable, current }: { reachable: readonly Destination[]; current: string | undefined }) {
  const navigate = useNavigate()
  const [row, fitting] = useFitting(reachable.length)
  const rest = reachable.slice(fitting)
  const hidden = rest.find(({ to }) => to === current)
  return (
    <div ref={row} className="relative flex min-w-0 flex-1 overflow-hidden">
      {reachable.map((destination, place) => {
        const isHidden = place >= fitting
        return (
          <Link
            key={destination.to}
            to={destination.to}
            data-fits
            {...(isHidden ? { 'aria-hidden': true, tabIndex: -1 } : {})}
            className={
              'flex min-h-11 shrink-0 items-center border-b-2 border-transparent px-2.5 whitespace-nowrap text-ink-2 hover:text-ink ' +
              'outline-offset-[-3px] data-[status=active]:border-accent data-[status=active]:font-medium data-[status=active]:text-ink ' +
              (isHidden ? 'invisible' : '')
            }
          >
            {t(destination.label)}
            <WaitingCount to={destination.to} />
          </Link>
        )
      })}
      {rest.length > 0 && (
        <div className="absolute inset-y-0 right-0 flex items-center bg-panel">
          <Menu
            label={hidden === undefined ? t('app.nav.more') : t('app.nav.moreWith', { screen: t(hidden.label) })}
            entries={rest.map(({ to, label, key }) => ({ id: to, label: t(label), keys: `G ${key.toUpperCase()}` }))}
            {...(hidden === undefined ? {} : { selected: hidden.to })}
            onAction={(id) => {
              const chosen = rest.find(({ to }) => to === id)
              if (chosen !== undefined) void navigate({ to: chosen.to })
            }}
            className={hidden === undefined ? '' : 'font-medium text-ink underline decoration-accent decoration-2'}
          >
            {t('app.nav.more')} <span aria-hidden="true">▾</span>
          </Menu>
        </div>
      )}
    </div>
  )
}
