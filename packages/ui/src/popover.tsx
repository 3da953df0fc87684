import type { ReactNode } from 'react'
import { Dialog, DialogTrigger } from 'react-aria-components/Dialog'
import { Popover as AriaPopover } from 'react-aria-components/Popover'
import { Button } from './button.tsx'

/** A button of the bar, and a panel that opens under it. Escape and a click elsewhere close it. */
export function Popover({
  label,
  title,
  trigger,
  isOpen,
  onOpenChange,
  children,
}: {
  /** Name of the button, when what it shows does not say it all. */
  label: string
  /** Name of the panel. */
  title: string
  trigger: ReactNode
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
  children: ReactNode
}) {
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={onOpenChange}>
      <Button variant="plain" aria-label={label}>
        {trigger}
      </Button>
      <AriaPopover
        offset={4}
        className="w-[min(26rem,calc(100vw-1rem))] rounded border border-edge bg-panel shadow-float"
      >
        <Dialog aria-label={title} className="outline-none">
          {children}
        </Dialog>
      </AriaPopover>
    </DialogTrigger>
  )
}
