/** What one measure found: numbers by name, in the units their names say. */
export type Figures = Readonly<Record<string, number | string | boolean | null>>

/** A figure held against its aim, and the baseline of the same run it was divided by where there is one. */
export type Verdict = Readonly<{ what: string; measured: number; unit: string; aim: string; isMet: boolean | null }>
export type Measured = Readonly<{ name: string; verdicts: readonly Verdict[]; figures: Figures }>

/** The value below which the share `p` (0 to 1) of `values` lies. NaN when there are none. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Number.NaN
}

export const median = (values: readonly number[]): number => percentile(values, 0.5)

/** How long it took, in milliseconds. */
export async function timed(work: () => Promise<unknown> | undefined): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

/** At two decimals below ten, so that what is printed is what is compared. */
export function round(value: number): number {
  const digits = Math.abs(value) < 10 ? 2 : Math.abs(value) < 1000 ? 1 : 0
  return Number(value.toFixed(digits))
}

export function atLeast(what: string, measured: number, aim: number, unit = '× baseline'): Verdict {
  return { what, measured: round(measured), unit, aim: `≥ ${aim}`, isMet: round(measured) >= aim }
}

export function atMost(what: string, measured: number, aim: number, unit: string): Verdict {
  return { what, measured: round(measured), unit, aim: `≤ ${aim} ${unit}`, isMet: round(measured) <= aim }
}

/** A figure without an aim, to read the others by. */
export function besides(what: string, measured: number, unit = '× baseline'): Verdict {
  return { what, measured: round(measured), unit, aim: '', isMet: null }
}
