export type Rotation = 0 | 90 | 180 | 270

/** What decodes and encodes pictures: the system's ffmpeg, FFmpeg in a process of ours, or nothing. */
export type EngineName = 'ffmpeg' | 'node-av' | 'none'

/**
 * `no-index`: pictures may be there, but the table that finds them is not. `truncated`: plays up to where it was cut.
 * `unreadable`: nothing here can read it; it may still be sound.
 */
export type Damage = 'none' | 'no-index' | 'truncated' | 'unreadable'

/** What the decision needs of the facts. */
export type RenditionFacts = Readonly<{
  container: string
  video: Readonly<{ codec: string; codecString: string | null }> | null
  audio: Readonly<{ codec: string }> | null
  /** Null where nothing says it, and nothing was found to measure. */
  durationMs: number | null
  damage: Damage
  isFragmented: boolean
}>

/**
 * How a recording comes to be played. `direct`: browsers take its own bytes. `proxy`: another file is made of it, by
 * its packets put in another container (`copied`: sound too, or encoded anew), by pictures decoded and encoded anew, or
 * by pictures gathered without their index. `none`: kept, and given out by an export alone.
 */
export type RenditionDecision = Readonly<
  | { rendition: 'direct' }
  | { rendition: 'proxy'; method: 'remuxed'; sound: 'copied' | 'encoded' }
  | { rendition: 'proxy'; method: 'encoded' }
  | { rendition: 'proxy'; method: 'reconstructed' }
  | { rendition: 'none'; because: 'nothing-to-play' | 'no-engine' }
>

/** Containers whose packets can be taken out without an engine. */
const opened: ReadonlySet<string> = new Set(['mp4', 'mov', '3gp', 'mkv', 'webm', 'mpeg-ts'])
/** Containers that only ffmpeg takes apart: of what they hold nothing is known before it has. */
const byFfmpegAlone: ReadonlySet<string> = new Set(['mpeg-ps', 'flv', 'asf'])
/** Sound without pictures that every browser plays as it is. */
const soundFiles: ReadonlySet<string> = new Set(['wav', 'flac', 'mp3', 'aac', 'ogg'])
const isoFiles: ReadonlySet<string> = new Set(['mp4', 'mov', '3gp'])

/**
 * Decide how a recording is played, from what its file says of itself and from what this machine can do. Direct is what
 * Chromium, Firefox and Safari all play by HTTP Range: MP4 or QuickTime with H.264 of eight bits and 4:2:0 and AAC or
 * MP3, WebM, and plain sound.
 */
export function decideRendition(facts: RenditionFacts, engine: EngineName): RenditionDecision {
  const { container, video, audio, damage } = facts
  if (damage === 'no-index' && isoFiles.has(container)) return { rendition: 'proxy', method: 'reconstructed' }
  if (video === null && audio === null) {
    // Of a transport stream that lost bytes in its middle our parser finds nothing; ffmpeg looks for its next packet.
    const isForFfmpeg = byFfmpegAlone.has(container) || (container === 'mpeg-ts' && damage === 'truncated')
    if (!isForFfmpeg) return { rendition: 'none', because: 'nothing-to-play' }
    return engine === 'ffmpeg' ? { rendition: 'proxy', method: 'encoded' } : { rendition: 'none', because: 'no-engine' }
  }
  if (playsDirectly(facts)) return { rendition: 'direct' }
  if (opened.has(container) && isCommonPicture(video) && isCommonSound(audio)) {
    return { rendition: 'proxy', method: 'remuxed', sound: 'copied' }
  }
  if (engine !== 'ffmpeg') return { rendition: 'none', because: 'no-engine' }
  if (video !== null && isCommonPicture(video)) return { rendition: 'proxy', method: 'remuxed', sound: 'encoded' }
  return { rendition: 'proxy', method: 'encoded' }
}

function playsDirectly({ container, video, audio, durationMs, damage, isFragmented }: RenditionFacts): boolean {
  // Headers alone: no picture and no sound of it is left.
  if (durationMs === null && video !== null) return false
  // An index that names what is lost leads players astray; one of fragments leads them nowhere.
  if (isoFiles.has(container)) {
    return damage === 'none' && !isFragmented && isCommonPicture(video) && isCommonSound(audio)
  }
  if (container === 'webm') {
    return isOneOf(video?.codec, ['vp8', 'vp9', 'av1']) && isOneOf(audio?.codec, ['opus', 'vorbis'])
  }
  return soundFiles.has(container) && video === null
}

/** H.264 of eight bits and 4:2:0: Constrained Baseline, Baseline, Main and High. ISO/IEC 14496-10, annex A. */
function isCommonPicture(video: RenditionFacts['video']): boolean {
  if (video === null) return true
  // An AVI tells no profile: what comes of it is looked at.
  if (/^(?:h264|x264|avc1|davc)$/.test(video.codec)) return true
  return video.codec === 'avc' && /^avc[13]\.(?:42|4d|64)/i.test(video.codecString ?? '')
}

const isCommonSound = (audio: RenditionFacts['audio']): boolean => isOneOf(audio?.codec, ['aac', 'mp3'])

const isOneOf = (codec: string | undefined, codecs: readonly string[]): boolean =>
  codec === undefined || codecs.includes(codec)
