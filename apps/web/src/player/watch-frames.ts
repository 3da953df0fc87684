/** A browser that does not tell of frames, or shows the same one again without a word. */
export const noFrameMs = 250

/** What is on screen of a `<video>`, and how to bring another frame there. Times in seconds, as media have them. */
export type FrameWatch = Readonly<{
  /** The own time of the frame on screen, where the browser can tell; else where it was last known to be. */
  shownS: () => number
  /** Sets the picture to a moment; answers the own time of the frame that came. Until then ask for no other. */
  show: (momentS: number) => Promise<number>
  stop: () => void
}>

/** Told of every frame that comes on screen. */
export function watchFrames(element: HTMLVideoElement, onFrame: (shownS: number) => void = () => {}): FrameWatch {
  const controller = new AbortController()
  let shown = 0
  let count = 0
  let waiting = () => {}
  const moved = (positionS: number) => {
    shown = positionS
    count += 1
    waiting()
    onFrame(positionS)
  }
  let request = 0
  const onShown = (_now: number, { mediaTime }: VideoFrameCallbackMetadata) => {
    moved(mediaTime)
    request = element.requestVideoFrameCallback(onShown)
  }
  if ('requestVideoFrameCallback' in element) request = element.requestVideoFrameCallback(onShown)
  // Sound without a picture has no frames to be told of.
  const onTime = () => {
    if (!('requestVideoFrameCallback' in element) || element.videoWidth === 0) moved(element.currentTime)
  }
  element.addEventListener('timeupdate', onTime, { signal: controller.signal })

  return {
    shownS: () => shown,
    show: (momentS) =>
      new Promise((resolve) => {
        const before = count
        const seeking = new AbortController()
        let hasSought = false
        let timer: ReturnType<typeof setTimeout> | undefined
        const done = (atS: number) => {
          seeking.abort()
          clearTimeout(timer)
          waiting = () => {}
          resolve(atS)
        }
        waiting = () => {
          if (hasSought && count !== before) done(shown)
        }
        const options = { signal: AbortSignal.any([seeking.signal, controller.signal]) }
        // What cannot be loaded is never sought.
        for (const type of ['error', 'emptied']) element.addEventListener(type, () => done(shown), options)
        controller.signal.addEventListener('abort', () => done(shown), { signal: seeking.signal })
        element.addEventListener(
          'seeked',
          () => {
            hasSought = true
            // The same frame again, or a browser that does not tell: then where it was set to.
            timer = setTimeout(() => done(count === 0 ? momentS : shown), noFrameMs)
            waiting()
          },
          options,
        )
        element.currentTime = momentS
      }),
    stop: () => {
      controller.abort()
      if (request !== 0) element.cancelVideoFrameCallback(request)
    },
  }
}
