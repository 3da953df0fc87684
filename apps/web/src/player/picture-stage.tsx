import { Banner, Button, classNames } from '@getuige/ui'
import { type PointerEvent, type RefObject, useId, useRef } from 'react'
import { t } from '../messages/translate.ts'
import { isZoomed, pan, type PictureView, styleOf, zoom } from './picture-view.ts'
import type { MediaTrouble, Player } from './use-player.ts'
import { useWheel } from './use-wheel.ts'
import { Watermark } from './watermark.tsx'

const troubleWords = {
  network: 'player.mediaErrorNetwork',
  decode: 'player.mediaErrorDecode',
  other: 'player.mediaErrorOther',
} as const satisfies Record<Exclude<MediaTrouble, 'ended'>, string>

/** Moved less than this, a press was no drag. */
const stillPx = 5

/**
 * The picture, with nothing over it but the watermark: cameras burn in what counts at its edges. The wheel jogs, a drag or
 * two fingers move it about, a press plays and stops.
 */
export function PictureStage({
  video,
  mediaUrl,
  player,
  view,
  onView,
  besideRem,
  isFullscreen,
  watermark,
}: {
  video: RefObject<HTMLVideoElement | null>
  mediaUrl: string
  player: Player
  view: PictureView
  onView: (change: (view: PictureView) => PictureView) => void
  /** How high all is that should be in sight beside it. */
  besideRem: number
  isFullscreen: boolean
  watermark: string
}) {
  const { state } = player
  const stage = useRef<HTMLDivElement>(null)
  const filterId = useId()
  const fingers = useRef(new Map<number, { x: number; y: number }>())
  const isPress = useRef(false)
  useWheel(stage, {
    jog: (frames) => player.step(frames),
    jogSeconds: (seconds) => player.seekBy(seconds * 1000),
    zoom: (factor, at) => onView((now) => zoom(now, factor, at)),
  })

  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY })
    isPress.current = fingers.current.size === 1
  }
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const before = fingers.current.get(event.pointerId)
    if (before === undefined) return
    const now = { x: event.clientX, y: event.clientY }
    const box = event.currentTarget.getBoundingClientRect()
    const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1]
    const moved = Math.hypot(now.x - before.x, now.y - before.y)
    if (isPress.current && moved < stillPx) return
    isPress.current = false
    fingers.current.set(event.pointerId, now)
    // Of two fingers each moves the picture by half of its own way.
    const share = other === undefined ? 1 : 0.5
    const [x, y] = [((now.x - before.x) / box.width) * share, ((now.y - before.y) / box.height) * share]
    if (other === undefined) return onView((one) => pan(one, x, y))
    const factor = Math.hypot(now.x - other.x, now.y - other.y) / Math.hypot(before.x - other.x, before.y - other.y)
    const middle = {
      x: ((now.x + other.x) / 2 - box.left) / box.width - 0.5,
      y: ((now.y + other.y) / 2 - box.top) / box.height - 0.5,
    }
    return onView((one) => pan(Number.isFinite(factor) ? zoom(one, factor, middle) : one, x, y))
  }
  const onPointerEnd = (event: PointerEvent<HTMLElement>) => {
    if (!fingers.current.delete(event.pointerId)) return
    if (isPress.current && event.type === 'pointerup') player.toggle()
    isPress.current = false
  }
  const aspect = state.widthPx > 0 && state.heightPx > 0 ? state.widthPx / state.heightPx : 16 / 9
  const isLit = view.brightness !== 1 || view.contrast !== 1 || view.gamma !== 1

  return (
    <div
      ref={stage}
      className={classNames(
        'relative w-full overflow-hidden bg-[#000] [container-type:size]',
        isFullscreen ? 'min-h-0 flex-1' : 'rounded-t',
        // The whole picture lets the page be scrolled past it; two fingers are always its own.
        isZoomed(view) ? 'cursor-grab touch-none active:cursor-grabbing' : 'touch-pan-y',
      )}
      style={isFullscreen ? {} : { aspectRatio: aspect, maxHeight: `max(15rem, calc(100dvh - ${besideRem}rem))` }}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerEnd}
      onPointerCancel={onPointerEnd}
      onContextMenu={(event) => event.preventDefault()}
    >
      {isLit && (
        <svg aria-hidden="true" className="absolute size-0">
          <filter id={filterId} colorInterpolationFilters="sRGB">
            <feComponentTransfer>
              <feFuncR type="gamma" exponent={1 / view.gamma} />
              <feFuncG type="gamma" exponent={1 / view.gamma} />
              <feFuncB type="gamma" exponent={1 / view.gamma} />
            </feComponentTransfer>
          </filter>
        </svg>
      )}
      {/* A recording has no captions of its own; what is said in it is heard as it was. */}
      <video
        ref={video}
        src={mediaUrl}
        playsInline
        preload="auto"
        disablePictureInPicture
        className="absolute top-1/2 left-1/2 max-w-none object-contain"
        style={{
          ...styleOf(view),
          ...(isLit ? { filter: `url(#${filterId}) brightness(${view.brightness}) contrast(${view.contrast})` } : {}),
        }}
      />
      <Watermark words={watermark} />
      {state.isBuffering && state.trouble === null && (
        <p role="status" className="absolute top-2 left-2 rounded bg-panel px-2 py-0.5 text-sm">
          {t('player.buffering')}
        </p>
      )}
      {state.trouble !== null && state.trouble !== 'ended' && (
        <div
          className="absolute inset-x-4 bottom-4"
          onPointerDown={(event) => event.stopPropagation()}
          onPointerUp={(event) => event.stopPropagation()}
        >
          <Banner
            tone="refusal"
            actions={
              <Button size="small" onPress={player.retry}>
                {t('app.tryAgain')}
              </Button>
            }
          >
            {t(troubleWords[state.trouble])}
          </Banner>
        </div>
      )}
    </div>
  )
}
