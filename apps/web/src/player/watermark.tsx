import { memo, useEffect, useState } from 'react'
import { serverNow } from '../app/session.ts'
import { formatInstant } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'

/** Often enough for a photograph of the screen to say when it was taken. */
const everyMs = 10_000

export function useWatermark(viewer: string, purpose: string): string {
  const [now, setNow] = useState(serverNow)
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), everyMs)
    return () => clearInterval(timer)
  }, [])
  return t('player.watermark', { viewer, purpose, time: formatInstant(now, 'second') })
}

/** Who watches, for what and when, faint over the picture. */
export const Watermark = memo(function Watermark({ words }: { words: string }) {
  return (
    <div
      aria-hidden="true"
      className="pointer-events-none absolute inset-0 overflow-hidden forced-color-adjust-none select-none"
    >
      <div className="absolute inset-[-30%] flex rotate-[-18deg] flex-col justify-around">
        {Array.from({ length: 9 }, (_, line) => (
          <p
            key={line}
            className="text-sm whitespace-nowrap text-[#ffffff] opacity-20 mix-blend-difference"
            style={{ paddingLeft: `${(line % 3) * 7}rem` }}
          >
            {Array.from({ length: 8 }, () => words).join('      ')}
          </p>
        ))}
      </div>
    </div>
  )
})
