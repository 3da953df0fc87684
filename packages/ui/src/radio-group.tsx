import { type ReactNode, useId } from 'react'
import { Label } from 'react-aria-components/Label'
import { Radio, RadioGroup as AriaRadioGroup } from 'react-aria-components/RadioGroup'
import { classNames } from './class-names.ts'
import { FieldWords } from './field.tsx'

export type RadioOption = Readonly<{
  id: string
  label: ReactNode
  description?: ReactNode
  /** Why this one cannot be chosen. It stays in the list, with the reason. */
  refusal?: string | null
}>

export type RadioGroupProps = {
  label: ReactNode
  description?: ReactNode
  error?: string | null
  options: readonly RadioOption[]
  value: string | null
  onChange: (id: string) => void
  isRow?: boolean
  className?: string
}

export function RadioGroup({
  label,
  description,
  error = null,
  options,
  value,
  onChange,
  isRow = false,
  className = '',
}: RadioGroupProps) {
  const prefix = useId()
  return (
    <AriaRadioGroup
      value={value}
      onChange={onChange}
      isInvalid={error !== null}
      validationBehavior="aria"
      orientation={isRow ? 'horizontal' : 'vertical'}
      className={className}
    >
      <Label className="mb-1 block font-medium">{label}</Label>
      <div className={classNames('flex gap-1.5', isRow ? 'flex-wrap' : 'flex-col')}>
        {options.map((option) => {
          const isRefused = option.refusal !== undefined && option.refusal !== null
          const describedBy = [
            option.description !== undefined && `${prefix}${option.id}-d`,
            isRefused && `${prefix}${option.id}-r`,
          ]
            .filter((id) => id !== false)
            .join(' ')
          return (
            <Radio
              key={option.id}
              value={option.id}
              isDisabled={isRefused}
              aria-describedby={describedBy}
              className={
                'group flex cursor-pointer items-start gap-2 rounded border border-line bg-panel px-2.5 py-2 ' +
                'hover:border-edge data-selected:border-accent data-selected:bg-accent-soft ' +
                'data-disabled:cursor-not-allowed data-disabled:bg-sunken data-disabled:text-ink-3 ' +
                'data-focus-visible:outline-2 data-focus-visible:outline-offset-2 data-focus-visible:outline-accent'
              }
            >
              <span
                aria-hidden="true"
                className={
                  'mt-0.5 size-4 shrink-0 rounded-full border border-edge bg-panel ' +
                  'group-data-selected:border-[5px] group-data-selected:border-accent group-data-disabled:bg-sunken'
                }
              />
              <span className="min-w-0">
                <span className="block first-letter:uppercase">{option.label}</span>
                {option.description !== undefined && (
                  <span id={`${prefix}${option.id}-d`} className="block text-sm text-ink-3">
                    {option.description}
                  </span>
                )}
                {isRefused && (
                  <span id={`${prefix}${option.id}-r`} className="block text-sm text-ink-2">
                    {option.refusal}
                  </span>
                )}
              </span>
            </Radio>
          )
        })}
      </div>
      <FieldWords description={description} error={error} />
    </AriaRadioGroup>
  )
}
