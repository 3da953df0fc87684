import { useEffect, useRef } from 'react'
import type { Viewing, ViewingEnd } from './purpose-form.tsx'

const lookEveryMs = 5_000
/** What plays from memory asks nothing of the server: it is told now and then that somebody looks. */
const toldEveryMs = 60_000

/**
 * Ends a viewing at which nobody looked for as long as the server bears: nothing played, and nobody moved about in it.
 * The server decides; this takes the picture away when it does.
 */
export function useIdleEnd({
  viewing,
  isPlaying,
  positionMs,
  onEnded,
}: {
  viewing: Viewing
  isPlaying: boolean
  positionMs: number
  onEnded: (because: ViewingEnd) => void
}) {
  const { mediaUrl, idleMinutes } = viewing
  const live = useRef({ isPlaying, onEnded, positionMs: -1, usedAt: 0, toldAt: 0 })
  useEffect(() => {
    const { positionMs: before, usedAt } = live.current
    const isUsed = before !== positionMs
    live.current = { ...live.current, isPlaying, onEnded, positionMs, usedAt: isUsed ? performance.now() : usedAt }
  })

  useEffect(() => {
    const controller = new AbortController()
    // Starting it was asking for it.
    live.current.toldAt = performance.now()
    const timer = setInterval(() => {
      const now = performance.now()
      if (live.current.isPlaying) live.current.usedAt = now
      const { usedAt, toldAt } = live.current
      if (now - usedAt >= idleMinutes * 60_000) {
        live.current.onEnded('idle')
        return
      }
      if (usedAt <= toldAt || now - toldAt < toldEveryMs) return
      live.current.toldAt = now
      fetch(mediaUrl, { method: 'HEAD', credentials: 'same-origin', signal: controller.signal })
        .then(({ status }) => {
          if (status === 410 || status === 404 || status === 401) live.current.onEnded('over')
        })
        .catch(() => undefined) // The player tells of a network that is gone.
    }, lookEveryMs)
    return () => {
      clearInterval(timer)
      controller.abort()
    }
  }, [mediaUrl, idleMinutes])
}
