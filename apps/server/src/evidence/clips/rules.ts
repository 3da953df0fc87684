import type { ClipOrigin } from '@getuige/contract'

/** What is cut: from `inMs` on, up to and without `outMs`, in ms of the original. */
export type Part = Readonly<{ inMs: number; outMs: number; method: ClipOrigin['method'] }>

type Lasts = Readonly<{ durationMs: number | null; proxy: Readonly<{ durationMs: number | null }> | null }>

/**
 * A part of something, of at most what there is; where nobody knows how long it is, the work finds out. What is seen may be
 * a proxy, which reaches further where the recording could not be read to its last picture.
 */
export function isWithin({ inMs, outMs }: Pick<Part, 'inMs' | 'outMs'>, { durationMs, proxy }: Lasts): boolean {
  const lastsMs = durationMs === null ? null : Math.max(durationMs, proxy?.durationMs ?? 0)
  return inMs < outMs && (lastsMs === null || (inMs < lastsMs && outMs <= Math.ceil(lastsMs)))
}

/** The name of the original with the part, such as `GX010042 (1.02.500-1.10.000).mp4`. */
export function nameOf(originalName: string, { fromMs, toMs }: Readonly<{ fromMs: number; toMs: number }>, container: string) {
  const stem = originalName.replace(/\.[^.]{1,8}$/, '').slice(0, 180)
  return `${stem} (${place(fromMs)}-${place(toMs)}).${container}`
}

function place(ms: number): string {
  const [minutes, seconds] = [Math.floor(ms / 60_000), Math.floor(ms / 1000) % 60]
  return `${minutes}.${String(seconds).padStart(2, '0')}.${String(Math.floor(ms) % 1000).padStart(3, '0')}`
}
