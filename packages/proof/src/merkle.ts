import { equalBytes } from '@getuige/base'
import { consistencyRanges, inclusionRanges, isTreeSize, perfectSubtrees } from './ranges.ts'
import type { Range, Subtree } from './ranges.ts'
import { sha256 } from './sha256.ts'

export const hashBytes = 32

/** The hash of a tree without leaves: SHA-256 of nothing. */
export const emptyRoot: Uint8Array = sha256(new Uint8Array(0))

/** RFC 6962 section 2.1: SHA-256 of 0x00 and the entry, so that a leaf can never pass for a node. */
export function leafHash(entry: Uint8Array): Uint8Array {
  const block = new Uint8Array(1 + entry.length)
  block.set(entry, 1)
  return sha256(block)
}

const nodeBlock = new Uint8Array(1 + 2 * hashBytes)
nodeBlock[0] = 1

/** RFC 6962 section 2.1: SHA-256 of 0x01, the left hash and the right hash. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length !== hashBytes || right.length !== hashBytes) throw new RangeError('a node joins two 32-byte hashes')
  nodeBlock.set(left, 1)
  nodeBlock.set(right, 1 + hashBytes)
  return sha256(nodeBlock)
}

/** The root of a perfect tree; the number of hashes must be a power of two. */
export function perfectRoot(hashes: readonly Uint8Array[]): Uint8Array {
  let row = hashes
  while (row.length > 1) {
    const above: Uint8Array[] = []
    for (let i = 0; i < row.length; i += 2) above.push(nodeHash(hashAt(row, i), hashAt(row, i + 1)))
    row = above
  }
  return hashAt(row, 0)
}

/** Join the roots of adjacent perfect subtrees, largest first, into the root of all of them. At least one. */
export function joinSubtrees(roots: readonly Uint8Array[]): Uint8Array {
  return roots.reduceRight((right, left) => nodeHash(left, right))
}

export function treeRoot(leafHashes: readonly Uint8Array[]): Uint8Array {
  return leafHashes.length === 0 ? emptyRoot : hashRange(leafHashes, [0, leafHashes.length])
}

/** The audit path of leaf `index` in the tree of all `leafHashes`, from the leaf's sibling up. */
export function makeInclusionProof(leafHashes: readonly Uint8Array[], index: number): Uint8Array[] {
  return inclusionRanges(index, leafHashes.length).map((range) => hashRange(leafHashes, range))
}

/** The proof that the tree of the first `oldSize` leaves is a prefix of the tree of all of them. */
export function makeConsistencyProof(leafHashes: readonly Uint8Array[], oldSize: number): Uint8Array[] {
  return consistencyRanges(oldSize, leafHashes.length).map((range) => hashRange(leafHashes, range))
}

export type Inclusion = Readonly<{
  index: number
  size: number
  leafHash: Uint8Array
  root: Uint8Array
  path: readonly Uint8Array[]
}>

/** RFC 9162 section 2.1.3.2. False for whatever does not lead from the leaf to the root, nonsense included. */
export function verifyInclusion({ index, size, leafHash: leaf, root, path }: Inclusion): boolean {
  if (!isTreeSize(size) || !isTreeSize(index) || index >= size || ![leaf, root, ...path].every(isHash)) return false
  let at = index
  let last = size - 1
  let hash = leaf
  for (const sibling of path) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sibling, hash)
      for (; at % 2 === 0 && at !== 0; at = half(at)) last = half(last)
    } else {
      hash = nodeHash(hash, sibling)
    }
    at = half(at)
    last = half(last)
  }
  return last === 0 && equalBytes(hash, root)
}

export type Consistency = Readonly<{
  oldSize: number
  size: number
  oldRoot: Uint8Array
  root: Uint8Array
  path: readonly Uint8Array[]
}>

/**
 * RFC 9162 section 2.1.4.2. False for whatever does not show that the old tree is a prefix of the new one. The empty
 * tree is a prefix of every tree, provided that the old root really is the empty one.
 */
export function verifyConsistency({ oldSize, size, oldRoot, root, path }: Consistency): boolean {
  if (!isTreeSize(oldSize) || !isTreeSize(size) || oldSize > size) return false
  if (![oldRoot, root, ...path].every(isHash)) return false
  if (oldSize === 0)
    return path.length === 0 && equalBytes(oldRoot, emptyRoot) && (size > 0 || equalBytes(root, oldRoot))
  if (oldSize === size) return path.length === 0 && equalBytes(oldRoot, root)

  const [first, ...rest] = isPowerOfTwo(oldSize) ? [oldRoot, ...path] : path
  if (first === undefined || path.length === 0) return false
  let at = oldSize - 1
  let last = size - 1
  for (; at % 2 === 1; at = half(at)) last = half(last)
  let oldHash = first
  let newHash = first
  for (const sibling of rest) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      oldHash = nodeHash(sibling, oldHash)
      newHash = nodeHash(sibling, newHash)
      for (; at % 2 === 0 && at !== 0; at = half(at)) last = half(last)
    } else {
      newHash = nodeHash(newHash, sibling)
    }
    at = half(at)
    last = half(last)
  }
  return last === 0 && equalBytes(oldHash, oldRoot) && equalBytes(newHash, root)
}

function hashRange(leafHashes: readonly Uint8Array[], range: Range): Uint8Array {
  return joinSubtrees(perfectSubtrees(range).map((subtree) => perfectRoot(leavesOf(leafHashes, subtree))))
}

function leavesOf(leafHashes: readonly Uint8Array[], { level, index }: Subtree): readonly Uint8Array[] {
  return leafHashes.slice(index * 2 ** level, (index + 1) * 2 ** level)
}

function hashAt(hashes: readonly Uint8Array[], i: number): Uint8Array {
  const hash = hashes[i]
  if (hash === undefined) throw new RangeError('not a perfect tree')
  return hash
}

const half = (n: number): number => Math.floor(n / 2)
const isHash = (bytes: Uint8Array): boolean => bytes.length === hashBytes

/** By division, because the operators on bits stop at 32 of them. */
function isPowerOfTwo(n: number): boolean {
  let rest = n
  while (rest > 1 && rest % 2 === 0) rest /= 2
  return rest === 1
}
