import { completeSetup } from '@getuige/contract'
import { TextField } from '@getuige/ui'
import { useMutation } from '@tanstack/react-query'
import { call, type RefusalError } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { startSession } from '../app/session.ts'
import { isNamed, NameFields } from '../corps/name-fields.tsx'
import { t } from '../messages/translate.ts'
import { isGoodPassword, NewPasswordFields, noPassword } from '../session/new-password.tsx'
import { change, useDraft } from './draft.ts'
import { StepForm } from './step-form.tsx'

/** The first administrator. Sends the corps and its administrator together and spends the link. */
export function AdministratorStep({ token }: { token: string }) {
  const draft = useDraft()
  const complete = useMutation<void, RefusalError>({
    mutationFn: async () => {
      const session = await call(completeSetup, {
        params: { token },
        body: {
          corpsName: draft.corpsName,
          lawPackId: draft.lawPackId ?? '',
          administrator: { ...draft.administrator, title: draft.title, password: draft.password.next },
        },
      })
      startSession(session)
      change({ step: session.mustAddFactor ? 'factor' : 'officer', password: noPassword })
    },
  })

  return (
    <StepForm
      title={t('setup.step.administrator')}
      lead={t('setup.administratorLead')}
      isReady={isNamed(draft.administrator) && isGoodPassword(draft.password)}
      isPending={complete.isPending}
      nextLabel={t('setup.create')}
      onNext={() => complete.mutate()}
      onBack={() => change({ step: 'corps' })}
    >
      {complete.error !== null && <ErrorPanel error={complete.error} />}
      <div className="flex max-w-md flex-col gap-4">
        <NameFields
          value={draft.administrator}
          onChange={(administrator) => change({ administrator })}
          error={complete.error}
          at="administrator."
          areOwn
        />
        <TextField
          label={t('corps.titleOf')}
          description={t('corps.titleHint')}
          value={draft.title}
          onChange={(title) => change({ title })}
          maxLength={120}
        />
        <NewPasswordFields value={draft.password} onChange={(password) => change({ password })} />
      </div>
    </StepForm>
  )
}
