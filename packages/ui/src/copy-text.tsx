import { useState } from 'react'
import { Button } from './button.tsx'
import { classNames } from './class-names.ts'

/** A value to carry elsewhere, with a button that copies it. */
export function CopyText({
  label,
  value,
  copyLabel,
  copiedLabel,
  isBlock = false,
}: {
  /** What the value is, for who cannot see where it stands. */
  label: string
  value: string
  copyLabel: string
  copiedLabel: string
  isBlock?: boolean
}) {
  const [isCopied, setIsCopied] = useState(false)
  return (
    <span className={classNames('flex items-start gap-2', isBlock ? 'w-full' : 'inline-flex max-w-full')}>
      <code
        aria-label={label}
        className="min-w-0 flex-1 rounded border border-line bg-sunken px-2 py-1 font-mono text-sm break-all whitespace-pre-wrap select-all"
      >
        {value}
      </code>
      <Button
        size="small"
        aria-label={`${copyLabel}: ${label}`}
        onPress={() => {
          void navigator.clipboard.writeText(value).then(() => setIsCopied(true))
        }}
      >
        {isCopied ? copiedLabel : copyLabel}
      </Button>
    </span>
  )
}
