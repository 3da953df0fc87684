import type { ReactNode } from 'react'
import { ToggleButton } from 'react-aria-components/ToggleButton'
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup'

/** A few choices side by side, exactly one of them on. */
export function SegmentedControl<Id extends string>({
  label,
  options,
  value,
  onChange,
}: {
  label: string
  options: readonly Readonly<{ id: Id; label: ReactNode; name?: string }>[]
  value: Id
  onChange: (id: Id) => void
}) {
  return (
    <ToggleButtonGroup
      aria-label={label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(keys) => {
        const chosen = options.find((option) => keys.has(option.id))
        if (chosen !== undefined) onChange(chosen.id)
      }}
      className="inline-flex flex-wrap rounded border border-edge bg-panel"
    >
      {options.map((option) => (
        <ToggleButton
          key={option.id}
          id={option.id}
          {...(option.name === undefined ? {} : { 'aria-label': option.name })}
          className={
            'min-h-8 cursor-pointer border-r border-line px-3 text-ink-2 last:border-r-0 hover:bg-sunken ' +
            'data-selected:bg-accent-soft data-selected:font-medium data-selected:text-accent'
          }
        >
          {option.label}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  )
}
