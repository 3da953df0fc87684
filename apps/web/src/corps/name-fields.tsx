import { TextField } from '@getuige/ui'
import { useState } from 'react'
import type { RefusalError } from '../api/index.ts'
import { fieldError } from '../app/form.ts'
import { t } from '../messages/translate.ts'
import { loginOf } from './login-of.ts'

export type Named = Readonly<{ name: string; login: string }>

/** Name and login of a person; the login follows the name until someone types their own. */
export function NameFields({
  value,
  onChange,
  error,
  at = '',
  areOwn = false,
}: {
  value: Named
  onChange: (value: Named) => void
  error: RefusalError | null
  /** Where these stand in the body of the request, with a full stop after. */
  at?: string
  /** The person fills in their own: the browser may offer what it knows. */
  areOwn?: boolean
}) {
  const [isOwnLogin, setIsOwnLogin] = useState(value.login !== loginOf(value.name))
  return (
    <>
      <TextField
        label={t('corps.name')}
        description={t('corps.nameHint')}
        value={value.name}
        onChange={(name) => onChange({ name, login: isOwnLogin ? value.login : loginOf(name) })}
        error={fieldError(error, `${at}name`)}
        autoComplete={areOwn ? 'name' : 'off'}
        maxLength={120}
        isRequired
      />
      <TextField
        label={t('corps.login')}
        description={t('corps.loginHint')}
        value={value.login}
        onChange={(login) => {
          setIsOwnLogin(true)
          onChange({ ...value, login })
        }}
        error={error?.code === 'person/login-taken' ? t('errors.person/login-taken') : fieldError(error, `${at}login`)}
        autoComplete={areOwn ? 'username' : 'off'}
        isMono
        maxLength={100}
        isRequired
      />
    </>
  )
}

export function isNamed({ name, login }: Named): boolean {
  return name.trim() !== '' && /^[a-z0-9][a-z0-9._@+-]{1,99}$/.test(login.trim().toLowerCase())
}
