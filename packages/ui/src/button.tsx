import { type ReactNode, type Ref, useId } from 'react'
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button'
import { classNames } from './class-names.ts'
import { Tooltip } from './tooltip.tsx'

export type ButtonVariant = 'primary' | 'quiet' | 'danger' | 'plain'
export type ButtonSize = 'small' | 'medium' | 'large'

const variants: Record<ButtonVariant, string> = {
  primary: 'bg-accent-solid text-on-solid border-transparent hover:bg-accent-solid-hover',
  quiet: 'bg-panel text-ink border-edge hover:bg-sunken',
  danger: 'bg-loss-solid text-on-solid border-transparent hover:bg-loss-solid-hover',
  plain: 'bg-transparent text-ink-2 border-transparent hover:bg-sunken hover:text-ink',
}

const sizes: Record<ButtonSize, string> = {
  small: 'min-h-7 px-2 text-sm gap-1.5',
  medium: 'min-h-8 px-3 gap-2',
  large: 'min-h-11 px-4 text-lg gap-2',
}

const refusedLook = 'bg-sunken text-ink-3 border-dashed border-edge cursor-not-allowed'

/** The look of a button, for a link that leads somewhere and should look like one. */
export function buttonClass({
  variant = 'quiet',
  size = 'medium',
  isRefused = false,
}: { variant?: ButtonVariant; size?: ButtonSize; isRefused?: boolean } = {}): string {
  return classNames(
    'inline-flex items-center justify-center rounded border font-medium whitespace-nowrap select-none cursor-pointer',
    'data-disabled:opacity-50 data-disabled:cursor-default',
    sizes[size],
    isRefused ? refusedLook : variants[variant],
  )
}

export type ButtonProps = Omit<AriaButtonProps, 'className' | 'children' | 'style' | 'isPending'> & {
  children: ReactNode
  variant?: ButtonVariant
  size?: ButtonSize
  /**
   * Why this act is refused. The button then stays in place and takes focus, does nothing, and says why: in a tooltip,
   * and to a screen reader as its description.
   */
  refusal?: string | null | undefined
  /** What it does is under way. */
  isPending?: boolean
  /** Fill the width of the parent. */
  isWide?: boolean
  className?: string
  ref?: Ref<HTMLButtonElement>
}

export function Button({
  variant = 'quiet',
  size = 'medium',
  refusal = null,
  isWide = false,
  isPending = false,
  className,
  children,
  ...rest
}: ButtonProps) {
  const refusalId = useId()
  const look = classNames(
    buttonClass({ variant, size, isRefused: refusal !== null }),
    isWide && 'w-full',
    isPending && 'cursor-progress opacity-70',
    className,
  )
  if (refusal === null && !isPending) {
    return (
      <AriaButton {...rest} className={look}>
        {children}
      </AriaButton>
    )
  }
  // Keeps its place and the focus, and does nothing: not even submit the form around it.
  const { onPress: _onPress, type: _type, ...passive } = rest
  const still = (
    <AriaButton
      {...passive}
      aria-disabled="true"
      className={look}
      {...(refusal === null ? {} : { 'aria-describedby': refusalId })}
    >
      {children}
    </AriaButton>
  )
  if (refusal === null) return still
  return (
    <span className={isWide ? 'w-full' : 'inline-flex'}>
      <Tooltip text={refusal}>{still}</Tooltip>
      <span id={refusalId} hidden>
        {refusal}
      </span>
    </span>
  )
}
