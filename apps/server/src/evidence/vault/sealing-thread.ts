import { createHash, type Hash } from 'node:crypto'
import { parentPort } from 'node:worker_threads'
import { chunkPlainBytes } from '@getuige/proof'
import { newSealer } from '#platform/age'

/** `plain` and `sealed` lie in memory that both threads see: they are nobody else's until the answer. */
export type ToThread =
  | Readonly<{ do: 'open'; draft: number; fileKey: Uint8Array; nonce: Uint8Array }>
  | Readonly<{ do: 'seal'; draft: number; firstChunk: number; plain: Uint8Array; sealed: Uint8Array; isLast: boolean }>
  | Readonly<{ do: 'digest-sealed'; draft: number; sealed: Uint8Array }>
  | Readonly<{ do: 'answer-digest'; draft: number }>
  | Readonly<{ do: 'close'; draft: number }>

/** One answer to each `seal` and each `answer-digest`, in the order they were asked. */
export type FromThread = Readonly<{ sealedBytes: number } | { digest: Uint8Array }>

type OpenDraft = Readonly<{ sealer: ReturnType<typeof newSealer>; payloadSha256: Hash }>

const port = parentPort
const drafts = new Map<number, OpenDraft>()

function requireDraft(draft: number): OpenDraft {
  const found = drafts.get(draft)
  if (found === undefined) throw new Error('no such draft')
  return found
}

function answer(message: FromThread): void {
  port?.postMessage(message)
}

port?.on('message', (message: ToThread) => {
  switch (message.do) {
    case 'open': {
      const { draft, fileKey, nonce } = message
      const payloadSha256 = createHash('sha256').update(nonce)
      return void drafts.set(draft, { sealer: newSealer(fileKey, nonce), payloadSha256 })
    }
    case 'seal':
      return answer({ sealedBytes: seal(message) })
    case 'digest-sealed':
      return void requireDraft(message.draft).payloadSha256.update(message.sealed)
    case 'answer-digest':
      return answer({ digest: Uint8Array.from(requireDraft(message.draft).payloadSha256.copy().digest()) })
    case 'close':
      return void drafts.delete(message.draft)
  }
})

function seal({ draft, firstChunk, plain, sealed, isLast }: Extract<ToThread, { do: 'seal' }>): number {
  const { sealer, payloadSha256 } = requireDraft(draft)
  const chunks = Math.max(1, Math.ceil(plain.length / chunkPlainBytes))
  let sealedBytes = 0
  for (let n = 0; n < chunks; n += 1) {
    const chunk = plain.subarray(n * chunkPlainBytes, (n + 1) * chunkPlainBytes)
    for (const part of sealer.seal(firstChunk + n, chunk, isLast && n === chunks - 1)) {
      sealed.set(part, sealedBytes)
      sealedBytes += part.length
    }
  }
  payloadSha256.update(sealed.subarray(0, sealedBytes))
  return sealedBytes
}
