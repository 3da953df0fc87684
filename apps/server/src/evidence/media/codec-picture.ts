/** One decoded picture: packed RGB, eight bits each, rows from the top. */
export type DecodedPicture = Readonly<{ widthPx: number; heightPx: number; rgb: Uint8Array }>

/**
 * How to reach a moment: the key frame before it (fast), the very frame (decodes from that key frame), the very frame by
 * decoding everything before it (for short files whose key frames cannot be found), or all moments, which rise, in one go
 * from the first picture on (for shorter ones, where to begin anew takes longest).
 */
export type Seek = 'key-frame' | 'exact' | 'from-start' | 'through'

/** Containers whose demuxers are let near a recording: none of them opens another file or address. */
export const allowedFormats =
  'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,mpeg,avi,asf,flv,live_flv,ogg,wav,flac,mp3,aac'

/** Decoders that cameras need; the many others of a codec library are left unreachable. */
export const allowedCodecs =
  'h264,hevc,av1,libdav1d,libaom-av1,vp8,vp9,libvpx,libvpx-vp9,mjpeg,mpeg4,h263,mpeg1video,mpeg2video,msmpeg4v3,wmv2,wmv3,vc1,flv'

/** A picture with more pixels than this (8K is 33 million) is not decoded. */
export const maxPixels = 40_000_000

/** No picture leaves an engine taller than this many times its asked width. */
export const maxHeightRatio = 4

/** What the parent asks of the child that holds node-av. */
export type ChildRequest = Readonly<
  | { ask: 'hello' }
  | { ask: 'pictures'; url: string; atMs: readonly number[]; widthPx: number; seek: Seek }
  | { ask: 'jpeg'; picture: DecodedPicture }
>

/** What the child answers; `done` closes each request, also when something failed. */
export type ChildAnswer = Readonly<
  | { answer: 'picture'; index: number; picture: DecodedPicture | null }
  | { answer: 'jpeg'; jpeg: Uint8Array | null }
  | { answer: 'done'; isReady: boolean }
>
