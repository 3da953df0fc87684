import { useEffect, useRef } from 'react'
import type { Viewing, ViewingEnd } from './purpose-form.tsx'

const lookEveryMs = 5_000
/** What plays from memory asks nothing of the server: it is told now and then that somebody looks. */
const toldEveryMs = 60_000
const none: readonly Viewing[] = []

/**
 * Ends a viewing at which nobody looked for as long as the server bears: nothing played, and nobody moved about in it.
 * The server decides; this takes the picture away when it does. Viewings that stand beside it, of what comes next, are
 * kept with it.
 */
export function useIdleEnd({
  viewing,
  beside = none,
  isPlaying,
  positionMs,
  onEnded,
}: {
  viewing: Viewing
  beside?: readonly Viewing[]
  isPlaying: boolean
  positionMs: number
  onEnded: (because: ViewingEnd) => void
}) {
  const { mediaUrl, idleMinutes } = viewing
  const live = useRef({ isPlaying, onEnded, beside, positionMs: -1, usedAt: 0, toldAt: 0 })
  useEffect(() => {
    const { positionMs: before, usedAt } = live.current
    const isUsed = before !== positionMs
    live.current = {
      ...live.current,
      isPlaying,
      onEnded,
      beside,
      positionMs,
      usedAt: isUsed ? performance.now() : usedAt,
    }
  })

  useEffect(() => {
    const controller = new AbortController()
    const tell = (url: string) => fetch(url, { method: 'HEAD', credentials: 'same-origin', signal: controller.signal })
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
      for (const other of live.current.beside) void tell(other.mediaUrl).catch(() => undefined)
      tell(mediaUrl)
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
