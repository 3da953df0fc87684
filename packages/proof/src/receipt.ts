import { parseDecimal } from './decimal.ts'
import { verifyNote } from './note.ts'
import { malformed } from './proof-error.ts'

const firstLine = 'getuige receipt v1'

/** What a corps confirms to whoever handed over a recording. `sha256` is 64 lower-case hexadecimal digits. */
export type Receipt = Readonly<{
  recordingId: string
  corpsId: string
  sha256: string
  sizeBytes: number
  receivedAt: Date
}>

/** The text to sign as a note; ends with a newline. */
export function formatReceipt({ recordingId, corpsId, sha256, sizeBytes, receivedAt }: Receipt): string {
  const text = [
    firstLine,
    `recording ${recordingId}`,
    `corps ${corpsId}`,
    `sha256 ${sha256}`,
    `size ${sizeBytes}`,
    `received ${receivedAt.toISOString()}`,
    '',
  ].join('\n')
  parseReceipt(text)
  return text
}

/** Read the text of a receipt, without its signature. */
export function parseReceipt(text: string): Receipt {
  const lines = text.split('\n')
  if (lines.length !== 7 || lines[0] !== firstLine || lines[6] !== '') throw malformed('not a receipt of version 1')
  const receivedText = valueAfter('received', lines[5])
  const receivedAt = new Date(receivedText)
  if (Number.isNaN(receivedAt.getTime()) || receivedAt.toISOString() !== receivedText) {
    throw malformed('not an instant in UTC')
  }
  const sha256 = valueAfter('sha256', lines[3])
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw malformed('not a SHA-256 digest')
  return {
    recordingId: valueAfter('recording', lines[1]),
    corpsId: valueAfter('corps', lines[2]),
    sha256,
    sizeBytes: parseDecimal(valueAfter('size', lines[4])),
    receivedAt,
  }
}

/** The receipt in a note signed by the corps. Throws `ProofError` if it is not. */
export function verifyReceipt(note: string, vkey: string): Receipt {
  return parseReceipt(verifyNote(note, [vkey]).text)
}

function valueAfter(word: string, line: string | undefined): string {
  const value = line?.startsWith(`${word} `) ? line.slice(word.length + 1) : ''
  if (!/^\S+$/.test(value)) throw malformed(`a receipt without ${word}`)
  return value
}
