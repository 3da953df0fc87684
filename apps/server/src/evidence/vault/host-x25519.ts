import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto'
import { chooseX25519 } from '@getuige/proof'

// RFC 8410: what comes before the 32 bytes of a key.
const secretPrefix = Buffer.from('302e020100300506032b656e04220420', 'hex')
const publicPrefix = Buffer.from('302a300506032b656e032100', 'hex')

// Loaded wherever many age headers are made.
chooseX25519((secret, point) => {
  const privateKey = createPrivateKey({ key: Buffer.concat([secretPrefix, secret]), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey({ key: Buffer.concat([publicPrefix, point]), format: 'der', type: 'spki' })
  return new Uint8Array(diffieHellman({ privateKey, publicKey }))
})
