import type { Camera, Person } from '@getuige/contract'
import type { SelectOption } from '@getuige/ui'
import { t } from '../messages/translate.ts'

/** Stands for "nobody" in a list of choices. */
export const nobody = 'nobody'

/** Who may wear a camera: the enforcers, whoever wears it now, or nobody. */
export function wearerOptions(people: readonly Person[], wearer: Camera['wearer']): SelectOption[] {
  return [
    { id: nobody, label: t('app.nobody') },
    ...people
      .filter((person) => person.roles.includes('enforcer') || person.id === wearer?.id)
      .map((person) => ({ id: person.id, label: person.name })),
  ]
}
