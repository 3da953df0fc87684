/** As much of ustar (POSIX.1-1988) as a back-up needs: regular files with short names, one after the other. */

const blockBytes = 512
/** A member is held in memory whole. */
export const longestMember = 64 * 1024 * 1024

/** The archive is not one of ours: a sentence says where it stops making sense. */
export class TarError extends Error {
  override readonly name = 'TarError'
}

export type Member = Readonly<{ name: string; bytes: Buffer }>

/** A member with its header and padding, ready to be appended. */
export function tarMember(name: string, bytes: Uint8Array, at: Date): Buffer {
  if (Buffer.byteLength(name) > 99) throw new RangeError(`a name in the archive is too long: ${name}`)
  if (bytes.length > longestMember) throw new RangeError(`a member of the archive is too long: ${name}`)
  const header = Buffer.alloc(blockBytes)
  const octal = (value: number, offset: number, digits: number) =>
    header.write(`${value.toString(8).padStart(digits, '0')}\0`, offset, 'latin1')
  header.write(name, 0)
  octal(0o600, 100, 7)
  octal(0, 108, 7)
  octal(0, 116, 7)
  octal(bytes.length, 124, 11)
  octal(Math.max(0, Math.floor(at.getTime() / 1000)), 136, 11)
  header.write('0', 156, 'latin1')
  header.write('ustar\x0000', 257, 'latin1')
  header.write(`${checksumOf(header).toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  const padding = Buffer.alloc((blockBytes - (bytes.length % blockBytes)) % blockBytes)
  return Buffer.concat([header, bytes, padding])
}

export const tarEnd = Buffer.alloc(2 * blockBytes)

/** The members of an archive, one in memory at a time. Throws `TarError` for anything but plain files to its very end. */
export async function* readTar(source: AsyncGenerator<Buffer>): AsyncGenerator<Member> {
  const reader = exactReader(source)
  try {
    for (;;) {
      const header = await reader.take(blockBytes)
      if (header.every((byte) => byte === 0)) break
      const name = header.toString('utf8', 0, header.indexOf(0))
      const size = octalAt(header, 124, 12)
      const isPlainFile = header[156] === 0x30 && header.toString('latin1', 257, 263) === 'ustar\0' && header[345] === 0
      if (octalAt(header, 148, 8) !== checksumOf(header) || !isPlainFile) throw new TarError('it holds no plain file')
      if (size > longestMember) throw new TarError(`${name} is longer than a part may be`)
      const bytes = await reader.take(size)
      await reader.take((blockBytes - (size % blockBytes)) % blockBytes)
      yield { name, bytes }
    }
    if ((await reader.takeRest()).some((byte) => byte !== 0)) throw new TarError('something follows its end')
  } finally {
    await source.return(undefined)
  }
}

/** The sum of the header's bytes, its own field taken for spaces. */
function checksumOf(header: Buffer): number {
  return header.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 0x20 : byte), 0)
}

function octalAt(header: Buffer, offset: number, length: number): number {
  const text = header.toString('latin1', offset, offset + length).replace(/[\0 ]+$/, '')
  if (!/^[0-7]+$/.test(text)) throw new TarError('a number in it is not one')
  return Number.parseInt(text, 8)
}

function exactReader(chunks: AsyncGenerator<Buffer>) {
  let waiting: Buffer[] = []
  let waitingBytes = 0
  return {
    async take(length: number): Promise<Buffer> {
      while (waitingBytes < length) {
        const next = await chunks.next()
        if (next.done === true) throw new TarError('it ends in the middle')
        waiting.push(next.value)
        waitingBytes += next.value.length
      }
      const whole = waiting.length === 1 && waiting[0] !== undefined ? waiting[0] : Buffer.concat(waiting)
      waiting = [whole.subarray(length)]
      waitingBytes = whole.length - length
      return whole.subarray(0, length)
    },
    /** Short: all that should be left is the second block of the end. */
    async takeRest(): Promise<Buffer> {
      for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
        waiting.push(next.value)
        waitingBytes += next.value.length
        if (waitingBytes > longestMember) throw new TarError('something follows its end')
      }
      return Buffer.concat(waiting)
    },
  }
}
