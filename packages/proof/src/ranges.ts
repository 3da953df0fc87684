/** Leaves from the first number up to, and not including, the second. */
export type Range = readonly [from: number, to: number]

/** The perfect subtree over the leaves `index * 2**level` up to `(index + 1) * 2**level`. */
export type Subtree = Readonly<{ level: number; index: number }>

export function isTreeSize(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0
}

/** The ranges whose hashes make the audit path of a leaf (RFC 6962 section 2.1.1), from its sibling up. */
export function inclusionRanges(index: number, size: number): Range[] {
  if (!isTreeSize(index) || !isTreeSize(size) || index >= size) throw new RangeError(`no leaf ${index} among ${size}`)
  const ranges: Range[] = []
  let [from, to]: Range = [0, size]
  while (to - from > 1) {
    const middle = from + leftWidth(to - from)
    if (index < middle) {
      ranges.push([middle, to])
      to = middle
    } else {
      ranges.push([from, middle])
      from = middle
    }
  }
  return ranges.toReversed()
}

/** The ranges whose hashes make a consistency proof (RFC 6962 section 2.1.2); none if a size is zero or both are equal. */
export function consistencyRanges(oldSize: number, size: number): Range[] {
  if (!isTreeSize(oldSize) || !isTreeSize(size) || oldSize > size) {
    throw new RangeError(`a tree of ${size} is not later than one of ${oldSize}`)
  }
  if (oldSize === 0 || oldSize === size) return []
  const ranges: Range[] = []
  let [from, to]: Range = [0, size]
  while (to !== oldSize) {
    const middle = from + leftWidth(to - from)
    if (oldSize <= middle) {
      ranges.push([middle, to])
      to = middle
    } else {
      ranges.push([from, middle])
      from = middle
    }
  }
  // A subtree that starts at zero is the old tree itself, whose root the verifier has.
  if (from !== 0) ranges.push([from, to])
  return ranges.toReversed()
}

/** The perfect subtrees that make up a range of a tree, largest first. The range must begin where its subtrees can. */
export function perfectSubtrees([from, to]: Range): Subtree[] {
  const subtrees: Subtree[] = []
  let at = from
  while (at < to) {
    const level = Math.floor(Math.log2(to - at))
    const width = 2 ** level
    if (at % width !== 0) throw new RangeError(`no perfect subtree begins at ${at}`)
    subtrees.push({ level, index: at / width })
    at += width
  }
  return subtrees
}

/** The largest power of two smaller than `n`; `n` is at least 2. */
function leftWidth(n: number): number {
  let width = 1
  while (width * 2 < n) width *= 2
  return width
}
