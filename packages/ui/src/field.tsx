import type { ReactNode } from 'react'
import { FieldError } from 'react-aria-components/FieldError'
import { Label } from 'react-aria-components/Label'
import { Text } from 'react-aria-components/Text'
import { classNames } from './class-names.ts'

export const inputClass =
  'w-full min-h-9 rounded border border-edge bg-panel px-2.5 py-1.5 text-base text-ink placeholder:text-ink-3 ' +
  'data-invalid:border-loss data-disabled:opacity-60 max-sm:text-lg'

export function FieldLabel({ children, isHidden = false }: { children: ReactNode; isHidden?: boolean }) {
  return <Label className={classNames('block font-medium', isHidden ? 'sr-only' : 'mb-1')}>{children}</Label>
}

/** The words under a control: what to know, or what is wrong. */
export function FieldWords({
  description,
  error,
}: {
  description?: ReactNode | undefined
  error?: string | null | undefined
}) {
  return (
    <>
      {description !== undefined && (
        <Text slot="description" className="mt-1 block text-sm text-ink-3">
          {description}
        </Text>
      )}
      <FieldError className="mt-1 block text-sm font-medium text-loss">{error ?? undefined}</FieldError>
    </>
  )
}
