import { createHash } from 'node:crypto'

/**
 * The file of one secret: two slots of equal size, each a line of text padded with spaces. A slot is the secret wrapped
 * under one root key. Rotation writes the slot that is not in use, in place, so that at every moment one is whole, and
 * so that a file that is destroyed meanwhile stays destroyed: nothing is ever put in its place. Layout of the line:
 *
 *     CHECK INSTANCE ROOT-ID WRAPPED
 *
 * CHECK is the first 16 hexadecimal digits of the SHA-256 of the rest; it tells a torn slot from a whole one.
 */
export type Slot = Readonly<{
  /** 32 hexadecimal digits, given when the secret is made: tells it from a later one of the same name. */
  instance: string
  rootId: string
  wrapped: string
}>

/** `slots` has two places; a torn or blank one is undefined. */
export type SecretFile = Readonly<{ slotBytes: number; slots: readonly [Slot | undefined, Slot | undefined] }>

const unit = 512

/** The whole file of a new secret of `secretBytes` bytes: its slots have room for what any driver makes of it. */
export function formatSecretFile(slot: Slot, secretBytes: number): Buffer {
  const slotBytes = unit * Math.ceil((512 + 1.5 * (secretBytes + 200)) / unit)
  return Buffer.concat([formatSlot(slot, slotBytes), Buffer.alloc(slotBytes, ' ')])
}

export function formatSlot({ instance, rootId, wrapped }: Slot, slotBytes: number): Buffer {
  const rest = `${instance} ${rootId} ${wrapped}`
  const line = `${checkOf(rest)} ${rest}`
  if (line.length >= slotBytes) throw new RangeError('a wrapped secret does not fit its slot')
  return Buffer.from(`${line.padEnd(slotBytes - 1)}\n`, 'latin1')
}

/** Undefined when the bytes are no file of a secret, or hold no whole slot. */
export function parseSecretFile(bytes: Uint8Array): SecretFile | undefined {
  if (bytes.length === 0 || bytes.length % (2 * unit) !== 0) return undefined
  const slotBytes = bytes.length / 2
  const slots = [parseSlot(bytes.subarray(0, slotBytes)), parseSlot(bytes.subarray(slotBytes))] as const
  return slots.some((slot) => slot !== undefined) ? { slotBytes, slots } : undefined
}

export function instanceOf({ slots }: SecretFile): string {
  const slot = slots[0] ?? slots[1]
  if (slot === undefined) throw new Error('a secret without a slot')
  return slot.instance
}

function parseSlot(bytes: Uint8Array): Slot | undefined {
  const line = Buffer.from(bytes).toString('latin1').trimEnd()
  const [check, instance, rootId, wrapped, ...more] = line.split(' ')
  if (check === undefined || instance === undefined || rootId === undefined || wrapped === undefined) return undefined
  if (more.length > 0 || check !== checkOf(line.slice(check.length + 1))) return undefined
  return { instance, rootId, wrapped }
}

function checkOf(rest: string): string {
  return createHash('sha256').update(rest).digest('hex').slice(0, 16)
}
