import { changePassword } from '@getuige/contract'
import { Button, TextField, toast } from '@getuige/ui'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { call, type RefusalError } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { Screen } from '../app/screen.tsx'
import { startSession, useSession } from '../app/session.ts'
import { t } from '../messages/translate.ts'
import { isGoodPassword, NewPasswordFields, noPassword } from './new-password.tsx'

/** A password of one's own: asked of who has only a one-time one, offered to everybody. */
export function PasswordScreen() {
  const { mustChangePassword, person } = useSession()
  const navigate = useNavigate()
  const [current, setCurrent] = useState('')
  const [chosen, setChosen] = useState(noPassword)
  const change = useMutation<void, RefusalError>({
    mutationFn: async () => {
      startSession(await call(changePassword, { body: { current, next: chosen.next } }))
      toast(t('session.changed'))
      if (!mustChangePassword) await navigate({ to: '/' })
    },
  })
  const isReady = current !== '' && isGoodPassword(chosen)

  return (
    <Screen
      width="narrow"
      title={t(mustChangePassword ? 'session.choosePassword' : 'session.changePassword')}
      lead={t(mustChangePassword ? 'session.chooseWhy' : 'session.othersEnd')}
    >
      <form
        className="flex max-w-md flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (isReady && !change.isPending) change.mutate()
        }}
      >
        {change.error !== null && <ErrorPanel error={change.error} />}
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
    </Screen>
  )
}
