import { randomBytes } from 'node:crypto'
import { openBox, sealBox } from './boxes.ts'
import type { RootDriver } from './roots.ts'

const context = 'getuige/secret'

/** The root key lies in `root.key` itself: 64 hexadecimal digits. */
export function openFileRoot(): RootDriver {
  return {
    kind: 'file',
    make: async () => randomBytes(32).toString('hex'),
    wrap: async (line, plain) => Buffer.from(sealBox(Buffer.from(line, 'hex'), plain, context)).toString('base64url'),
    unwrap: async (line, wrapped) => openBox(Buffer.from(line, 'hex'), Buffer.from(wrapped, 'base64url'), context),
    // It goes with its line.
    destroy: async () => undefined,
    close: async () => undefined,
  }
}
