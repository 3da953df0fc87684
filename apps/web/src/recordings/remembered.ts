import { useState } from 'react'

/** A choice about the look of a screen that this browser remembers; what was searched for is not remembered. */
export function useRemembered<Value extends string>(
  name: string,
  values: readonly Value[],
  first: Value,
): [Value, (value: Value) => void] {
  const key = `getuige.${name}`
  const [value, setValue] = useState<Value>(() => {
    try {
      const stored = localStorage.getItem(key)
      return values.find((one) => one === stored) ?? first
    } catch {
      return first
    }
  })
  return [
    value,
    (next) => {
      setValue(next)
      try {
        localStorage.setItem(key, next)
      } catch {
        // Storage may be refused; the choice then lasts until the page closes.
      }
    },
  ]
}
