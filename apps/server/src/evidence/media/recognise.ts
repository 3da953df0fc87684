import { fileTypeFromBuffer } from 'file-type'

export type Container =
  | 'mp4'
  | 'mov'
  | '3gp'
  | 'mkv'
  | 'webm'
  | 'avi'
  | 'mpeg-ts'
  | 'mpeg-ps'
  | 'ogg'
  | 'wav'
  | 'flac'
  | 'mp3'
  | 'aac'
  | 'asf'
  | 'flv'

export type NotMediaBecause = 'text' | 'image' | 'archive' | 'document' | 'executable' | 'empty'

export type Recognition = Readonly<
  | { verdict: 'media'; container: Container }
  | { verdict: 'not-media'; because: NotMediaBecause }
  | { verdict: 'unknown' }
>

const headBytes = 64 * 1024
const traceBytes = 1024 * 1024

/**
 * What a file is, from its first bytes (up to 64 KiB are looked at), never from its name. *Not media* is said only of
 * what is certainly something else; a recording whose beginning was lost is *unknown*: then see `hasMediaTraces`.
 */
export async function recogniseHead(bytes: Uint8Array): Promise<Recognition> {
  const head = bytes.subarray(0, headBytes)
  if (head.length === 0) return { verdict: 'not-media', because: 'empty' }

  const ftyp = recogniseFtyp(head)
  if (ftyp !== undefined) return ftyp
  const container = recogniseContainer(head)
  if (container !== undefined) return { verdict: 'media', container }

  const because = await recogniseOther(head)
  return because === undefined ? { verdict: 'unknown' } : { verdict: 'not-media', because }
}

/**
 * Whether up to 1 MiB from anywhere in a file holds what only recordings hold: boxes, clusters or packets of a
 * container, or a chain of coded pictures. For files whose first sectors a flash card lost.
 */
export function hasMediaTraces(bytes: Uint8Array): boolean {
  const part = bytes.subarray(0, traceBytes)
  return (
    hasBoxTrace(part) ||
    hasEbmlTrace(part) ||
    findTransportSync(part, part.length, 8) ||
    hasPictureChain(part) ||
    hasBlockChain(part) ||
    hasInterleavedPictures(part)
  )
}

const ascii = (bytes: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + length))

const uint32 = (bytes: Uint8Array, at: number): number =>
  (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0

const startsWith = (bytes: Uint8Array, magic: readonly number[]): boolean =>
  bytes.length >= magic.length && magic.every((value, index) => bytes[index] === value)

const imageBrands = new Set(['mif1', 'msf1', 'heic', 'heix', 'hevc', 'heim', 'heis', 'avif', 'avis', 'crx '])

function recogniseFtyp(head: Uint8Array): Recognition | undefined {
  if (head.length < 12 || ascii(head, 4, 4) !== 'ftyp') return undefined
  const brand = ascii(head, 8, 4)
  if (imageBrands.has(brand)) return { verdict: 'not-media', because: 'image' }
  if (brand === 'qt  ') return { verdict: 'media', container: 'mov' }
  return { verdict: 'media', container: /^3g[a-z0-9]{2}$/.test(brand) ? '3gp' : 'mp4' }
}

/** Boxes an MP4 or QuickTime file may begin with when it has no `ftyp` (ISO/IEC 14496-12 and QuickTime). */
const firstBoxes = new Set('moov mdat free skip wide pnot styp moof sidx uuid pdin emsg'.split(' '))

function recogniseContainer(head: Uint8Array): Container | undefined {
  const isSentence = isPrintable(head, 0, 4) && isText(head) // "The moov box …"
  if (head.length >= 8 && firstBoxes.has(ascii(head, 4, 4)) && isBoxSize(uint32(head, 0)) && !isSentence) {
    // QuickTime has no `ftyp` before 2001; `wide` and `pnot` are its own.
    return ['wide', 'pnot', 'skip'].includes(ascii(head, 4, 4)) ? 'mov' : 'mp4'
  }
  if (startsWith(head, [0x1a, 0x45, 0xdf, 0xa3])) return ascii(head, 0, 64).includes('webm') ? 'webm' : 'mkv'
  if (['RIFF', 'RIFX', 'RF64'].includes(ascii(head, 0, 4))) {
    if (ascii(head, 8, 4) === 'AVI ') return 'avi'
    if (ascii(head, 8, 4) === 'WAVE') return 'wav'
  }
  if (startsWith(head, [0x00, 0x00, 0x01, 0xba])) return 'mpeg-ps'
  if (ascii(head, 0, 4) === 'OggS') return 'ogg'
  if (ascii(head, 0, 4) === 'fLaC') return 'flac'
  if (startsWith(head, [0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11])) return 'asf'
  if (ascii(head, 0, 3) === 'FLV' && (head[3] ?? 0) <= 4) return 'flv'
  if (findTransportSync(head, 1024, 5)) return 'mpeg-ts'
  if (ascii(head, 0, 3) === 'ID3' && (head[3] ?? 255) <= 4) return 'mp3'
  if (isFrameChain(head, adtsFrameLength)) return 'aac'
  if (isFrameChain(head, mp3FrameLength)) return 'mp3'
  return undefined
}

const isBoxSize = (size: number): boolean => size === 0 || size === 1 || size >= 8

/** Whether packets of 188, 192 or 204 bytes begin within the first `within` bytes, at least `runs` in a row. */
function findTransportSync(bytes: Uint8Array, within: number, runs: number): boolean {
  for (let at = 0; at < Math.min(within, bytes.length); at++) {
    if (bytes[at] !== 0x47) continue
    for (const packet of [188, 192, 204]) {
      const fitting = Math.floor((bytes.length - 1 - at) / packet) + 1
      // A whole file may be shorter than the run: then every packet that fits must begin rightly.
      const needed = at < packet ? Math.max(3, Math.min(runs, fitting)) : runs
      if (needed > fitting) continue
      let found = 1
      while (found < needed && bytes[at + found * packet] === 0x47) found++
      if (found === needed) return true
    }
  }
  return false
}

function isFrameChain(bytes: Uint8Array, lengthAt: (bytes: Uint8Array, at: number) => number | undefined): boolean {
  let at = 0
  for (let frame = 0; frame < 3; frame++) {
    const length = lengthAt(bytes, at)
    if (length === undefined) return false
    at += length
  }
  return true
}

/** ISO/IEC 13818-7, 6.2: the length of an ADTS frame stands in its header. */
function adtsFrameLength(bytes: Uint8Array, at: number): number | undefined {
  if (bytes[at] !== 0xff || ((bytes[at + 1] ?? 0) & 0xf6) !== 0xf0) return undefined
  const length = (((bytes[at + 3] ?? 0) & 3) << 11) | ((bytes[at + 4] ?? 0) << 3) | ((bytes[at + 5] ?? 0) >> 5)
  return length >= 7 ? length : undefined
}

const mp3Kbps = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
const mp3LowKbps = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]

/** ISO/IEC 11172-3 and 13818-3: the length of a layer III frame follows from its bit and sample rates. */
function mp3FrameLength(bytes: Uint8Array, at: number): number | undefined {
  const [sync = 0, kind = 0, rates = 0] = bytes.subarray(at, at + 3)
  if (sync !== 0xff || (kind & 0xe6) !== 0xe2) return undefined
  const version = (kind >> 3) & 3 // 3: MPEG-1, 2: MPEG-2, 0: MPEG-2.5
  const sampleRate = [44_100, 48_000, 32_000][(rates >> 2) & 3]
  const kbps = (version === 3 ? mp3Kbps : mp3LowKbps)[rates >> 4]
  if (version === 1 || sampleRate === undefined || kbps === undefined || kbps === 0) return undefined
  const hz = version === 3 ? sampleRate : version === 2 ? sampleRate / 2 : sampleRate / 4
  return Math.floor(((version === 3 ? 144_000 : 72_000) * kbps) / hz) + ((rates >> 1) & 1)
}

/** A box of a recording with a believable size before its name, or an AVI's list of pictures. */
function hasBoxTrace(bytes: Uint8Array): boolean {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const follows: readonly [name: string, child: string | undefined][] = [
    ['moov', undefined],
    ['moof', 'mfhd'],
    ['mdat', undefined],
    ['trak', 'tkhd'],
    ['LIST', 'movi'],
  ]
  return follows.some(([name, child]) => {
    for (let at = view.indexOf(name, 0, 'latin1'); at !== -1; at = view.indexOf(name, at + 1, 'latin1')) {
      if (name === 'LIST' && ascii(bytes, at + 8, 4) === child) return true
      if (name === 'LIST' || at < 4) continue
      const hasChild = child === undefined || ascii(bytes, at + 8, 4) === child
      if (hasChild && isBoxSize(uint32(bytes, at - 4)) && !isPrintable(bytes, at - 4, 4)) return true
    }
    return false
  })
}

/** Words such as "moov" also stand in text; a size never looks like four letters unless the box is over 500 MB. */
const isPrintable = (bytes: Uint8Array, at: number, length: number): boolean =>
  /^[\t\n\r -~]*$/.test(ascii(bytes, at, length))

function hasEbmlTrace(bytes: Uint8Array): boolean {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.indexOf(Buffer.from([0x1a, 0x45, 0xdf, 0xa3])) !== -1) return true
  const cluster = view.indexOf(Buffer.from([0x1f, 0x43, 0xb6, 0x75]))
  return cluster !== -1 && view.indexOf(0xe7, cluster + 4) - cluster <= 12 // a cluster begins with its timestamp
}

/**
 * Two units of H.264 or HEVC in a row, each behind its length as in an `mdat` box, at least one of them a coded
 * picture. Chance makes one in some two thousand random megabytes: such a file is kept, which does less harm.
 */
function hasPictureChain(bytes: Uint8Array): boolean {
  for (let start = 0; start + 6 <= bytes.length; start++) {
    if (bytes[start] !== 0) continue
    const first = codedUnitAt(bytes, start)
    if (first === undefined) continue
    const second = codedUnitAt(bytes, start + first.length)
    if (second !== undefined && first.kind === second.kind && (first.isPicture || second.isPicture)) return true
  }
  return false
}

type CodedUnit = Readonly<{ length: number; kind: 'avc' | 'hevc'; isPicture: boolean }>

function codedUnitAt(bytes: Uint8Array, at: number): CodedUnit | undefined {
  if (at + 6 > bytes.length) return undefined
  const length = uint32(bytes, at)
  if (length < 2 || length >= 1 << 20) return undefined
  const header = bytes[at + 4] ?? 0xff
  const isLong = length >= 64
  if ((header & 0x81) === 0 && bytes[at + 5] === 1) {
    const type = header >> 1
    const isPicture = type <= 9 || (type >= 16 && type <= 21)
    if ((isPicture && isLong) || (type >= 32 && type <= 40)) return { length: length + 4, kind: 'hevc', isPicture }
  }
  const type = header & 0x1f
  const isPicture = type === 1 || type === 5
  const isReferenced = (header & 0x60) !== 0
  const isNamed = type === 7 || type === 8 ? isReferenced : (type === 6 || type === 9) && !isReferenced
  if ((header & 0x80) === 0 && ((isPicture && isLong) || isNamed)) return { length: length + 4, kind: 'avc', isPicture }
  return undefined
}

/** Between two pictures stands at most this much sound in a recording that interleaves them one by one. */
const maxSoundBytes = 1500
const searchSteps = 4_000_000

/** Five coded pictures of H.264, each a little behind the one before: as camera and sound take turns in an `mdat` box. */
function hasInterleavedPictures(bytes: Uint8Array): boolean {
  let steps = 0
  const pictureFrom = (from: number, to: number): number | undefined => {
    for (let at = from; at <= to && steps < searchSteps; at++, steps++) {
      if (bytes[at] !== 0) continue
      const unit = codedUnitAt(bytes, at)
      if (unit?.kind === 'avc' && unit.isPicture) return at + unit.length
    }
    return undefined
  }
  for (let start = 0; start + 6 <= bytes.length && steps < searchSteps; start++, steps++) {
    let end = pictureFrom(start, start)
    for (let found = 1; end !== undefined; found++) {
      if (found === 5) return true
      end = pictureFrom(end, end + maxSoundBytes)
    }
  }
  return false
}

/** Matroska blocks or AVI chunks, three in a row, each at the place that the length of the one before says. */
function hasBlockChain(bytes: Uint8Array): boolean {
  const isChain = (start: number, lengthAt: (at: number) => number): boolean => {
    let at = start
    for (let link = 0; link < 3; link++) {
      const length = lengthAt(at)
      if (length === 0) return false
      at += length
    }
    return true
  }
  for (let at = 0; at + 8 <= bytes.length; at++) {
    if (bytes[at] === 0xa3 && isChain(at, (from) => simpleBlockLength(bytes, from))) return true
    if (bytes[at] === 0x30 && isChain(at, (from) => aviChunkLength(bytes, from))) return true
  }
  return false
}

/** RFC 9559, 10.2: a SimpleBlock of one of the first eight tracks without lacing; 0 when there is none. */
function simpleBlockLength(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== 0xa3) return 0
  const first = bytes[at + 1] ?? 0
  const sizeLength = Math.clz32(first) - 23
  if (first === 0 || sizeLength > 4) return 0
  let size = first & (0xff >> sizeLength)
  for (let index = 1; index < sizeLength; index++) size = size * 256 + (bytes[at + 1 + index] ?? 0)
  const track = bytes[at + 1 + sizeLength] ?? 0
  const flags = bytes[at + 4 + sizeLength] ?? 0xff
  return track > 0x80 && track <= 0x88 && (flags & 0x76) === 0 && size > 4 ? 1 + sizeLength + size : 0
}

/** A chunk such as `00dc` or `01wb` with its size, lowest byte first, padded to an even length; 0 when there is none. */
function aviChunkLength(bytes: Uint8Array, at: number): number {
  if (!/^0[0-7](?:dc|db|wb)$/.test(ascii(bytes, at, 4))) return 0
  const size = [7, 6, 5, 4].reduce((sum, index) => sum * 256 + (bytes[at + index] ?? 0), 0)
  return 8 + size + (size % 2)
}

const documents = new Set(
  'pdf rtf cfb docx xlsx pptx odt ods odp odg dotx xltx potx docm xlsm pptm epub ps eps mobi'.split(' '),
)
const archives = new Set(
  'zip gz bz2 xz 7z rar tar zst lz lz4 lzh ar deb rpm cab cpio jar apk xpi arj ace dmg sqlite'.split(' '),
)
const executables = new Set('exe elf macho wasm class swf dex'.split(' '))

async function recogniseOther(head: Uint8Array): Promise<NotMediaBecause | undefined> {
  if (isText(head)) return 'text'
  const found = await fileTypeFromBuffer(head).catch(() => undefined)
  if (found === undefined || !isCertain(found.ext, head)) return undefined
  if (documents.has(found.ext)) return 'document'
  if (archives.has(found.ext)) return 'archive'
  if (executables.has(found.ext)) return 'executable'
  if (found.mime.startsWith('image/')) return 'image'
  return undefined
}

/** Marks of two or three bytes occur by chance in a damaged recording, so more must fit before they count. */
function isCertain(ext: string, head: Uint8Array): boolean {
  switch (ext) {
    case 'bmp': {
      return uint32(head, 6) === 0 && head[15] === 0 && head[16] === 0 && head[17] === 0
    }
    case 'exe': {
      const header = (head[60] ?? 0) | ((head[61] ?? 0) << 8)
      return ascii(head, header, 4) === 'PE\0\0'
    }
    case 'gz': {
      return head[2] === 8 && ((head[3] ?? 255) & 0xe0) === 0
    }
    case 'bz2': {
      return startsWith(head.subarray(4), [0x31, 0x41, 0x59, 0x26, 0x53, 0x59])
    }
    case 'jpg': {
      return (head[3] ?? 0) >= 0xc0
    }
    default: {
      return ext !== 'lz' && ext !== 'Z' && ext !== 'ico' && ext !== 'cur'
    }
  }
}

function isText(head: Uint8Array): boolean {
  if (startsWith(head, [0xff, 0xfe]) || startsWith(head, [0xfe, 0xff])) return isUtf16Text(head)
  // The head may end inside a character: up to three bytes of it are left out.
  const whole = head.length === headBytes ? head.subarray(0, lastBoundary(head)) : head
  let controls = 0
  for (const value of whole) {
    if (value === 0) return false
    if (value < 32 && value !== 9 && value !== 10 && value !== 13 && value !== 12 && value !== 27) controls++
  }
  if (controls * 100 > whole.length) return false
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(whole)
    return true
  } catch {
    return isLatin1Text(whole)
  }
}

function lastBoundary(head: Uint8Array): number {
  let at = head.length - 1
  while (at > head.length - 4 && ((head[at] ?? 0) & 0xc0) === 0x80) at--
  return (head[at] ?? 0) >= 0xc0 ? at : head.length
}

/** Old Windows text: nearly all of it plain letters, and none of the bytes that text never holds. */
function isLatin1Text(bytes: Uint8Array): boolean {
  let plain = 0
  for (const value of bytes) if (value < 0x7f) plain++
  return plain / bytes.length > 0.85
}

function isUtf16Text(head: Uint8Array): boolean {
  const encoding = head[0] === 0xff ? 'utf-16le' : 'utf-16be'
  const decoded = new TextDecoder(encoding).decode(head.subarray(2, head.length - (head.length % 2)))
  let strange = 0
  for (const character of decoded) {
    const code = character.codePointAt(0) ?? 0
    if ((code < 32 && ![9, 10, 13].includes(code)) || code === 0xfffd || (code >= 0xe000 && code < 0xf900)) strange++
  }
  return decoded.length >= 4 && strange * 100 < decoded.length && /[\u0020-\u024f\s]/.test(decoded.slice(0, 200))
}
