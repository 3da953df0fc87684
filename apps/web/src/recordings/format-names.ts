import { t } from '../messages/translate.ts'

/** By the short names of the facts of a file. */
const names: Readonly<Record<string, string>> = {
  avc: 'H.264',
  hevc: 'H.265',
  mjpeg: 'Motion JPEG',
  mpeg2: 'MPEG-2',
  mpeg4: 'MPEG-4',
  mkv: 'Matroska',
  webm: 'WebM',
  mov: 'QuickTime',
  opus: 'Opus',
  vorbis: 'Vorbis',
  ulaw: 'PCM, µ-law',
  alaw: 'PCM, A-law',
}

/** Codecs and containers as people who handle files know them: "H.264" of `avc`, "MP4" of `mp4`. */
export function nameFormat(format: string): string {
  if (format === 'unknown') return t('recordings.unknown')
  if (format.startsWith('pcm-')) return 'PCM'
  return names[format] ?? format.toUpperCase()
}
