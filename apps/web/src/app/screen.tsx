import { Screen as PlainScreen } from '@getuige/ui'
import { type ComponentProps, useEffect, useRef } from 'react'
import { useSessionOrNone } from './session.ts'

/** The address whose heading had the focus last; the one the app opened with keeps the browser's own focus. */
let focusedAt = typeof location === 'undefined' ? '' : location.pathname

/**
 * A screen of the app: names the document after its title, and after a change of address puts the focus on the heading,
 * so that the keyboard and a screen reader start there.
 */
export function Screen({
  title,
  ...rest
}: Omit<ComponentProps<typeof PlainScreen>, 'title' | 'headingRef'> & { title: string }) {
  const heading = useRef<HTMLHeadingElement>(null)
  const corpsName = useSessionOrNone()?.corps.name

  useEffect(() => {
    document.title = [title, corpsName, 'Getuige'].filter((part) => part !== undefined).join(' · ')
  }, [title, corpsName])

  useEffect(() => {
    if (focusedAt === location.pathname) return
    focusedAt = location.pathname
    heading.current?.focus({ preventScroll: true })
    window.scrollTo(0, 0)
  })

  return <PlainScreen {...rest} title={title} headingRef={heading} />
}
