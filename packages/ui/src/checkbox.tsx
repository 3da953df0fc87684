import type { ReactNode } from 'react'
import { Checkbox as AriaCheckbox } from 'react-aria-components/Checkbox'

export function Checkbox({
  children,
  isSelected,
  onChange,
  isDisabled = false,
}: {
  children: ReactNode
  isSelected: boolean
  onChange: (isSelected: boolean) => void
  isDisabled?: boolean
}) {
  return (
    <AriaCheckbox
      isSelected={isSelected}
      onChange={onChange}
      isDisabled={isDisabled}
      className="group flex cursor-pointer items-start gap-2 data-disabled:cursor-default data-disabled:opacity-60"
    >
      <span
        aria-hidden="true"
        className={
          'mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-sm border border-edge bg-panel text-on-solid ' +
          'group-data-selected:border-transparent group-data-selected:bg-accent-solid ' +
          'group-data-focus-visible:outline-2 group-data-focus-visible:outline-offset-2 group-data-focus-visible:outline-accent'
        }
      >
        <svg viewBox="0 0 12 12" className="hidden size-3 group-data-selected:block">
          <path d="M2 6.5 5 9l5-6" fill="none" stroke="currentColor" strokeWidth="2" />
        </svg>
      </span>
      <span>{children}</span>
    </AriaCheckbox>
  )
}
