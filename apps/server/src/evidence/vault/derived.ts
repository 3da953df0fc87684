import { randomBytes } from 'node:crypto'
import { chunkPlainBytes, payloadNonceBytes } from '@getuige/proof'
import type { Staging } from '#platform/object-store'
import { type Batch, batchPlainBytes, giveBatchBack, openSealing, takeBatch } from './sealing.ts'

/** Take the next bytes in; they are copied, and the next call waits for this one. */
export type Append = (piece: Uint8Array) => Promise<void>
export type SealedStream = Readonly<{ plainBytes: number; payloadSha256: Uint8Array }>

/**
 * Seal bytes whose number nobody knows yet into a staged file, while they are written: in constant memory, and nothing
 * plain on a disk. All of it is on disk when this returns; after a throw, or a crash, whoever named the file removes it.
 */
export async function sealStream(
  staging: Staging,
  name: string,
  fileKey: Uint8Array,
  write: (append: Append) => Promise<void>,
): Promise<SealedStream> {
  const nonce = randomBytes(payloadNonceBytes)
  const sealing = openSealing(fileKey, nonce)
  let batch: Batch | undefined
  let written: Promise<void> = Promise.resolve()
  try {
    await using writer = await staging.append(name, 0)
    await writer.write([nonce])
    batch = takeBatch()
    let [batchBytes, sealedBytes] = [0, 0]

    /** The batch before is on its way to the disk while the next one is filled. */
    const seal = async (full: Batch, isLast: boolean): Promise<void> => {
      await written
      const [firstChunk, bytes] = [sealedBytes / chunkPlainBytes, batchBytes]
      sealedBytes += bytes
      batchBytes = 0
      written = sealing.seal(firstChunk, full, bytes, isLast).then(async (sealed) => {
        await writer.write([sealed])
        giveBatchBack(full)
      })
      // Whoever waits for it meets the failure; nobody may be waiting yet.
      written.catch(() => undefined)
    }
    const append: Append = async (piece) => {
      for (let at = 0; at < piece.length;) {
        // A full batch is sealed once more bytes come: only then is it known that it is not the last.
        if (batch !== undefined && batchBytes === batchPlainBytes) {
          await seal(batch, false)
          batch = undefined
        }
        batch ??= takeBatch()
        const part = piece.subarray(at, at + batchPlainBytes - batchBytes)
        batch.plain.set(part, batchBytes)
        batchBytes += part.length
        at += part.length
      }
    }
    try {
      await write(append)
      await seal(batch ?? takeBatch(), true)
      batch = undefined
      await written
    } finally {
      await written.catch(() => undefined) // the file is its until it is done
    }
    await writer.sync()
    return { plainBytes: sealedBytes, payloadSha256: await sealing.payloadSha256() }
  } finally {
    if (batch !== undefined) giveBatchBack(batch)
    sealing.close()
  }
}
