import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import { type FrameRate, loopTo, type Part, type Shuttle, stepFrame } from './player-time.ts'

export type MediaTrouble = 'ended' | 'network' | 'decode' | 'other'

export type PlayerState = Readonly<{
  positionMs: number
  durationMs: number
  isPlaying: boolean
  isBuffering: boolean
  /** Set while J or L is at work; 0 when the recording plays or stands at the chosen speed. */
  shuttle: Shuttle
  speed: number
  volume: number
  isMuted: boolean
  trouble: MediaTrouble | null
}>

/** How often the picture is set back while shuttling backwards: browsers do not play in reverse. */
const reverseStepMs = 80

/**
 * Plays a recording over a `<video>` without controls of its own. The position is that of the frame on screen where the
 * browser can tell, so the clock under the picture is the clock of the picture.
 */
export function usePlayer({
  video,
  mediaUrl,
  framesPerSecond,
  knownDurationMs,
  part,
  isLooping,
  onEnded,
}: {
  video: RefObject<HTMLVideoElement | null>
  mediaUrl: string
  framesPerSecond: FrameRate
  knownDurationMs: number | null
  part: Part
  isLooping: boolean
  /** The viewing is over: its purpose must be stated again. */
  onEnded: () => void
}) {
  const [state, setState] = useState<PlayerState>({
    positionMs: 0,
    durationMs: knownDurationMs ?? 0,
    isPlaying: false,
    isBuffering: true,
    shuttle: 0,
    speed: 1,
    volume: 1,
    isMuted: false,
    trouble: null,
  })
  const update = useCallback((change: Partial<PlayerState>) => setState((now) => ({ ...now, ...change })), [])
  const latest = useRef({ state, part, isLooping, onEnded })
  useEffect(() => {
    latest.current = { state, part, isLooping, onEnded }
  })

  useEffect(() => {
    const element = video.current
    if (element === null) return undefined
    const controller = new AbortController()
    const { signal } = controller
    const on = (type: string, run: () => void) => element.addEventListener(type, run, { signal })

    const moved = (positionMs: number) => {
      const { part: loopPart, isLooping: loops, state: now } = latest.current
      update({ positionMs })
      if (!loops || element.paused || now.shuttle < 0) return
      const to = loopTo(loopPart, positionMs, now.durationMs)
      if (to !== null) element.currentTime = to / 1000
    }
    let frameRequest = 0
    const onFrame = (_now: number, frame: VideoFrameCallbackMetadata) => {
      moved(frame.mediaTime * 1000)
      frameRequest = element.requestVideoFrameCallback(onFrame)
    }
    if ('requestVideoFrameCallback' in element) frameRequest = element.requestVideoFrameCallback(onFrame)
    // Sound without a picture has no frames to be told of.
    on('timeupdate', () => {
      if (!('requestVideoFrameCallback' in element) || element.videoWidth === 0) moved(element.currentTime * 1000)
    })
    on('loadedmetadata', () => {
      if (Number.isFinite(element.duration)) update({ durationMs: element.duration * 1000 })
    })
    on('play', () => update({ isPlaying: true }))
    on('pause', () => update({ isPlaying: false }))
    on('waiting', () => update({ isBuffering: true }))
    on('canplay', () => update({ isBuffering: false }))
    on('playing', () => update({ isBuffering: false, trouble: null }))
    on('seeked', () => update({ isBuffering: false }))
    on('volumechange', () => update({ volume: element.volume, isMuted: element.muted }))
    on('ended', () => {
      const { isLooping: loops, part: loopPart } = latest.current
      if (!loops) return update({ isPlaying: false, shuttle: 0 })
      element.currentTime = (loopPart.inMs ?? 0) / 1000
      void element.play().catch(() => undefined)
    })
    on('error', () => {
      void findTrouble(mediaUrl, element.error?.code, signal).then((trouble) => {
        if (trouble === 'ended') latest.current.onEnded()
        else if (trouble !== null) update({ trouble, isBuffering: false, isPlaying: false, shuttle: 0 })
      })
    })
    return () => {
      controller.abort()
      if (frameRequest !== 0) element.cancelVideoFrameCallback(frameRequest)
    }
  }, [video, mediaUrl, update])

  // Backwards the picture is set back a little at a time, as fast as the browser answers.
  const { shuttle } = state
  useEffect(() => {
    const element = video.current
    if (shuttle >= 0 || element === null) return undefined
    const timer = setInterval(() => {
      if (element.seeking) return
      const to = Math.max(0, element.currentTime + (shuttle * reverseStepMs) / 1000)
      element.currentTime = to
      if (to === 0) update({ shuttle: 0 })
    }, reverseStepMs)
    return () => clearInterval(timer)
  }, [shuttle, video, update])

  const act = (run: (element: HTMLVideoElement) => void) => () => {
    if (video.current !== null) run(video.current)
  }
  const play = (element: HTMLVideoElement) => void element.play().catch(() => undefined)

  return {
    state,
    toggle: act((element) => {
      element.playbackRate = state.speed
      update({ shuttle: 0 })
      if (element.paused && state.shuttle >= 0) {
        if (element.ended) element.currentTime = (part.inMs ?? 0) / 1000
        play(element)
      } else element.pause()
    }),
    setShuttle: (next: Shuttle) => {
      const element = video.current
      if (element === null) return
      update({ shuttle: next })
      if (next > 0) {
        element.playbackRate = next
        play(element)
      } else {
        element.pause()
        element.playbackRate = state.speed
      }
    },
    seek: (positionMs: number) => {
      const element = video.current
      if (element === null) return
      const to = Math.min(Math.max(0, positionMs), state.durationMs)
      element.currentTime = to / 1000
      update({ positionMs: to, ...(state.shuttle < 0 ? { shuttle: 0 as const } : {}) })
    },
    step: (count: number) => {
      const element = video.current
      if (element === null) return
      element.pause()
      // From the frame on screen: the clock of a paused player may stand a little before it.
      const to = stepFrame(state.positionMs, count, framesPerSecond, state.durationMs)
      element.currentTime = to / 1000
      update({ shuttle: 0, positionMs: to })
    },
    setSpeed: (speed: number) => {
      if (video.current !== null) video.current.playbackRate = speed
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
    /** Loads again from where it broke off. */
    retry: act((element) => {
      const at = state.positionMs / 1000
      update({ trouble: null, isBuffering: true })
      element.load()
      element.currentTime = at
    }),
  }
}

export type Player = ReturnType<typeof usePlayer>

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
