import { giveCode, type SecondFactor, signIn } from '@getuige/contract'
import { Button, TextField } from '@getuige/ui'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { call, type RefusalError } from '../api/index.ts'
import { Screen } from '../app/screen.tsx'
import { startSession } from '../app/session.ts'
import { t } from '../messages/translate.ts'
import { PasskeyButton, ProviderRefusal, SignInWays } from '../sign-in-ways/sign-in-ways.tsx'
import { CodeField, isCode } from './code-field.tsx'
import { SignInError } from './sign-in-error.tsx'

/** Sign-in, at whatever address was asked for: that screen follows at once. Who has a second factor takes two steps. */
export function SignInScreen() {
  const [factors, setFactors] = useState<readonly SecondFactor[] | null>(null)
  return (
    <div className="mx-auto w-full max-w-md pt-[8vh]">
      {factors === null ? (
        <PasswordStep onFactors={setFactors} />
      ) : (
        <FactorStep factors={factors} onBack={() => setFactors(null)} />
      )}
    </div>
  )
}

function PasswordStep({ onFactors }: { onFactors: (factors: readonly SecondFactor[]) => void }) {
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const attempt = useMutation<void, RefusalError>({
    mutationFn: async () => {
      const answer = await call(signIn, { body: { login, password } })
      if (answer.step === 'signed-in') startSession(answer.session)
      else onFactors(answer.factors)
    },
    onError: () => setPassword(''),
  })
  const isReady = login.trim() !== '' && password !== ''

  return (
    <Screen title={t('session.signInTo')}>
      <ProviderRefusal />
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (isReady && !attempt.isPending) attempt.mutate()
        }}
      >
        {attempt.error !== null && <SignInError error={attempt.error} />}
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
      <SignInWays />
      <div className="mt-2 flex flex-col gap-2 text-sm text-ink-3">
        <p>{t('session.firstTime')}</p>
        <p>{t('session.forgotten')}</p>
      </div>
    </Screen>
  )
}

/** The second step. Whoever lost what it asks for is told who helps. */
function FactorStep({ factors, onBack }: { factors: readonly SecondFactor[]; onBack: () => void }) {
  const [code, setCode] = useState('')
  const attempt = useMutation<void, RefusalError, string>({
    mutationFn: async (typed) => startSession(await call(giveCode, { body: { code: typed } })),
    onError: (error) => {
      setCode('')
      if (error.code === 'session/step-over') onBack()
    },
  })
  return (
    <Screen title={t('session.secondStep')}>
      {factors.includes('totp') && (
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            if (isCode(code) && !attempt.isPending) attempt.mutate(code)
          }}
        >
          {attempt.error !== null && <SignInError error={attempt.error} />}
          <CodeField
            value={code}
            onChange={(typed) => {
              setCode(typed)
              if (isCode(typed) && !attempt.isPending) attempt.mutate(typed)
            }}
          />
          <Button type="submit" variant="primary" size="large" isPending={attempt.isPending} isDisabled={!isCode(code)}>
            {t('session.signIn')}
          </Button>
        </form>
      )}
      {factors.includes('passkey') && <PasskeyButton />}
      <div className="mt-2 flex flex-col gap-2 text-sm text-ink-3">
        <p>{t('session.lostFactor')}</p>
        <p>
          <Button variant="plain" size="small" onPress={onBack}>
            {t('session.otherLogin')}
          </Button>
        </p>
      </div>
    </Screen>
  )
}
