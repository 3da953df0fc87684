import type { LawDescription, LawSettings, SettingName, SettingValue } from '@getuige/contract'

/** What stands in the fields: as text, so that an unfinished number is no number. */
export type Draft = Readonly<Partial<Record<SettingName, Readonly<{ amount: string; unit: 'days' | 'months' }>>>>

/** The fields as a law has them. */
export function draftOf(law: LawDescription): Draft {
  return Object.fromEntries(law.settings.map(({ name, value }) => [name, fieldOf(value)]))
}

export function fieldOf(value: SettingValue): { amount: string; unit: 'days' | 'months' } {
  if (typeof value === 'number') return { amount: String(value), unit: 'days' }
  const { months = 0, days = 0 } = value
  return months > 0 && days === 0 ? { amount: String(months), unit: 'months' } : { amount: String(days), unit: 'days' }
}

/** What differs from the pack, as the server is asked; null while a field is not a whole number. */
export function settingsOf(pack: LawDescription, draft: Draft, purposes: readonly string[]): LawSettings | null {
  const settings: Record<string, SettingValue | string[]> = {}
  for (const { name, ofPack } of pack.settings) {
    const field = draft[name]
    if (field === undefined) continue
    if (!/^\d{1,6}$/.test(field.amount.trim())) return null
    const amount = Number(field.amount)
    const value = typeof ofPack === 'number' ? amount : { [field.unit]: amount }
    if (JSON.stringify(fieldOf(value)) !== JSON.stringify(fieldOf(ofPack))) settings[name] = value
  }
  const optional = purposes.filter((chosen) => pack.purposes.some(({ id, isOptional }) => isOptional && id === chosen))
  if (optional.length > 0) settings['purposes'] = optional.toSorted()
  return settings
}

/** The optional purposes that a law uses. */
export function purposesOf(law: LawDescription): readonly string[] {
  return law.purposes.filter(({ isOptional, isInUse }) => isOptional && isInUse).map(({ id }) => id)
}
