/** Every check, in the order in which they are made and told (docs/formats/export-package.md, Checks). */
export const checkNames = [
  'container',
  'layout',
  'listed',
  'digests',
  'signature',
  'signer',
  'timestamp',
  'key',
  'checkpoints',
  'witnesses',
  'heads',
  'trail',
  'fields',
  'proofs',
  'recordings',
  'report',
  'completeness',
] as const
export type CheckName = (typeof checkNames)[number]

/** These say by nature what a package alone cannot establish. All others must be made for it to be intact. */
export const mayBeUnchecked: readonly CheckName[] = ['signer', 'timestamp', 'key', 'witnesses', 'heads', 'completeness']
