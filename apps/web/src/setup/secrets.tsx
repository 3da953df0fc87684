import { Secret } from '../app/secret.tsx'
import { t } from '../messages/translate.ts'
import { useDraft } from './draft.ts'

/** The one-time passwords and the token made so far. */
export function Secrets() {
  const { passwords, token } = useDraft()
  if (passwords.length === 0 && token === null) return <p className="text-ink-3">{t('setup.secretsNone')}</p>
  return (
    <div className="flex flex-col gap-3">
      <p className="text-ink-2">{t('setup.secretsBody')}</p>
      {passwords.map(({ name, login, value }) => (
        <Secret key={login} label={t('setup.secretPassword', { name, login })} value={value} />
      ))}
      {token !== null && <Secret label={t('setup.secretToken', { label: token.label })} value={token.value} />}
    </div>
  )
}
