import type { RecordingId } from '@getuige/base'
import { useCallback, useEffect, useRef, useState } from 'react'
import { showFrameAway } from '../player/frame-steps.ts'
import { type FrameWatch, watchFrames } from '../player/watch-frames.ts'
import { isRecording, type Lane, leadingRate, spanOf, standsAtS, tooFarMs } from './together-time.ts'

/** How often pictures are compared with the clock they follow. */
const lookEveryMs = 200
/** How often the screen learns of the time, between looks: often enough for hundredths that run. */
const toldEveryMs = 80
/** A picture that is not ready by then is left behind, so that one broken file does not hold the others. */
const waitAtMostMs = 5_000
/** The frame on screen when all are stopped is where they stand, unless it is further off: then it is an old one. */
const stoppedWithinMs = 250
/** A step where no camera recorded. */
const stepOfNoneMs = 40

type State = Readonly<{ at: number; isPlaying: boolean; isWaiting: boolean; speed: number }>
/** The clock all follow: it showed `at` when `performance.now()` was `since`. */
type Master = { at: number; since: number; isPlaying: boolean; speed: number; waitingSince: number | null }
/** Steps that are asked for while one is under way follow it. `stand` counts how often all were put to stand still. */
type Still = { stand: number; done: Promise<void>; steps: number; isStepping: boolean }
type Watched = Readonly<{ video: HTMLVideoElement; frames: FrameWatch }>

/**
 * Plays up to four pictures by one clock. Each is led by small changes of its speed; one that is far off is set. While
 * one that should play has nothing to show, the clock stands, and all wait for it. Where they stand still, the clock is
 * that of a frame of the picture that leads, and every other shows the frame that was on when it began.
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
  const watched = useRef(new Map<RecordingId, Watched>())
  const master = useRef<Master>({ at: startAt, since: 0, isPlaying: false, speed: 1, waitingSince: null })
  const latest = useRef({ lanes, leader })
  const still = useRef<Still>({ stand: 0, done: Promise.resolve(), steps: 0, isStepping: false })

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

  /** Every picture to the frame of this instant, but for one that stands there. */
  const place = useCallback(
    (but?: RecordingId) => {
      const at = now()
      for (const lane of latest.current.lanes) {
        const video = watched.current.get(lane.id)?.video
        if (video === undefined || lane.id === but) continue
        const to = standsAtS(lane, at)
        if (Math.abs(video.currentTime - to) > 0.001) video.currentTime = to
      }
    },
    [now],
  )

  /** The picture that leads: the one that is heard, else the first of those that recorded at this instant. */
  const leading = useCallback((): (Watched & { lane: Lane }) | undefined => {
    const at = now()
    const { lanes: all, leader: leads } = latest.current
    const there = all.flatMap((lane) => {
      const one = watched.current.get(lane.id)
      const isThere =
        one !== undefined && one.video.error === null && one.video.readyState > HTMLMediaElement.HAVE_NOTHING
      return isThere && isRecording(lane, at) ? [{ ...one, lane }] : []
    })
    return there.find(({ lane }) => lane.id === leads) ?? there[0]
  }, [now])

  /** All stand still: at the frame of the leading picture at this instant, and the clock at its beginning. */
  const stand = useCallback(() => {
    const { current } = still
    const turn = ++current.stand
    const leads = leading()
    place(leads?.lane.id)
    if (leads === undefined) return
    current.done = leads.frames.show(standsAtS(leads.lane, now())).then((shownS) => {
      if (current.stand !== turn || master.current.isPlaying) return
      set({ at: leads.lane.beginsAt + shownS * 1000 })
      place(leads.lane.id)
    })
  }, [leading, now, place, set])

  const look = useCallback(() => {
    const { isPlaying, speed, waitingSince } = master.current
    if (!isPlaying) return
    const at = now()
    const { lanes: all } = latest.current
    const { until } = spanOf(all)
    if (at >= until) {
      for (const { video } of watched.current.values()) video.pause()
      set({ at: until, isPlaying: false, waitingSince: null })
      return
    }
    const playing = all.flatMap((lane) => {
      const video = watched.current.get(lane.id)?.video
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
      still.current.steps = 0
      if (master.current.isPlaying) place()
      else stand()
    },
    [set, place, stand],
  )
  const pause = useCallback(() => {
    for (const { video } of watched.current.values()) video.pause()
    const leads = leading()
    const shownAt = leads === undefined ? Number.NaN : leads.lane.beginsAt + leads.frames.shownS() * 1000
    const isSeen = Math.abs(shownAt - now()) < stoppedWithinMs
    set({ isPlaying: false, waitingSince: null, ...(isSeen ? { at: shownAt } : {}) })
    stand()
  }, [leading, now, set, stand])

  /** One step of that many frames of the picture that leads; past its last, or before its first, another leads. */
  const stepOnce = useCallback(
    async (count: number) => {
      const leads = leading()
      const { from, until } = spanOf(latest.current.lanes)
      if (leads === undefined) {
        set({ at: Math.min(Math.max(from, now() + count * stepOfNoneMs), until) })
        stand()
        return still.current.done
      }
      const { lane, video, frames } = leads
      const turn = ++still.current.stand
      const before = frames.shownS()
      const file = {
        rate: lane.rate,
        endS: Number.isFinite(video.duration) ? video.duration : before + Math.abs(count) + 1,
      }
      // Whoever plays on, or goes elsewhere, meanwhile is not taken back.
      const show = (momentS: number) => (still.current.stand === turn ? frames.show(momentS) : Promise.resolve(before))
      const shownS = await showFrameAway(before, count, show, file)
      if (still.current.stand !== turn) return undefined
      if (Math.abs(shownS - before) > 0.0005) {
        set({ at: lane.beginsAt + shownS * 1000 })
        place(lane.id)
        return undefined
      }
      const beyond = count > 0 ? lane.endsAt : lane.beginsAt - 1
      if (beyond < from || beyond > until) return undefined
      set({ at: beyond })
      stand()
      return still.current.done
    },
    [leading, now, place, set, stand],
  )
  const step = useCallback(
    (count: number) => {
      if (master.current.isPlaying) pause()
      still.current.steps += count
      void takeSteps(still.current, stepOnce)
    },
    [pause, stepOnce],
  )
  return {
    state,
    /** For the `ref` of each picture. */
    attach: useCallback((id: RecordingId, video: HTMLVideoElement | null) => {
      watched.current.get(id)?.frames.stop()
      if (video === null) watched.current.delete(id)
      else watched.current.set(id, { video, frames: watchFrames(video) })
    }, []),
    /** A picture that has just been loaded stands where the clock stands. */
    placeNow: useCallback(() => place(), [place]),
    seek,
    pause,
    toggle: useCallback(() => {
      if (master.current.isPlaying) pause()
      else {
        const { from, until } = spanOf(latest.current.lanes)
        still.current.stand += 1
        still.current.steps = 0
        set({ isPlaying: true, ...(now() >= until ? { at: from } : {}) })
        place()
      }
    }, [now, pause, place, set]),
    step,
    setSpeed: useCallback((speed: number) => set({ speed }), [set]),
  }
}

async function takeSteps(still: Still, take: (count: number) => Promise<void>): Promise<void> {
  if (still.isStepping) return
  still.isStepping = true
  try {
    await still.done
    while (still.steps !== 0) {
      const count = still.steps
      still.steps = 0
      await take(count)
    }
  } finally {
    still.isStepping = false
  }
}

export type Playing = ReturnType<typeof useTogether>

function start(video: HTMLVideoElement, rate: number): void {
  video.playbackRate = rate
  void video.play().catch(() => undefined)
}
