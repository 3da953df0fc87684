import { createHash, type Hash } from 'node:crypto'
import { parentPort } from 'node:worker_threads'
import { chunkPlainBytes } from '@getuige/proof'
import { newSealer } from './payload.ts'

/** Buffers are handed over, not copied: whoever sent one no longer has it. */
export type ToThread =
  | Readonly<{ do: 'open'; draft: number; fileKey: Uint8Array; nonce: Uint8Array }>
  | Readonly<{ do: 'seal'; draft: number; firstChunk: number; plain: ArrayBuffer; plainBytes: number; isLast: boolean }>
  | Readonly<{ do: 'digest-sealed'; draft: number; sealed: Uint8Array }>
  | Readonly<{ do: 'answer-digest'; draft: number }>
  | Readonly<{ do: 'close'; draft: number }>

/** One answer to each `seal` and each `answer-digest`, in the order they were asked. */
export type FromThread = Readonly<{ plain: ArrayBuffer; sealed: readonly Uint8Array[] } | { digest: Uint8Array }>

type OpenDraft = Readonly<{ sealer: ReturnType<typeof newSealer>; payloadSha256: Hash }>

const port = parentPort
const drafts = new Map<number, OpenDraft>()

function requireDraft(draft: number): OpenDraft {
  const found = drafts.get(draft)
  if (found === undefined) throw new Error('no such draft')
  return found
}

function answer(message: FromThread, handedOver: ArrayBuffer[]): void {
  port?.postMessage(message, handedOver)
}

port?.on('message', (message: ToThread) => {
  switch (message.do) {
    case 'open': {
      const { draft, fileKey, nonce } = message
      const payloadSha256 = createHash('sha256').update(nonce)
      return void drafts.set(draft, { sealer: newSealer(fileKey, nonce), payloadSha256 })
    }
    case 'seal':
      return seal(message)
    case 'digest-sealed':
      return void requireDraft(message.draft).payloadSha256.update(message.sealed)
    case 'answer-digest':
      return answer({ digest: Uint8Array.from(requireDraft(message.draft).payloadSha256.copy().digest()) }, [])
    case 'close':
      return void drafts.delete(message.draft)
  }
})

function seal({ draft, firstChunk, plain, plainBytes, isLast }: Extract<ToThread, { do: 'seal' }>): void {
  const { sealer, payloadSha256 } = requireDraft(draft)
  const sealed: Uint8Array[] = []
  const handedOver: ArrayBuffer[] = [plain]
  const bytes = new Uint8Array(plain, 0, plainBytes)
  const chunks = Math.max(1, Math.ceil(plainBytes / chunkPlainBytes))
  for (let n = 0; n < chunks; n += 1) {
    const chunk = bytes.subarray(n * chunkPlainBytes, (n + 1) * chunkPlainBytes)
    for (const part of sealer.seal(firstChunk + n, chunk, isLast && n === chunks - 1)) {
      payloadSha256.update(part)
      sealed.push(part)
      // A tag is small and lies in memory shared with others: it is copied.
      if (part.buffer instanceof ArrayBuffer && part.length === part.buffer.byteLength) handedOver.push(part.buffer)
    }
  }
  answer({ plain, sealed }, handedOver)
}
