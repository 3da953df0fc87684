/** What is selected after a row was turned on or off. */
export function toggled<Id>(selected: ReadonlySet<Id>, id: Id): ReadonlySet<Id> {
  const next = new Set(selected)
  if (!next.delete(id)) next.add(id)
  return next
}

/** What is selected after everything from one row to another was added, whichever stands first. */
export function withRange<Id>(
  selected: ReadonlySet<Id>,
  listed: readonly Id[],
  fromIndex: number,
  toIndex: number,
): ReadonlySet<Id> {
  const range = listed.slice(Math.min(fromIndex, toIndex), Math.max(fromIndex, toIndex) + 1)
  return new Set([...selected, ...range])
}

/** Everything that is shown; or nothing, when everything was selected already. */
export function allOrNone<Id>(selected: ReadonlySet<Id>, listed: readonly Id[]): ReadonlySet<Id> {
  return listed.every((id) => selected.has(id)) ? new Set() : new Set(listed)
}
