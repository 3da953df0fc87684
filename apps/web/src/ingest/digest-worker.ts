import { toHex } from '@getuige/base'
import { sha256 } from '@noble/hashes/sha2.js'

/** What the worker is given, and what it tells: how far it is, then the digest; or that the file cannot be read. */
export type DigestJob = Readonly<{ file: File }>
export type DigestNews = Readonly<
  { kind: 'progress'; doneBytes: number } | { kind: 'digest'; sha256: string } | { kind: 'unreadable' }
>

const pieceBytes = 4 * 1024 * 1024

function tell(news: DigestNews): void {
  postMessage(news)
}

/** Reads the file piece by piece: however long it is, one piece is in memory. */
async function digest(file: File): Promise<void> {
  const hash = sha256.create()
  for (let at = 0; at < file.size; at += pieceBytes) {
    const piece = file.slice(at, Math.min(at + pieceBytes, file.size))
    hash.update(new Uint8Array(await piece.arrayBuffer()))
    tell({ kind: 'progress', doneBytes: Math.min(at + pieceBytes, file.size) })
  }
  tell({ kind: 'digest', sha256: toHex(hash.digest()) })
}

addEventListener('message', (event: MessageEvent<DigestJob>) => {
  digest(event.data.file).catch(() => tell({ kind: 'unreadable' }))
})
