import {
  getIdentityOf,
  getIdentityProvider,
  inviteIdentity,
  listPasskeysOf,
  type Person,
  removePasskeyOf,
} from '@getuige/contract'
import { Button, TextField } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { query, useAct } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { formatDay } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { PasskeyList } from './passkey-list.tsx'

/** For administrators: the passkeys of somebody, and whom of the identity provider's people they are. */
export function WaysOfPerson({ person }: { person: Pick<Person, 'id'> }) {
  const params = { personId: person.id }
  const passkeys = useQuery(query(listPasskeysOf, { params }))
  const provider = useQuery(query(getIdentityProvider, {}))
  const remove = useAct(removePasskeyOf)
  return (
    <div className="flex flex-col gap-3">
      <h3 className="font-semibold">{t('ways.passkeys.title')}</h3>
      {[passkeys.error, remove.error].map((each) => each !== null && <ErrorPanel key={each.code} error={each} />)}
      {passkeys.data !== undefined && (
        <PasskeyList
          passkeys={passkeys.data.passkeys}
          onRemove={(passkey) => remove.mutate({ params: { ...params, passkeyId: passkey.id } })}
        />
      )}
      {provider.data?.settings != null && <IdentityOf person={person} />}
    </div>
  )
}

function IdentityOf({ person }: { person: Pick<Person, 'id'> }) {
  const params = { personId: person.id }
  const { data, error } = useQuery(query(getIdentityOf, { params }))
  const [login, setLogin] = useState('')
  const [reason, setReason] = useState('')
  const invite = useAct(inviteIdentity)
  const identity = data?.identity ?? null
  const isAsked = (invite.data?.asked ?? null) !== null
  const isReady = login.trim() !== '' && reason.trim().length >= 5
  return (
    <>
      <h3 className="font-semibold">{t('ways.provider.title')}</h3>
      {[error, invite.error].map((each) => each !== null && <ErrorPanel key={each.code} error={each} />)}
      {isAsked && <p className="text-ink-2">{t('ways.provider.asked')}</p>}
      {identity === null ? (
        <form
          className="flex flex-wrap items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            if (isReady) invite.mutate({ params, body: { kind: 'invite', login, reason } })
          }}
        >
          <TextField label={t('ways.provider.login')} value={login} onChange={setLogin} isMono />
          <TextField label={t('ways.provider.reason')} value={reason} onChange={setReason} />
          <Button type="submit" isPending={invite.isPending} isDisabled={!isReady}>
            {t('ways.provider.invite')}
          </Button>
        </form>
      ) : (
        <p className="flex flex-wrap items-center gap-2">
          <span className="min-w-0 flex-1 break-words">
            {identity.linkedAt === null
              ? t('ways.provider.invited', { login: identity.login })
              : t('ways.provider.linked', { login: identity.login, day: formatDay(identity.linkedAt) })}
          </span>
          <Button
            size="small"
            isPending={invite.isPending}
            onPress={() => invite.mutate({ params, body: { kind: 'take-back' } })}
          >
            {t('ways.provider.unlink')}
          </Button>
        </p>
      )}
    </>
  )
}
