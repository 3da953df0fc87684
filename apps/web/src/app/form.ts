import { RefusalError } from '../api/index.ts'
import { t } from '../messages/translate.ts'

/** What the server says is wrong with one field of a form; null when it says nothing of it. `path` as in the contract. */
export function fieldError(error: unknown, path: string): string | null {
  if (!(error instanceof RefusalError)) return null
  const field = error.fields.find((one) => one.path === path)
  return field === undefined ? null : t(`errors.field.${field.problem}`)
}
