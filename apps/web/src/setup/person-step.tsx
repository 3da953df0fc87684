import { addPerson } from '@getuige/contract'
import { useAct } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { isNamed, NameFields } from '../corps/name-fields.tsx'
import { t } from '../messages/translate.ts'
import { change, useDraft } from './draft.ts'
import { StepForm } from './step-form.tsx'

/** Somebody with this role, who gets a one-time password. */
export function PersonStep({ part, role }: { part: 'officer' | 'enforcer'; role: 'records-officer' | 'enforcer' }) {
  const draft = useDraft()
  const add = useAct(addPerson)
  const named = draft[part]
  const next = part === 'officer' ? 'enforcer' : 'camera'

  return (
    <>
      <StepForm
        title={t(`setup.step.${part}`)}
        lead={
          <>
            {t(`setup.${part}Lead`)} {t('setup.oneTimeComes')}
          </>
        }
        isReady={isNamed(named)}
        isPending={add.isPending}
        onNext={() =>
          add.mutate(
            { body: { ...named, title: '', roles: [role] } },
            {
              onSuccess: ({ person, oneTimePassword }) =>
                change({
                  step: next,
                  passwords: [...draft.passwords, { name: person.name, login: person.login, value: oneTimePassword }],
                  ...(part === 'enforcer' ? { wearer: { id: person.id, name: person.name } } : {}),
                }),
            },
          )
        }
        onLater={() => change({ step: next })}
      >
        {add.error !== null && add.error.code !== 'person/login-taken' && <ErrorPanel error={add.error} />}
        <div className="flex max-w-md flex-col gap-4">
          <NameFields value={named} onChange={(value) => change({ [part]: value })} error={add.error} />
        </div>
      </StepForm>
    </>
  )
}
