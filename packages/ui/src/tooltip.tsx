import type { ReactElement } from 'react'
import { Tooltip as AriaTooltip, TooltipTrigger } from 'react-aria-components/Tooltip'

/** Words beside a control that has focus or the pointer. The child must be a control that takes focus. */
export function Tooltip({ text, children }: { text: string; children: ReactElement }) {
  return (
    <TooltipTrigger delay={200} closeDelay={80}>
      {children}
      <AriaTooltip
        offset={6}
        placement="bottom"
        UNSTABLE_portalContainer={document.querySelector('main') ?? document.body}
        className="z-50 max-w-80 rounded bg-ink px-2.5 py-1.5 text-sm text-ground shadow-float text-pretty"
      >
        {text}
      </AriaTooltip>
    </TooltipTrigger>
  )
}
