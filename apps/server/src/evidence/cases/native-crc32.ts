import { createRequire } from 'node:module'
import { crc32 } from 'node:zlib'

/**
 * The ZIP library reckons CRC-32 in JavaScript, a byte at a time, which takes longer than all the rest of an export.
 * Node's own is ten times as fast and takes the same arguments.
 */
const reckoner = createRequire(import.meta.url)('buffer-crc32') as { unsigned: typeof crc32 }
reckoner.unsigned = crc32
