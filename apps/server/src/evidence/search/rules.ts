/** Of tags, in the order given: which would come, and which would go. */
export type TagChange = Readonly<{ tags: readonly string[]; added: readonly string[]; removed: readonly string[] }>

/** Instead of those there are; each once. */
export function replaceTags(before: readonly string[], wanted: readonly string[]): TagChange {
  const tags = [...new Set(wanted)]
  return {
    tags,
    added: tags.filter((tag) => !before.includes(tag)),
    removed: before.filter((tag) => !tags.includes(tag)),
  }
}

export const addTags = (before: readonly string[], more: readonly string[]): TagChange =>
  replaceTags(before, [...before, ...more])

export const removeTags = (before: readonly string[], fewer: readonly string[]): TagChange =>
  replaceTags(
    before,
    before.filter((tag) => !fewer.includes(tag)),
  )

export const isChange = ({ added, removed }: TagChange): boolean => added.length + removed.length > 0
