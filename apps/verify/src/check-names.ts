/** Every check, in the order in which they are made and told. */
export const checkNames = [
  'container',
  'layout',
  'listed',
  'digests',
  'signature',
  'signer',
  'checkpoints',
  'trail',
  'fields',
  'proofs',
  'recordings',
  'completeness',
] as const
export type CheckName = (typeof checkNames)[number]
