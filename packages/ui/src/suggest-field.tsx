import { type KeyboardEvent, type Ref, type RefObject, useContext, useEffect, useRef } from 'react'
import { ComboBox, ComboBoxStateContext } from 'react-aria-components/ComboBox'
import { Input } from 'react-aria-components/Input'
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox'
import { Popover } from 'react-aria-components/Popover'
import { Text } from 'react-aria-components/Text'
import { classNames } from './class-names.ts'
import { FieldLabel, FieldWords, inputClass } from './field.tsx'

export type Suggestion = Readonly<{ id: string; label: string; detail?: string }>

/**
 * A field of free words that offers what could be meant. Enter takes the words as they stand, unless a suggestion has
 * been gone to with the arrows. `onLeave` is the arrow down where nothing is offered; `onEscape` the key where no list
 * is open.
 */
export function SuggestField({
  label,
  isLabelHidden = false,
  suggestionsLabel,
  placeholder,
  value,
  suggestions,
  onChange,
  onChoose,
  onEnter,
  onLeave,
  onEscape,
  inputRef,
  maxLength,
  isMono = false,
  description,
  error = null,
  keyShortcut,
  className = '',
}: {
  label: string
  isLabelHidden?: boolean
  suggestionsLabel: string
  placeholder?: string
  value: string
  suggestions: readonly Suggestion[]
  onChange: (text: string) => void
  onChoose: (id: string) => void
  /** Prevent it, and a form around the field is not sent. */
  onEnter?: (event: KeyboardEvent) => void
  onLeave?: () => void
  onEscape?: () => void
  inputRef?: Ref<HTMLInputElement>
  maxLength: number
  isMono?: boolean
  description?: string
  /** What is wrong with the value; null or absent when nothing is. */
  error?: string | null
  keyShortcut?: string
  className?: string
}) {
  const isOpen = useRef(false)
  const isAwaited = useRef(false)
  return (
    <ComboBox
      items={suggestions}
      inputValue={value}
      onInputChange={(text) => {
        isAwaited.current = true
        onChange(text)
      }}
      value={null}
      onChange={(id) => {
        if (id === null) return
        isAwaited.current = false
        onChoose(String(id))
      }}
      allowsCustomValue
      menuTrigger="input"
      onOpenChange={(open) => (isOpen.current = open)}
      isInvalid={error !== null}
      validationBehavior="aria"
      className={className}
    >
      <FieldLabel isHidden={isLabelHidden}>{label}</FieldLabel>
      <div
        className="relative"
        onKeyDownCapture={(event) => {
          if (event.key === 'Enter' || event.key === 'Escape') isAwaited.current = false
          if (event.key === 'Enter' && !isOnSuggestion(event)) onEnter?.(event)
          if (isOpen.current) return
          if (event.key === 'ArrowDown' && suggestions.length === 0) onLeave?.()
          if (event.key === 'Escape') onEscape?.()
        }}
      >
        <Input
          ref={inputRef ?? null}
          type="search"
          maxLength={maxLength}
          {...(placeholder === undefined ? {} : { placeholder })}
          {...(keyShortcut === undefined ? {} : { 'aria-keyshortcuts': keyShortcut })}
          className={classNames(inputClass, isMono && 'font-mono')}
        />
      </div>
      <OpenOnArrival count={suggestions.length} isAwaited={isAwaited} />
      <FieldWords description={description} error={error} />
      <Popover
        offset={2}
        className="max-h-80 w-(--trigger-width) overflow-auto rounded border border-edge bg-panel py-1 shadow-float"
      >
        <ListBox<Suggestion> aria-label={suggestionsLabel} className="outline-none">
          {(suggestion) => (
            <ListBoxItem
              id={suggestion.id}
              textValue={suggestion.label}
              className={
                'flex cursor-pointer items-baseline gap-3 px-3 py-1.5 outline-none data-focused:bg-accent-soft ' +
                'data-focus-visible:outline-2 data-focus-visible:-outline-offset-2 data-focus-visible:outline-accent'
              }
            >
              <Text slot="label" className="min-w-0 flex-1 truncate">
                {suggestion.label}
              </Text>
              {suggestion.detail !== undefined && (
                <Text slot="description" className="shrink-0 text-sm text-ink-3">
                  {suggestion.detail}
                </Text>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  )
}

/** Suggestions that come a moment after the words were typed open the list then. */
function OpenOnArrival({ count, isAwaited }: { count: number; isAwaited: RefObject<boolean> }) {
  const state = useContext(ComboBoxStateContext)
  useEffect(() => {
    if (state === null || count === 0 || !isAwaited.current || !state.isFocused) return
    isAwaited.current = false
    if (!state.isOpen) state.open(null, 'input')
  })
  return null
}

/** The arrows went to one of the suggestions: Enter chooses it. */
function isOnSuggestion({ target }: KeyboardEvent): boolean {
  return target instanceof HTMLElement && target.hasAttribute('aria-activedescendant')
}
