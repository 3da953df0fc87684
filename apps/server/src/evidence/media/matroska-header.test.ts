import { expect, test } from 'vitest'
import { readMatroskaDate } from './matroska-header.ts'

const header = [0x1a, 0x45, 0xdf, 0xa3, 0x84, 0x42, 0x86, 0x81, 0x01]
/** Of unknown length, as a camera begins it that does not know yet how long it will record. */
const segment = [0x18, 0x53, 0x80, 0x67, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]
const seekHead = [0x11, 0x4d, 0x9b, 0x74, 0x82, 0, 0]
const info = (date: Uint8Array) => [0x15, 0x49, 0xa9, 0x66, 0x8f, 0x2a, 0xd7, 0xb1, 0x80, 0x44, 0x61, 0x88, ...date]

/** Nanoseconds since the beginning of 2001. */
const dateOf = (at: string): Uint8Array => {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigInt64(0, BigInt(Date.parse(at) - Date.UTC(2001, 0, 1)) * 1_000_000n)
  return bytes
}

test('a Matroska file tells to the millisecond when it was begun', () => {
  const at = '2026-11-21T13:02:40.120Z'
  const file = Uint8Array.from([...header, ...segment, ...seekHead, ...info(dateOf(at))])
  expect(readMatroskaDate(file)?.toISOString()).toBe(at)
  for (const length of file.keys()) expect(readMatroskaDate(file.subarray(0, length))).toBeNull()
  expect(readMatroskaDate(Uint8Array.from([...header, ...segment, ...seekHead]))).toBeNull()
})
