import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import { showFrameAway } from './frame-steps.ts'
import { type FrameRate, loopTo, momentS, type Part, type Shuttle } from './player-time.ts'
import { type FrameWatch, noFrameMs, watchFrames } from './watch-frames.ts'

export type MediaTrouble = 'ended' | 'network' | 'decode' | 'other'

export type PlayerState = Readonly<{
  /** The own time of the frame on screen, where the browser can tell. */
  positionMs: number
  /** Where the picture is on its way to; null when it is there. */
  aimMs: number | null
  durationMs: number
  /** The size of the picture as it is shown, turned as the file says; 0 until it is known, or where there is none. */
  widthPx: number
  heightPx: number
  isPlaying: boolean
  isBuffering: boolean
  hasEnded: boolean
  /** Set while J or L is at work; 0 when the recording plays or stands at the chosen speed. */
  shuttle: Shuttle
  speed: number
  volume: number
  isMuted: boolean
  /** Sound tracks that this browser lets choose from; empty where it plays the first. */
  soundTracks: readonly string[]
  soundTrack: number
  trouble: MediaTrouble | null
}>

/** How it was played, for what comes next. */
export type Played = Readonly<Pick<PlayerState, 'isPlaying' | 'speed' | 'volume' | 'isMuted'>>

/** Where the picture begins, and whether it then plays. Another one takes it there. */
export type Begin = Readonly<{ atMs: number; plays: boolean }>

/** How often the picture is set on where a browser does not play by itself: backwards, or faster than it can. */
const driveEveryMs = 40

type SoundTrack = { enabled: boolean; label: string; language: string }

/** Few browsers let choose among them. */
function soundTracksOf(element: HTMLVideoElement & { audioTracks?: ArrayLike<SoundTrack> }): SoundTrack[] {
  return Array.from(element.audioTracks ?? [])
}

/**
 * Plays a recording over a `<video>` without controls of its own. The position is that of the frame on screen where the
 * browser can tell, so the clock under the picture is the clock of the picture.
 */
export function usePlayer({
  video,
  mediaUrl,
  rate,
  knownDurationMs,
  begin,
  played,
  part,
  isLooping,
  onViewingOver,
  onFinished,
  onBeyond,
}: {
  video: RefObject<HTMLVideoElement | null>
  mediaUrl: string
  rate: FrameRate
  knownDurationMs: number | null
  begin: Begin
  /** Of what was played before it, for the same person. */
  played: Played
  part: Part
  isLooping: boolean
  /** Its purpose must be stated again. */
  onViewingOver: () => void
  /** Played to its end, and not looping. */
  onFinished: () => void
  /** Asked to go so far before its beginning (negative) or past its end. False: nothing lies there. */
  onBeyond: (ms: number) => boolean
}) {
  const [state, setState] = useState<PlayerState>({
    positionMs: 0,
    aimMs: null,
    durationMs: knownDurationMs ?? 0,
    widthPx: 0,
    heightPx: 0,
    isPlaying: false,
    isBuffering: true,
    hasEnded: false,
    shuttle: 0,
    speed: played.speed,
    volume: played.volume,
    isMuted: played.isMuted,
    soundTracks: [],
    soundTrack: 0,
    trouble: null,
  })
  const update = useCallback((change: Partial<PlayerState>) => setState((now) => ({ ...now, ...change })), [])
  const latest = useRef({ state, part, isLooping, onViewingOver, onFinished })
  useEffect(() => {
    latest.current = { state, part, isLooping, onViewingOver, onFinished }
  })
  /** Not state: a step looks at many frames before one is shown. */
  const frames = useRef({ watch: null as FrameWatch | null, isStepping: false, steps: 0 })

  useEffect(() => {
    const element = video.current
    if (element === null) return undefined
    const controller = new AbortController()
    const { signal } = controller
    const on = (type: string, run: () => void) => element.addEventListener(type, run, { signal })

    const watch = watchFrames(element, (positionS) => {
      const { part: loopPart, isLooping: loops, state: now } = latest.current
      if (frames.current.isStepping) return
      update({ positionMs: positionS * 1000, hasEnded: element.ended, ...(element.seeking ? {} : { aimMs: null }) })
      if (!loops || element.paused || now.shuttle < 0) return
      const to = loopTo(loopPart, positionS * 1000, now.durationMs)
      if (to !== null) element.currentTime = momentS(to)
    })
    frames.current.watch = watch
    on('loadedmetadata', () => {
      const tracks = soundTracksOf(element)
      update({
        widthPx: element.videoWidth,
        heightPx: element.videoHeight,
        soundTracks: tracks.length > 1 ? tracks.map(({ label, language }) => label || language) : [],
        ...(Number.isFinite(element.duration) ? { durationMs: element.duration * 1000 } : {}),
      })
    })
    on('durationchange', () => {
      if (Number.isFinite(element.duration)) update({ durationMs: element.duration * 1000 })
    })
    on('resize', () => update({ widthPx: element.videoWidth, heightPx: element.videoHeight }))
    on('play', () => update({ isPlaying: true, hasEnded: false }))
    on('pause', () => {
      update({ isPlaying: false })
      if (!element.ended && !frames.current.isStepping) tellFrame(element)
    })
    on('waiting', () => update({ isBuffering: true }))
    on('canplay', () => update({ isBuffering: false }))
    on('playing', () => update({ isBuffering: false, trouble: null }))
    on('seeked', () => {
      update({ isBuffering: false })
      // The same frame may come without a word.
      setTimeout(() => !element.seeking && update({ aimMs: null }), noFrameMs)
    })
    on('volumechange', () => update({ volume: element.volume, isMuted: element.muted }))
    on('ended', () => {
      const { isLooping: loops, part: loopPart } = latest.current
      if (!loops) {
        update({ isPlaying: false, shuttle: 0, hasEnded: true })
        latest.current.onFinished()
        return
      }
      element.currentTime = momentS(loopPart.inMs ?? 0)
      play(element)
    })
    on('error', () => {
      void findTrouble(mediaUrl, element.error?.code, signal).then((trouble) => {
        if (trouble === 'ended') latest.current.onViewingOver()
        else if (trouble !== null) update({ trouble, isBuffering: false, isPlaying: false, shuttle: 0 })
      })
    })
    return () => {
      controller.abort()
      watch.stop()
    }
  }, [video, mediaUrl, update])

  const [asBefore] = useState(played)
  useEffect(() => {
    const element = video.current
    if (element === null) return
    setRate(element, asBefore.speed)
    element.volume = asBefore.volume
    element.muted = asBefore.isMuted
  }, [video, asBefore])

  useEffect(() => {
    const element = video.current
    if (element === null) return
    if (begin.atMs > 0) element.currentTime = momentS(begin.atMs)
    if (begin.plays) play(element)
  }, [video, begin])

  // Where the browser does not play it, the picture is set where it would be by now, as fast as it answers.
  const { shuttle } = state
  useEffect(() => {
    const element = video.current
    if (element === null || shuttle === 0 || !isDriven(element, shuttle)) return undefined
    const from = element.currentTime
    const startedAt = performance.now()
    const timer = setInterval(() => {
      if (element.seeking) return
      const to = from + (shuttle * (performance.now() - startedAt)) / 1000
      const end = element.duration
      element.currentTime = Math.min(Math.max(0, to), end)
      if (to <= 0 || to >= end) update({ shuttle: 0 })
    }, driveEveryMs)
    return () => clearInterval(timer)
  }, [shuttle, video, update])

  const act = (run: (element: HTMLVideoElement) => void) => () => {
    if (video.current !== null) run(video.current)
  }

  /** Steps that are asked for while one is under way follow it. */
  const goStep = async (element: HTMLVideoElement): Promise<void> => {
    const { current } = frames
    const { watch } = current
    if (current.isStepping || watch === null) return
    current.isStepping = true
    try {
      if (element.seeking) await watch.show(element.currentTime)
      while (current.steps !== 0) {
        const count = current.steps
        current.steps = 0
        const endS = Number.isFinite(element.duration) ? element.duration : watch.shownS() + Math.abs(count) + 1
        const shownS = await showFrameAway(watch.shownS(), count, watch.show, { rate, endS })
        update({ positionMs: shownS * 1000, aimMs: null, hasEnded: false })
      }
    } finally {
      current.isStepping = false
    }
  }

  const seek = (positionMs: number) => {
    const element = video.current
    if (element === null) return
    const to = Math.min(Math.max(0, positionMs), state.durationMs)
    frames.current.steps = 0
    element.currentTime = momentS(to)
    update({ aimMs: to, hasEnded: false, ...(isDriven(element, state.shuttle) ? { shuttle: 0 as const } : {}) })
  }

  return {
    state,
    toggle: act((element) => {
      setRate(element, state.speed)
      update({ shuttle: 0 })
      if (element.paused && state.shuttle >= 0) {
        if (element.ended) element.currentTime = momentS(part.inMs ?? 0)
        play(element)
      } else element.pause()
    }),
    play: act(play),
    pause: act((element) => {
      element.pause()
      update({ shuttle: 0 })
    }),
    setShuttle: (next: Shuttle) => {
      const element = video.current
      if (element === null) return
      update({ shuttle: next })
      if (next > 0 && setRate(element, next)) play(element)
      else {
        element.pause()
        setRate(element, state.speed)
      }
    },
    seek,
    /** From where the picture is, or is on its way to. */
    seekBy: (ms: number) => {
      const to = (state.aimMs ?? state.positionMs) + ms
      const beyondMs = to < 0 ? to : Math.max(0, to - state.durationMs)
      if (beyondMs === 0 || !onBeyond(beyondMs)) seek(to)
    },
    /** A key that is held asks for no more than the browser can show. */
    step: (count: number, isHeld = false) => {
      const element = video.current
      if (element === null) return
      if (!element.paused) {
        element.pause()
        tellFrame(element)
      }
      update({ shuttle: 0 })
      const { current } = frames
      current.steps = isHeld && current.isStepping ? Math.sign(count) : current.steps + count
      void goStep(element)
    },
    setSpeed: (speed: number) => {
      if (video.current !== null && !setRate(video.current, speed)) return
      update({ speed, shuttle: state.shuttle > 0 ? 0 : state.shuttle })
    },
    setVolume: (volume: number) => {
      if (video.current === null) return
      video.current.volume = volume
      video.current.muted = volume === 0
    },
    toggleMute: act((element) => {
      element.muted = !element.muted
    }),
    chooseSound: (chosen: number) => {
      const tracks = video.current === null ? [] : soundTracksOf(video.current)
      for (const [i, track] of tracks.entries()) track.enabled = i === chosen
      update({ soundTrack: chosen })
    },
    /** Loads again from where it broke off. */
    retry: act((element) => {
      const at = momentS(state.positionMs)
      update({ trouble: null, isBuffering: true })
      element.load()
      element.currentTime = at
    }),
  }
}

export type Player = ReturnType<typeof usePlayer>

function play(element: HTMLVideoElement): void {
  // Refused where nobody has touched the page yet: it then stands at its first frame.
  void element.play().catch(() => undefined)
}

/** A frame that comes while it is being stopped comes untold: asked for again, it is told. */
function tellFrame(element: HTMLVideoElement): void {
  const { currentTime } = element
  element.currentTime = currentTime
}

/** False, and as it was, for a speed that this browser does not play at. */
function setRate(element: HTMLVideoElement, rate: number): boolean {
  try {
    element.playbackRate = rate
    // What is loaded again goes on at it.
    element.defaultPlaybackRate = rate
    return true
  } catch {
    return false
  }
}

const isDriven = (element: HTMLVideoElement, shuttle: Shuttle): boolean =>
  shuttle < 0 || (shuttle > 0 && element.playbackRate !== shuttle)

/** A `<video>` does not tell why it failed: asks the server whether the viewing still stands. Null when stopped. */
async function findTrouble(
  mediaUrl: string,
  code: number | undefined,
  signal: AbortSignal,
): Promise<MediaTrouble | null> {
  try {
    const answer = await fetch(mediaUrl, { method: 'HEAD', credentials: 'same-origin', signal })
    if (answer.status === 410 || answer.status === 404 || answer.status === 401) return 'ended'
    if (!answer.ok) return 'other'
    return code === MediaError.MEDIA_ERR_NETWORK ? 'network' : 'decode'
  } catch {
    return signal.aborted ? null : 'network'
  }
}
