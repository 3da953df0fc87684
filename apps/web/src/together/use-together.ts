import type { RecordingId } from '@getuige/base'
import { useCallback, useEffect, useRef, useState } from 'react'
import { isRecording, type Lane, leadingRate, spanOf, stepInstant, tooFarMs } from './together-time.ts'

/** How often pictures are compared with the clock they follow. */
const lookEveryMs = 200
/** How often the screen learns of the time, between looks: often enough for hundredths that run. */
const toldEveryMs = 80
/** A picture that is not ready by then is left behind, so that one broken file does not hold the others. */
const waitAtMostMs = 5_000

type State = Readonly<{ at: number; isPlaying: boolean; isWaiting: boolean; speed: number }>
/** The clock all follow: it showed `at` when `performance.now()` was `since`. */
type Master = { at: number; since: number; isPlaying: boolean; speed: number; waitingSince: number | null }

/**
 * Plays up to four pictures by one clock. Each is led by small changes of its speed; one that is far off is set. While
 * one that should play has nothing to show, the clock stands, and all wait for it.
 */
export function useTogether({
  lanes,
  startAt,
  leader,
}: {
  lanes: readonly Lane[]
  startAt: number
  leader: RecordingId | null
}) {
  const [state, setState] = useState<State>({ at: startAt, isPlaying: false, isWaiting: false, speed: 1 })
  const videos = useRef(new Map<RecordingId, HTMLVideoElement>())
  const master = useRef<Master>({ at: startAt, since: 0, isPlaying: false, speed: 1, waitingSince: null })
  const latest = useRef({ lanes, leader })

  const now = useCallback(() => {
    const { at, since, isPlaying, speed, waitingSince } = master.current
    return isPlaying && waitingSince === null ? at + (performance.now() - since) * speed : at
  }, [])
  const tell = useCallback(() => {
    const { isPlaying, speed, waitingSince } = master.current
    setState({ at: now(), isPlaying, speed, isWaiting: waitingSince !== null })
  }, [now])
  const set = useCallback(
    (change: Partial<Master>) => {
      master.current = { ...master.current, at: now(), since: performance.now(), ...change }
      tell()
    },
    [now, tell],
  )

  /** Every picture to the frame of this instant. */
  const place = useCallback(() => {
    const at = now()
    for (const lane of latest.current.lanes) {
      const video = videos.current.get(lane.id)
      if (video === undefined) continue
      const to = Math.min(Math.max(0, at - lane.beginsAt), lane.endsAt - lane.beginsAt) / 1000
      if (Math.abs(video.currentTime - to) > 0.001) video.currentTime = to
    }
  }, [now])

  const look = useCallback(() => {
    const { isPlaying, speed, waitingSince } = master.current
    if (!isPlaying) return
    const at = now()
    const { lanes: all } = latest.current
    const { until } = spanOf(all)
    if (at >= until) {
      for (const video of videos.current.values()) video.pause()
      set({ at: until, isPlaying: false, waitingSince: null })
      return
    }
    const playing = all.flatMap((lane) => {
      const video = videos.current.get(lane.id)
      if (video === undefined || video.error !== null) return []
      if (isRecording(lane, at)) return [{ lane, video }]
      if (!video.paused) video.pause()
      const beginsInMs = (lane.beginsAt - at) / speed
      // One that is about to begin begins at its moment, not at the next look.
      if (beginsInMs > 0 && beginsInMs <= lookEveryMs && waitingSince === null)
        setTimeout(() => {
          if (master.current.isPlaying && isRecording(lane, now())) start(video, speed)
        }, beginsInMs)
      return []
    })
    const isReady = playing.every(
      ({ video }) => !video.seeking && video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA,
    )
    const waitedMs = waitingSince === null ? 0 : performance.now() - waitingSince
    if (!isReady && waitedMs < waitAtMostMs) {
      if (waitingSince === null) set({ waitingSince: performance.now() })
      for (const { video } of playing) video.pause()
      return
    }
    if (waitingSince !== null) set({ waitingSince: null })
    for (const { lane, video } of playing) {
      const offMs = video.currentTime * 1000 - (now() - lane.beginsAt)
      if (Math.abs(offMs) > tooFarMs * Math.max(1, speed)) video.currentTime = (now() - lane.beginsAt) / 1000
      const rate = leadingRate(speed, offMs)
      if (video.playbackRate !== rate) video.playbackRate = rate
      if (video.paused && !video.ended) start(video, rate)
    }
  }, [now, set])

  useEffect(() => {
    if (!state.isPlaying) return undefined
    look()
    const looking = setInterval(look, lookEveryMs)
    const telling = setInterval(tell, toldEveryMs)
    return () => {
      clearInterval(looking)
      clearInterval(telling)
    }
  }, [state.isPlaying, look, tell])

  // A clock that is corrected, or tried otherwise, moves its picture at once.
  const begins = lanes.map(({ id, beginsAt }) => `${id} ${beginsAt}`).join()
  useEffect(() => {
    latest.current = { lanes, leader }
  })
  useEffect(() => {
    if (begins !== '') place()
  }, [begins, place])

  const seek = useCallback(
    (to: number) => {
      const { from, until } = spanOf(latest.current.lanes)
      set({ at: Math.min(Math.max(from, to), until) })
      place()
    },
    [set, place],
  )
  const pause = useCallback(() => {
    for (const video of videos.current.values()) video.pause()
    set({ isPlaying: false, waitingSince: null })
    place()
  }, [set, place])
  return {
    state,
    /** For the `ref` of each picture. */
    attach: useCallback((id: RecordingId, video: HTMLVideoElement | null) => {
      if (video === null) videos.current.delete(id)
      else videos.current.set(id, video)
    }, []),
    /** A picture that has just been loaded stands where the clock stands. */
    placeNow: place,
    seek,
    pause,
    toggle: useCallback(() => {
      if (master.current.isPlaying) pause()
      else {
        const { from, until } = spanOf(latest.current.lanes)
        set({ isPlaying: true, ...(now() >= until ? { at: from } : {}) })
        place()
      }
    }, [now, pause, place, set]),
    step: useCallback(
      (count: number) => {
        if (master.current.isPlaying) pause()
        const { lanes: all, leader: leads } = latest.current
        const at = now()
        const recording = all.filter((lane) => isRecording(lane, at))
        seek(stepInstant(recording.find(({ id }) => id === leads) ?? recording[0], at, count))
      },
      [now, pause, seek],
    ),
    setSpeed: useCallback((speed: number) => set({ speed }), [set]),
  }
}

export type Playing = ReturnType<typeof useTogether>

function start(video: HTMLVideoElement, rate: number): void {
  video.playbackRate = rate
  void video.play().catch(() => undefined)
}
