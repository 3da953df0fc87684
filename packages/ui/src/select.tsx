import type { ReactNode } from 'react'
import { Button } from 'react-aria-components/Button'
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox'
import { Popover } from 'react-aria-components/Popover'
import { Select as AriaSelect, SelectValue } from 'react-aria-components/Select'
import { Text } from 'react-aria-components/Text'
import { classNames } from './class-names.ts'
import { FieldLabel, FieldWords, inputClass } from './field.tsx'

export type SelectOption = Readonly<{ id: string; label: string; detail?: string }>

export type SelectProps = {
  label: ReactNode
  isLabelHidden?: boolean
  description?: ReactNode
  error?: string | null
  options: readonly SelectOption[]
  value: string | null
  onChange: (id: string) => void
  placeholder: string
  isDisabled?: boolean
  className?: string
}

/** One choice out of a list. For "nobody" or "all", give an option for it. */
export function Select({
  label,
  isLabelHidden = false,
  description,
  error = null,
  options,
  value,
  onChange,
  placeholder,
  isDisabled = false,
  className = '',
}: SelectProps) {
  return (
    <AriaSelect
      value={value}
      onChange={(key) => {
        if (key !== null) onChange(String(key))
      }}
      isInvalid={error !== null}
      validationBehavior="aria"
      isDisabled={isDisabled}
      placeholder={placeholder}
      className={className}
    >
      <FieldLabel isHidden={isLabelHidden}>{label}</FieldLabel>
      <Button className={classNames(inputClass, 'flex cursor-pointer items-center gap-2 text-left')}>
        <SelectValue className="min-w-0 flex-1 truncate data-placeholder:text-ink-3">
          {({ selectedText, isPlaceholder, defaultChildren }) => (isPlaceholder ? defaultChildren : selectedText)}
        </SelectValue>
        <span aria-hidden="true" className="text-ink-3">
          ▾
        </span>
      </Button>
      <FieldWords description={description} error={error} />
      <Popover
        offset={2}
        className="max-h-80 min-w-(--trigger-width) overflow-auto rounded border border-edge bg-panel py-1 shadow-float"
      >
        <ListBox items={options} className="outline-none">
          {(option) => (
            <ListBoxItem
              id={option.id}
              textValue={option.label}
              className={
                'cursor-pointer px-3 py-1.5 outline-none data-focused:bg-accent-soft data-selected:font-semibold ' +
                'data-focus-visible:outline-2 data-focus-visible:-outline-offset-2 data-focus-visible:outline-accent'
              }
            >
              <Text slot="label">{option.label}</Text>
              {option.detail !== undefined && (
                <Text slot="description" className="block text-sm font-normal text-ink-3">
                  {option.detail}
                </Text>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  )
}
