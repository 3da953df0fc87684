import { RefusalError } from '../api/index.ts'
import { t } from '../messages/translate.ts'

/** What the server says is wrong with one field of a form; null when it says nothing of it. `path` as in the contract. */
export function fieldError(error: unknown, path: string): string | null {
  if (!(error instanceof RefusalError)) return null
  const field = error.fields.find((one) => one.path === path)
  return field === undefined ? null : t(`errors.field.${field.problem}`)
}

/** The look of a button whose act is on its way; a second press then does nothing. */
export const busy = 'cursor-progress opacity-70'

/** Puts the focus on the first field that is wrong, so that its words are read. Call once the screen shows them. */
export function focusFirstProblem(form: HTMLElement | null): void {
  const wrong = form?.querySelector<HTMLElement>(
    '[aria-invalid=true], [role=radiogroup][data-invalid], [role=group][data-invalid]',
  )
  const field =
    wrong?.matches('input,textarea,button') === true ? wrong : wrong?.querySelector<HTMLElement>('input,button')
  field?.focus({ preventScroll: true })
  // In the middle: at the edge the bar at the top could cover it.
  field?.scrollIntoView({ block: 'center' })
}
