import { changePassword } from '@getuige/contract'
import { Button, TextField, toast } from '@getuige/ui'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { call, type RefusalError } from '../api/index.ts'
import { startSession, useSession } from '../app/session.ts'
import { t } from '../messages/translate.ts'
import { isGoodPassword, NewPasswordFields, noPassword } from './new-password.tsx'
import { SignInError } from './sign-in-error.tsx'

/** A password of one's own, in the place of the one there is. */
export function PasswordForm({ onDone }: { onDone: () => void }) {
  const { mustChangePassword, person } = useSession()
  const [current, setCurrent] = useState('')
  const [chosen, setChosen] = useState(noPassword)
  const change = useMutation<void, RefusalError>({
    mutationFn: async () => {
      startSession(await call(changePassword, { body: { current, next: chosen.next } }))
      toast(t('session.changed'))
      onDone()
    },
  })
  const isReady = current !== '' && isGoodPassword(chosen)
  return (
    <form
      className="flex max-w-md flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady && !change.isPending) change.mutate()
      }}
    >
      {change.error !== null && <SignInError error={change.error} />}
      <input type="text" autoComplete="username" value={person.login} readOnly hidden />
      <TextField
        label={t(mustChangePassword ? 'session.currentOneTime' : 'session.current')}
        value={current}
        onChange={setCurrent}
        inputType="password"
        autoComplete="current-password"
        autoFocus
        isRequired
      />
      <NewPasswordFields value={chosen} onChange={setChosen} />
      <Button type="submit" variant="primary" size="large" isDisabled={!isReady} isPending={change.isPending}>
        {t('session.changePassword')}
      </Button>
    </form>
  )
}
