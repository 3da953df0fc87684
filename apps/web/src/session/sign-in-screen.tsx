import { signIn } from '@getuige/contract'
import { Button, TextField } from '@getuige/ui'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { call, type RefusalError } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { Screen } from '../app/screen.tsx'
import { startSession } from '../app/session.ts'
import { t } from '../messages/translate.ts'

/** Sign-in, at whatever address was asked for: that screen follows at once. */
export function SignInScreen() {
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const attempt = useMutation<void, RefusalError>({
    mutationFn: async () => startSession(await call(signIn, { body: { login, password } })),
    onError: () => setPassword(''),
  })
  const isReady = login.trim() !== '' && password !== ''

  return (
    <div className="mx-auto w-full max-w-md pt-[8vh]">
      <Screen title={t('session.signInTo')}>
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            if (isReady && !attempt.isPending) attempt.mutate()
          }}
        >
          {attempt.error !== null && <ErrorPanel error={attempt.error} />}
          <TextField
            label={t('session.login')}
            value={login}
            onChange={setLogin}
            autoComplete="username"
            autoFocus
            isRequired
          />
          <TextField
            label={t('session.password')}
            value={password}
            onChange={setPassword}
            inputType="password"
            autoComplete="current-password"
            isRequired
          />
          <Button type="submit" variant="primary" size="large" isPending={attempt.isPending}>
            {t('session.signIn')}
          </Button>
        </form>
        <div className="mt-2 flex flex-col gap-2 text-sm text-ink-3">
          <p>{t('session.firstTime')}</p>
          <p>{t('session.forgotten')}</p>
        </div>
      </Screen>
    </div>
  )
}
