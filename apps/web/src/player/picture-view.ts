/** How the picture is looked at: how large, which part, and how bright. The recording itself stays as it is. */
export type PictureView = Readonly<{
  /** 1: the whole picture. */
  scale: number
  /** How far its middle is moved, in shares of the place it stands in. */
  x: number
  y: number
  turn: 0 | 90 | 180 | 270
  /** 1: as recorded. */
  brightness: number
  contrast: number
  gamma: number
}>

export const asRecorded: PictureView = { scale: 1, x: 0, y: 0, turn: 0, brightness: 1, contrast: 1, gamma: 1 }

export const mostScale = 12

export const isZoomed = ({ scale }: PictureView): boolean => scale > 1
export const isAdjusted = ({ brightness, contrast, gamma, turn }: PictureView): boolean =>
  brightness !== 1 || contrast !== 1 || gamma !== 1 || turn !== 0

/** Larger or smaller by `factor`; what lies at that point (in shares from the middle, -0.5 to 0.5) stays there. */
export function zoom(view: PictureView, factor: number, at: Readonly<{ x: number; y: number }>): PictureView {
  const scale = clamp(view.scale * factor, 1, mostScale)
  const grown = scale / view.scale
  return keepInside({ ...view, scale, x: at.x - (at.x - view.x) * grown, y: at.y - (at.y - view.y) * grown })
}

/** Moved by shares of the place it stands in. */
export function pan(view: PictureView, x: number, y: number): PictureView {
  return keepInside({ ...view, x: view.x + x, y: view.y + y })
}

export function resetZoom(view: PictureView): PictureView {
  return { ...view, scale: 1, x: 0, y: 0 }
}

/** The picture always covers its place. */
function keepInside(view: PictureView): PictureView {
  const most = (view.scale - 1) / 2
  return { ...view, x: clamp(view.x, -most, most), y: clamp(view.y, -most, most) }
}

const nextTurn = { 0: 90, 90: 180, 180: 270, 270: 0 } as const

export function turnRight(view: PictureView): PictureView {
  return { ...view, turn: nextTurn[view.turn] }
}

/**
 * As CSS, for a picture in the middle of a place that is a container of its own size: on its side it is as wide as the
 * place is high.
 */
export function styleOf({ scale, x, y, turn }: PictureView) {
  const isOnItsSide = turn === 90 || turn === 270
  return {
    width: isOnItsSide ? '100cqh' : '100cqw',
    height: isOnItsSide ? '100cqw' : '100cqh',
    transform: `translate(-50%, -50%) translate(${x * 100}cqw, ${y * 100}cqh) scale(${scale}) rotate(${turn}deg)`,
  }
}

function clamp(value: number, low: number, high: number): number {
  // No negative zero: it would be written as such.
  return Math.min(Math.max(value, low), high) + 0
}
