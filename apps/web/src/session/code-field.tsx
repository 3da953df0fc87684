import { TextField } from '@getuige/ui'
import { t } from '../messages/translate.ts'

export function isCode(text: string): boolean {
  return /^\d{6}$/.test(text)
}

/** The six digits that an authenticator shows now. What is pasted with spaces is taken without. */
export function CodeField({ value, onChange }: { value: string; onChange: (code: string) => void }) {
  return (
    <TextField
      label={t('session.code')}
      description={t('session.codeHint')}
      value={value}
      onChange={(text) => onChange(text.replaceAll(/\D/g, '').slice(0, 6))}
      autoComplete="one-time-code"
      inputMode="numeric"
      isMono
      autoFocus
      isRequired
    />
  )
}
