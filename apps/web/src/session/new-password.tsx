import { ShapeMark, TextField } from '@getuige/ui'
import { t } from '../messages/translate.ts'

const minimumLength = 12

export type NewPassword = Readonly<{ next: string; again: string }>
export const noPassword: NewPassword = { next: '', again: '' }

export function isGoodPassword({ next, again }: NewPassword): boolean {
  return next.length >= minimumLength && next === again
}

/** A new password, twice, with what is asked of it checked while one types. */
export function NewPasswordFields({ value, onChange }: { value: NewPassword; onChange: (value: NewPassword) => void }) {
  const rules = [
    {
      id: 'length',
      text: t('session.rule.length', { count: value.next.length }),
      isMet: value.next.length >= minimumLength,
    },
    { id: 'same', text: t('session.rule.same'), isMet: value.next !== '' && value.next === value.again },
  ]
  return (
    <div className="flex flex-col gap-4">
      <TextField
        label={t('session.next')}
        value={value.next}
        onChange={(next) => onChange({ ...value, next })}
        inputType="password"
        autoComplete="new-password"
        description={t('session.rule.advice')}
        isRequired
      />
      <TextField
        label={t('session.again')}
        value={value.again}
        onChange={(again) => onChange({ ...value, again })}
        inputType="password"
        autoComplete="new-password"
        isRequired
      />
      <ul className="flex flex-col gap-1 text-sm" aria-live="polite">
        {rules.map((rule) => (
          <li key={rule.id} className={rule.isMet ? 'text-accent' : 'text-ink-3'}>
            <ShapeMark shape={rule.isMet ? 'check' : 'ring'} className="mr-2 inline-block" />
            {rule.text}
            <span className="sr-only">: {t(rule.isMet ? 'session.rule.met' : 'session.rule.unmet')}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
