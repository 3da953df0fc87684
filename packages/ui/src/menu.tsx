import type { ReactNode } from 'react'
import { Keyboard } from 'react-aria-components/Keyboard'
import { Menu as AriaMenu, MenuItem, MenuTrigger } from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import { Text } from 'react-aria-components/Text'
import { Button, type ButtonSize, type ButtonVariant } from './button.tsx'
import { classNames } from './class-names.ts'

/** `startsGroup`: a line stands above it. */
export type MenuEntry = Readonly<{
  id: string
  label: string
  detail?: string
  keys?: string
  lang?: string
  startsGroup?: boolean
}>

/** A button that opens a list of acts or choices. With `selected`, the chosen one carries a tick. */
export function Menu({
  label,
  children,
  entries,
  onAction,
  selected,
  heading,
  variant = 'plain',
  size = 'medium',
  className = '',
}: {
  /** Name of the button, when its children do not say it all. */
  label: string
  children: ReactNode
  entries: readonly MenuEntry[]
  onAction: (id: string) => void
  selected?: string
  /** Words above the list. */
  heading?: ReactNode
  variant?: ButtonVariant
  size?: ButtonSize
  className?: string
}) {
  return (
    <MenuTrigger>
      <Button variant={variant} size={size} aria-label={label} className={className}>
        {children}
      </Button>
      <Popover offset={4} className="min-w-44 rounded border border-edge bg-panel py-1 shadow-float">
        {heading !== undefined && <div className="mb-1 border-b border-line px-3 py-2">{heading}</div>}
        <AriaMenu
          aria-label={label}
          onAction={(key) => onAction(String(key))}
          className="outline-none"
          {...(selected === undefined
            ? {}
            : { selectionMode: 'single' as const, selectedKeys: [selected], disallowEmptySelection: true })}
        >
          {entries.map((entry) => (
            <MenuItem
              key={entry.id}
              id={entry.id}
              textValue={entry.label}
              className={classNames(
                'group flex cursor-pointer items-center gap-3 px-3 py-1.5 outline-none data-focused:bg-accent-soft',
                'data-focus-visible:outline-2 data-focus-visible:-outline-offset-2 data-focus-visible:outline-accent',
                entry.startsGroup === true && 'border-t border-line',
              )}
            >
              {selected !== undefined && (
                <span aria-hidden="true" className="invisible w-3 group-data-selected:visible">
                  ✓
                </span>
              )}
              <span className="min-w-0 flex-1">
                <Text slot="label" {...(entry.lang === undefined ? {} : { lang: entry.lang })}>
                  {entry.label}
                </Text>
                {entry.detail !== undefined && (
                  <Text slot="description" className="block text-sm text-ink-3">
                    {entry.detail}
                  </Text>
                )}
              </span>
              {entry.keys !== undefined && <Keyboard className="font-mono text-xs text-ink-3">{entry.keys}</Keyboard>}
            </MenuItem>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  )
}
