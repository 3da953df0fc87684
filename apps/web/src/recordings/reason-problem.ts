import type { MessageKey } from '../messages/translate.ts'

/** What is wrong with a reason, as the contract asks it: at least five characters that say something. */
export function findReasonProblem(reason: string): MessageKey | null {
  const length = reason.trim().length
  if (length === 0) return 'recordings.reasonMissing'
  return length < 5 ? 'recordings.reasonShort' : null
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
