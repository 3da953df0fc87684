import { fromBase64, toBase64 } from '@getuige/base'
import { parseDecimal } from './decimal.ts'
import { hashBytes } from './merkle.ts'
import { verifyNote } from './note.ts'
import { malformed, unverified } from './proof-error.ts'

/** The head of a log (c2sp.org/tlog-checkpoint): its origin, the number of its leaves and their root. */
export type Checkpoint = Readonly<{ origin: string; size: number; root: Uint8Array; extensions?: readonly string[] }>

/** The text to sign as a note; ends with a newline. */
export function formatCheckpoint({ origin, size, root, extensions = [] }: Checkpoint): string {
  const text = `${[origin, String(size), toBase64(root), ...extensions].join('\n')}\n`
  parseCheckpoint(text)
  return text
}

/** Read the text of a checkpoint, without its signatures. */
export function parseCheckpoint(text: string): Checkpoint {
  if (!text.endsWith('\n')) throw malformed('a checkpoint ends with a newline')
  const [origin, sizeText, rootText, ...extensions] = text.slice(0, -1).split('\n')
  if (!origin || sizeText === undefined || rootText === undefined) throw malformed('a checkpoint has three lines')
  if (extensions.includes('')) throw malformed('a checkpoint with an empty line')
  const size = parseDecimal(sizeText)
  let root: Uint8Array
  try {
    root = fromBase64(rootText)
  } catch (cause) {
    throw malformed('the root is not base64', cause)
  }
  if (root.length !== hashBytes) throw malformed('the root has 32 bytes')
  return { origin, size, root, extensions }
}

/**
 * The checkpoint in a note signed by the key of the log: one whose name is the origin, or what the origin begins with
 * up to a slash (a key `host/corps` signs for the logs `host/corps/2026` and after). Throws `ProofError` otherwise.
 */
export function verifyCheckpoint(note: string, vkey: string): Checkpoint {
  const { text, verifiedBy } = verifyNote(note, [vkey])
  const checkpoint = parseCheckpoint(text)
  if (!verifiedBy.some((name) => checkpoint.origin === name || checkpoint.origin.startsWith(`${name}/`))) {
    throw unverified('the checkpoint is signed by a key that is not of its log')
  }
  return checkpoint
}
