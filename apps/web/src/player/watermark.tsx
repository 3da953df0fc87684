import { classNames } from '@getuige/ui'
import { memo, useEffect, useState } from 'react'
import { serverNow } from '../app/session.ts'
import { formatInstant } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'

/** Often enough for a photograph of the screen to say when it was taken. */
const everyMs = 10_000

/** `purpose` is null for a look: previews are shown to who may view, before a purpose is stated. */
export function useWatermark(viewer: string, purpose: string | null): string {
  const [now, setNow] = useState(serverNow)
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), everyMs)
    return () => clearInterval(timer)
  }, [])
  const time = formatInstant(now, 'second')
  return purpose === null
    ? t('player.watermarkOfLook', { viewer, time })
    : t('player.watermark', { viewer, purpose, time })
}

/** Who watches, for what and when, faint over the picture; `isSmall` over the small picture of a preview. */
export const Watermark = memo(function Watermark({ words, isSmall = false }: { words: string; isSmall?: boolean }) {
  return (
    <span
      aria-hidden="true"
      className="pointer-events-none absolute inset-0 block overflow-hidden forced-color-adjust-none select-none"
    >
      <span className="absolute inset-[-30%] flex rotate-[-18deg] flex-col justify-around">
        {Array.from({ length: isSmall ? 5 : 9 }, (_, line) => (
          <span
            key={line}
            className={classNames(
              'whitespace-nowrap text-[#ffffff] opacity-20 mix-blend-difference',
              isSmall ? 'text-xs' : 'text-sm',
            )}
            style={{ paddingLeft: `${(line % 3) * 7}rem` }}
          >
            {Array.from({ length: 8 }, () => words).join('      ')}
          </span>
        ))}
      </span>
    </span>
  )
})
