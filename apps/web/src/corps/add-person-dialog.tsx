import type { Role } from '@getuige/base'
import { addPerson, type Person } from '@getuige/contract'
import { TextField, toast } from '@getuige/ui'
import { useState } from 'react'
import { useAct } from '../api/index.ts'
import { FormDialog } from '../app/form-dialog.tsx'
import { fieldError } from '../app/form.ts'
import { t } from '../messages/translate.ts'
import { isNamed, type Named, NameFields } from './name-fields.tsx'
import { isWider, RoleFields } from './role-fields.tsx'

/** Somebody new. What reaches further than an enforcer's waits for a second person; the account is there meanwhile. */
export function AddPersonDialog({
  isFounding,
  onClose,
  onAdded,
}: {
  isFounding: boolean
  onClose: () => void
  onAdded: (person: Person, oneTimePassword: string) => void
}) {
  const add = useAct(addPerson)
  const [named, setNamed] = useState<Named>({ name: '', login: '' })
  const [title, setTitle] = useState('')
  const [roles, setRoles] = useState<readonly Role[]>([])
  const [reason, setReason] = useState('')
  const asksReason = isWider([], roles) && !isFounding
  const isReady = isNamed(named) && roles.length > 0 && (!asksReason || reason.trim().length >= 5)

  return (
    <FormDialog
      title={t('corps.add')}
      actLabel={t(asksReason ? 'corps.addAndAsk' : 'app.add')}
      isReady={isReady}
      isPending={add.isPending}
      error={add.error?.code === 'person/login-taken' ? null : add.error}
      onSubmit={() => {
        add.mutate(
          { body: { ...named, title, roles: [...roles], ...(asksReason ? { reason } : {}) } },
          {
            onSuccess: ({ person, oneTimePassword, asked, awaitedRoles }) => {
              if (awaitedRoles.length > 0) toast(t(asked === null ? 'corps.notAsked' : 'corps.asked'))
              onAdded(person, oneTimePassword)
            },
          },
        )
      }}
      onClose={onClose}
    >
      {() => (
        <>
          <NameFields value={named} onChange={setNamed} error={add.error} />
          <TextField
            label={t('corps.titleOf')}
            description={t('corps.titleHint')}
            value={title}
            onChange={setTitle}
            error={fieldError(add.error, 'body.title')}
            maxLength={120}
          />
          <RoleFields
            current={[]}
            wanted={roles}
            onChange={setRoles}
            reason={reason}
            onReason={setReason}
            isFounding={isFounding}
            asksReason={asksReason}
          />
        </>
      )}
    </FormDialog>
  )
}
