import type { ByteSource } from './byte-source.ts'

/** What the header of an AVI file says; null for what it lacks. */
export type AviFacts = Readonly<{
  durationMs: number | null
  framesPerSecond: number | null
  video: Readonly<{ fourcc: string; widthPx: number; heightPx: number }> | null
  pictureTracks: number
  audio: Readonly<{ formatTag: number; channels: number; sampleRateHz: number }> | null
  audioTracks: number
  /** Of what it says it is long, how much there is, from 0 to 1. */
  present: number
}>

/** Read the header lists of an AVI file from its first 64 KiB. Null when there is no main header. */
export async function readAviHeader(source: ByteSource): Promise<AviFacts | null> {
  const bytes = await source.read(0, Math.min(source.sizeBytes, 64 * 1024))
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const nameAt = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4))
  if (bytes.length < 12) return null
  const present = Math.min(1, source.sizeBytes / (view.getUint32(4, true) + 8))

  let main: { frameUs: number; frames: number } | undefined
  let kind = ''
  let video: AviFacts['video'] = null
  let audio: AviFacts['audio'] = null
  let pictureTracks = 0
  let audioTracks = 0
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = nameAt(at)
    const size = view.getUint32(at + 4, true)
    const body = at + 8
    if (name === 'LIST' && ['hdrl', 'strl'].includes(nameAt(body))) {
      at = body + 4 // enter the list
      continue
    }
    if (name === 'LIST' || body + size > bytes.length) break
    if (name === 'avih' && size >= 20) {
      main = { frameUs: view.getUint32(body, true), frames: view.getUint32(body + 16, true) }
    }
    if (name === 'strh' && size >= 4) {
      kind = nameAt(body)
      if (kind === 'vids') pictureTracks += 1
      if (kind === 'auds') audioTracks += 1
    }
    if (name === 'strf' && kind === 'vids' && size >= 20 && video === null) {
      const [widthPx, heightPx] = [Math.abs(view.getInt32(body + 4, true)), Math.abs(view.getInt32(body + 8, true))]
      video = { fourcc: nameAt(body + 16), widthPx, heightPx }
    }
    if (name === 'strf' && kind === 'auds' && size >= 8 && audio === null) {
      audio = {
        formatTag: view.getUint16(body, true),
        channels: view.getUint16(body + 2, true),
        sampleRateHz: view.getUint32(body + 4, true),
      }
    }
    at = body + size + (size % 2)
  }
  if (main === undefined) return null
  const isTimed = main.frameUs > 0
  return {
    durationMs: isTimed && main.frames > 0 ? Math.round((main.frames * main.frameUs) / 1000) : null,
    framesPerSecond: isTimed ? Math.round(1e9 / main.frameUs) / 1000 : null,
    video,
    pictureTracks,
    audio,
    audioTracks,
    present,
  }
}
