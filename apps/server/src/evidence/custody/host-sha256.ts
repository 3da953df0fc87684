import { hash } from 'node:crypto'
import { chooseSha256 } from '@getuige/proof'

// Loaded wherever many leaves are made. By way of text, because Node answers that without making a buffer of its own.
chooseSha256((bytes) => {
  const digest = Buffer.from(hash('sha256', bytes, 'binary'), 'binary')
  return new Uint8Array(digest.buffer, digest.byteOffset, digest.length)
})
