import { useEffect, useRef } from 'react'
import { heightOfLevel, plainHeightOfLevel } from './sound-level.ts'

/** So faint that what stands out on a plain scale does so before it. */
const faint = 0.4

/**
 * The sound as it lies along the time line, in the colour of the text around it: faint in decibels, where speech shows
 * beside a shout, and before it on a plain scale, where a bang stands out. Both are the same for every recording.
 */
export function Waveform({ levels, className }: { levels: Uint8Array; className: string }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const element = canvas.current
    if (element === null) return undefined
    const draw = () => {
      const context = element.getContext('2d')
      const width = Math.round(element.clientWidth * devicePixelRatio)
      const height = Math.round(element.clientHeight * devicePixelRatio)
      if (context === null || width === 0 || height === 0) return
      element.width = width
      element.height = height
      context.fillStyle = getComputedStyle(element).color
      for (let x = 0; x < width; x += 1) {
        const from = Math.floor((x / width) * levels.length)
        const to = Math.max(from + 1, Math.ceil(((x + 1) / width) * levels.length))
        let loudest = 0
        for (let i = from; i < to && i < levels.length; i += 1) loudest = Math.max(loudest, levels[i] ?? 0)
        for (const [share, alpha] of [
          [heightOfLevel(loudest), faint],
          [plainHeightOfLevel(loudest), 1],
        ] as const) {
          const tall = Math.max(1, share * height)
          context.globalAlpha = alpha
          context.fillRect(x, (height - tall) / 2, 1, tall)
        }
      }
    }
    draw()
    const observer = new ResizeObserver(draw)
    observer.observe(element)
    // The colour changes with the theme.
    const dark = matchMedia('(prefers-color-scheme: dark)')
    dark.addEventListener('change', draw)
    const themed = new MutationObserver(draw)
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    return () => {
      observer.disconnect()
      dark.removeEventListener('change', draw)
      themed.disconnect()
    }
  }, [levels])
  return <canvas ref={canvas} aria-hidden="true" className={className} />
}
