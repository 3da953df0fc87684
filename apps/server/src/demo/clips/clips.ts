import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import described from './clips.json' with { type: 'json' }
import named from './story-clips.json' with { type: 'json' }

/** One committed synthetic recording. `startsAt` is the wall clock `HH:MM:SS.mmm` burnt into its first frame. */
export type Clip = Readonly<{
  file: string
  startsAt: string
  durationMs: number
  frameCount: number
  framesPerSecond: number
  widthPx: number
  heightPx: number
  toneHz: number
  sizeBytes: number
  sha256: string
}>

/** All clips in the order of a shift, from the morning until past midnight. */
export const clips: readonly Clip[] = described

/** What the story of the demonstration shows besides: an event, a recording cut in three, one that few browsers play. */
export const storyClips: Readonly<Record<keyof typeof named, Clip>> = named

/** The bytes of a clip as committed, without a date: see `personaliseClip`. */
export const readClip = async (clip: Clip): Promise<Uint8Array> =>
  new Uint8Array(await readFile(join(import.meta.dirname, clip.file)))
