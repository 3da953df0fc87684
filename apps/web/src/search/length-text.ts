/** Seconds of what somebody typed: "1:30", "1:02:03", or minutes ("2", "1.5"). Null: nothing; undefined: not a length. */
export function readLength(typed: string): number | null | undefined {
  const text = typed.trim().replace(',', '.')
  if (text === '') return null
  const clock = /^(?:(\d{1,3}):)?(\d{1,3}):([0-5]\d)$/.exec(text)
  const seconds =
    clock !== null
      ? Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number(clock[3])
      : /^\d{1,5}(\.\d+)?$/.test(text)
        ? Math.round(Number(text) * 60)
        : undefined
  return seconds !== undefined && seconds <= 1_000_000 ? seconds : undefined
}
