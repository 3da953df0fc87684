import type { ReactNode, Ref } from 'react'
import { Input } from 'react-aria-components/Input'
import { TextArea as AriaTextArea } from 'react-aria-components/TextArea'
import { TextField as AriaTextField, type TextFieldProps as AriaTextFieldProps } from 'react-aria-components/TextField'
import { classNames } from './class-names.ts'
import { FieldLabel, FieldWords, inputClass } from './field.tsx'

type Common = Omit<AriaTextFieldProps, 'children' | 'className' | 'style' | 'isInvalid'> & {
  label: ReactNode
  isLabelHidden?: boolean
  description?: ReactNode
  /** What is wrong with the value; null or absent when nothing is. */
  error?: string | null
  className?: string
}

export type TextFieldProps = Common & {
  placeholder?: string
  /** Set in the typeface of numbers, serials and digests. */
  isMono?: boolean
  /** `datetime-local`, `time` and `date` give the browser's own picker. */
  inputType?: string
  step?: number
  inputRef?: Ref<HTMLInputElement>
  listId?: string
}

export function TextField({
  label,
  isLabelHidden = false,
  description,
  error = null,
  placeholder,
  isMono = false,
  inputType,
  step,
  inputRef,
  listId,
  ...rest
}: TextFieldProps) {
  return (
    <AriaTextField {...rest} isInvalid={error !== null} validationBehavior="aria">
      <FieldLabel isHidden={isLabelHidden}>{label}</FieldLabel>
      <Input
        ref={inputRef ?? null}
        className={classNames(inputClass, isMono && 'font-mono')}
        {...(placeholder === undefined ? {} : { placeholder })}
        {...(inputType === undefined ? {} : { type: inputType })}
        {...(step === undefined ? {} : { step })}
        {...(listId === undefined ? {} : { list: listId })}
      />
      <FieldWords description={description} error={error} />
    </AriaTextField>
  )
}

export type TextAreaProps = Common & { rows?: number; placeholder?: string }

export function TextArea({
  label,
  isLabelHidden = false,
  description,
  error = null,
  rows = 3,
  placeholder,
  ...rest
}: TextAreaProps) {
  return (
    <AriaTextField {...rest} isInvalid={error !== null} validationBehavior="aria">
      <FieldLabel isHidden={isLabelHidden}>{label}</FieldLabel>
      <AriaTextArea
        rows={rows}
        className={classNames(inputClass, 'resize-y')}
        {...(placeholder === undefined ? {} : { placeholder })}
      />
      <FieldWords description={description} error={error} />
    </AriaTextField>
  )
}
