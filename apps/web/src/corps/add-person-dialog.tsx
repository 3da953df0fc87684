import { type Role, roles } from '@getuige/base'
import { addPerson, type Person } from '@getuige/contract'
import { Button, Dialog, RadioGroup } from '@getuige/ui'
import { useId, useState } from 'react'
import { useAct } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { t } from '../messages/translate.ts'
import { isNamed, type Named, NameFields } from './name-fields.tsx'

const offered: readonly Role[] = roles.toReversed()

export function AddPersonDialog({
  onClose,
  onAdded,
}: {
  onClose: () => void
  onAdded: (person: Person, oneTimePassword: string) => void
}) {
  const formId = useId()
  const add = useAct(addPerson)
  const [named, setNamed] = useState<Named>({ name: '', login: '' })
  const [role, setRole] = useState<Role>('enforcer')

  return (
    <Dialog
      isOpen
      title={t('corps.add')}
      closeLabel={t('app.close')}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('app.cancel')}</Button>
          <Button type="submit" form={formId} variant="primary" isDisabled={!isNamed(named)} isPending={add.isPending}>
            {t('app.add')}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (!isNamed(named) || add.isPending) return
          add.mutate(
            { body: { ...named, title: '', roles: [role] } },
            { onSuccess: ({ person, oneTimePassword }) => onAdded(person, oneTimePassword) },
          )
        }}
      >
        {add.error !== null && add.error.code !== 'person/login-taken' && <ErrorPanel error={add.error} />}
        <NameFields value={named} onChange={setNamed} error={add.error} />
        <RadioGroup
          label={t('corps.role')}
          options={offered.map((one) => ({
            id: one,
            label: t(`app.role.${one}`),
            description: t(`corps.roleHint.${one}`),
          }))}
          value={role}
          onChange={(id) => setRole(offered.find((one) => one === id) ?? 'enforcer')}
        />
      </form>
    </Dialog>
  )
}
