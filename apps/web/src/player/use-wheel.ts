import { type RefObject, useEffect, useRef } from 'react'
import { jog } from './player-time.ts'

/**
 * The wheel over an element: a notch a frame, with Shift a second; with Ctrl, or two fingers on a track pad, larger and
 * smaller at that point (in shares from the middle). The page does not scroll meanwhile.
 */
export function useWheel(
  element: RefObject<HTMLElement | null>,
  does: Readonly<{
    jog: (frames: number) => void
    jogSeconds: (seconds: number) => void
    zoom?: (factor: number, at: Readonly<{ x: number; y: number }>) => void
  }>,
): void {
  const live = useRef(does)
  useEffect(() => {
    live.current = does
  })
  useEffect(() => {
    const target = element.current
    if (target === null) return undefined
    let rest = 0
    const onWheel = (event: WheelEvent) => {
      const { jog: jogFrames, jogSeconds, zoom } = live.current
      if (event.ctrlKey || event.metaKey) {
        if (zoom === undefined) return
        event.preventDefault()
        const box = target.getBoundingClientRect()
        const at = {
          x: (event.clientX - box.left) / box.width - 0.5,
          y: (event.clientY - box.top) / box.height - 0.5,
        }
        zoom(Math.exp(-event.deltaY / (event.deltaMode === 0 ? 300 : 9)), at)
        return
      }
      event.preventDefault()
      // With Shift some browsers turn the wheel on its side.
      const turned = jog(rest, event.deltaY === 0 ? event.deltaX : event.deltaY, event.deltaMode)
      rest = turned.rest
      if (turned.frames === 0) return
      if (event.shiftKey) jogSeconds(turned.frames)
      else jogFrames(turned.frames)
    }
    // React listens for wheels without a say in what the page does.
    target.addEventListener('wheel', onWheel, { passive: false })
    return () => target.removeEventListener('wheel', onWheel)
  }, [element])
}
