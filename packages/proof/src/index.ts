/**
 * What makes a claim about a recording checkable by someone else: the Merkle log of custody entries, signed heads and
 * receipts, sealed objects. Pure: no input or output, no clock, no randomness of its own (callers bring the random
 * bytes). The same code runs in the server, the browser and the verifier. Formats: docs/formats/.
 *
 * Whatever reads or verifies throws `ProofError` for what is malformed or does not verify, unless it answers a boolean.
 */
export * from './age-header.ts'
export * from './age-payload.ts'
export * from './asic-manifest.ts'
export * from './bech32.ts'
export * from './checkpoint.ts'
export * from './commitments.ts'
export * from './cosignature.ts'
export * from './custody-report.ts'
export * from './custody-trail.ts'
export * from './ed25519.ts'
export {
  emptyRoot,
  hashBytes,
  leafHash,
  makeConsistencyProof,
  makeInclusionProof,
  nodeHash,
  treeRoot,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts'
export type { Consistency, Inclusion } from './merkle.ts'
export { formatVkey, newNoteKey, parseVkey, readUnverifiedNote, signNote, verifyNote } from './note.ts'
export type { NoteKey, NoteVerifier, VerifiedNote } from './note.ts'
export * from './package-layout.ts'
export { ProofError } from './proof-error.ts'
export * from './receipt.ts'
export { chooseSha256 } from './sha256.ts'
export { chooseX25519 } from './x25519.ts'
export * from './tiles.ts'
export * from './tlog-proof.ts'
export * from './witness.ts'
