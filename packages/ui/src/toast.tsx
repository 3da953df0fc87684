import { Button as AriaButton } from 'react-aria-components/Button'
import { Text } from 'react-aria-components/Text'
import {
  UNSTABLE_Toast as AriaToast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as AriaToastRegion,
} from 'react-aria-components'
import { classNames } from './class-names.ts'

type ToastWords = Readonly<{ text: string; tone: 'done' | 'refusal' }>

const queue = new ToastQueue<ToastWords>({ maxVisibleToasts: 3 })

/** Says that something happened, at the edge of the screen. A refusal stays until it is closed. */
export function toast(text: string, tone: ToastWords['tone'] = 'done'): void {
  queue.add({ text, tone }, tone === 'done' ? { timeout: 6000 } : {})
}

export function ToastRegion({ label, closeLabel }: { label: string; closeLabel: string }) {
  return (
    <AriaToastRegion
      queue={queue}
      aria-label={label}
      className="fixed right-4 bottom-4 z-50 flex w-[min(24rem,calc(100vw-2rem))] flex-col gap-2 outline-none"
    >
      {({ toast: shown }) => (
        <AriaToast
          toast={shown}
          className={classNames(
            'flex items-start gap-3 rounded border border-l-4 border-edge bg-panel px-3 py-2.5 shadow-float',
            shown.content.tone === 'refusal' ? 'border-l-loss' : 'border-l-accent',
          )}
        >
          <ToastContent className="min-w-0 flex-1">
            <Text slot="title">{shown.content.text}</Text>
          </ToastContent>
          <AriaButton slot="close" aria-label={closeLabel} className="cursor-pointer px-1 text-ink-3 hover:text-ink">
            ✕
          </AriaButton>
        </AriaToast>
      )}
    </AriaToastRegion>
  )
}
