import { Button, TextField, toast } from '@getuige/ui'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { t } from '../messages/translate.ts'
import { makePasskey } from './ceremony.ts'
import { WayError } from './way-error.tsx'

/** Names a passkey, and lets the browser make it. */
export function AddPasskey({ onDone }: { onDone: () => void }) {
  const [name, setName] = useState('')
  const make = useMutation({
    mutationFn: () => makePasskey(name.trim()),
    onSuccess: () => {
      toast(t('ways.passkeys.added'))
      onDone()
    },
  })
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (name.trim() !== '' && !make.isPending) make.mutate()
      }}
    >
      {make.error !== null && <WayError error={make.error} />}
      <TextField
        label={t('ways.passkeys.name')}
        description={t('ways.passkeys.nameHint')}
        value={name}
        onChange={setName}
        autoFocus
        isRequired
      />
      <p className="text-sm text-ink-2">{t('ways.passkeys.addBody')}</p>
      <Button type="submit" variant="primary" isDisabled={name.trim() === ''} isPending={make.isPending}>
        {t('ways.passkeys.make')}
      </Button>
    </form>
  )
}
