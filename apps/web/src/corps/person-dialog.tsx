import type { Role } from '@getuige/base'
import {
  askRecovery,
  changePerson,
  changeRoles,
  endSessionOf,
  leaveCorps,
  listSessionsOf,
  type Person,
  resetPassword,
  returnToCorps,
  takeRecovery,
  unlockPerson,
} from '@getuige/contract'
import { Button, Dialog, Tabs, TextArea, TextField, toast } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { SessionList } from '../account/session-list.tsx'
import { query, type RefusalError, useAct } from '../api/index.ts'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { useSession } from '../app/session.ts'
import { formatDay, formatInstant } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { WaysOfPerson } from '../sign-in-ways/ways-of-person.tsx'
import { isWider, RoleFields } from './role-fields.tsx'

type Props = Readonly<{
  person: Person
  isFounding: boolean
  onClose: () => void
  /** A one-time password was made for the person. */
  onSecret: (oneTimePassword: string) => void
}>

/** Everything an administrator does about one person: who they are, what they may, and how they get in. */
export function PersonDialog(props: Props) {
  const { person, onClose } = props
  const hasLeft = person.leftAt !== null
  const [tab, setTab] = useState('access')
  return (
    <Dialog isOpen title={person.name} closeLabel={t('app.close')} onClose={onClose}>
      {hasLeft ? (
        <ReturnPart {...props} />
      ) : (
        <Tabs
          label={person.name}
          value={tab}
          onChange={setTab}
          items={[
            { id: 'access', label: t('corps.tab.access'), panel: <AccessPart {...props} /> },
            { id: 'roles', label: t('corps.tab.roles'), panel: <RolesPart {...props} /> },
            { id: 'person', label: t('corps.tab.person'), panel: <NamePart {...props} /> },
            { id: 'sessions', label: t('corps.tab.sessions'), panel: <SessionsPart {...props} /> },
            { id: 'ways', label: t('ways.passkeys.title'), panel: <WaysOfPerson person={person} /> },
          ]}
        />
      )}
    </Dialog>
  )
}

/** One thing that can be done, said before the button that does it. */
function Act({
  title,
  children,
  error = null,
  button,
}: {
  title: string
  children: ReactNode
  error?: RefusalError | null
  button: ReactNode
}) {
  return (
    <section className="border-b border-line py-3 last:border-b-0">
      <h3 className="font-medium">{title}</h3>
      <div className="mt-1 mb-2 text-ink-2">{children}</div>
      {error !== null && (
        <div className="mb-2">
          <ErrorPanel error={error} />
        </div>
      )}
      {button}
    </section>
  )
}

function AccessPart({ person, onClose, onSecret }: Props) {
  const isSelf = useSession().person.id === person.id
  const unlock = useAct(unlockPerson)
  const reset = useAct(resetPassword)
  const take = useAct(takeRecovery)
  const ask = useAct(askRecovery)
  const leave = useAct(leaveCorps)
  const [reason, setReason] = useState('')
  const [isLeaving, setIsLeaving] = useState(false)
  const params = { personId: person.id }
  const isPlain = person.roles.every((role) => role === 'enforcer')
  const mayReset = !person.hasSecondFactor && (person.mustChangePassword || isPlain)
  return (
    <div>
      {person.lockedUntil !== null && (
        <Act
          title={t('corps.unlock')}
          error={unlock.error}
          button={
            <Button isPending={unlock.isPending} onPress={() => unlock.mutate({ params })}>
              {t('corps.unlock')}
            </Button>
          }
        >
          {t('corps.unlockBody', { until: formatInstant(person.lockedUntil) })}
        </Act>
      )}
      {person.recoverableUntil !== null && (
        <Act
          title={t('corps.take')}
          error={take.error}
          button={
            <Button
              variant="primary"
              isPending={take.isPending}
              onPress={() => take.mutate({ params }, { onSuccess: ({ oneTimePassword }) => onSecret(oneTimePassword) })}
            >
              {t('corps.take')}
            </Button>
          }
        >
          {t('corps.takeBody', { name: person.name, until: formatInstant(person.recoverableUntil) })}
        </Act>
      )}
      {!isSelf && mayReset && (
        <Act
          title={t('corps.reset')}
          error={reset.error}
          button={
            <Button
              isPending={reset.isPending}
              onPress={() =>
                reset.mutate({ params }, { onSuccess: ({ oneTimePassword }) => onSecret(oneTimePassword) })
              }
            >
              {t('corps.resetDo')}
            </Button>
          }
        >
          {t('corps.resetBody', { name: person.name })}
        </Act>
      )}
      {!isSelf && !mayReset && (
        <Act
          title={t('corps.recover')}
          error={ask.error}
          button={
            <Button
              isPending={ask.isPending}
              isDisabled={reason.trim().length < 5}
              onPress={() =>
                ask.mutate(
                  { params, body: { reason } },
                  {
                    onSuccess: () => {
                      toast(t('corps.asked'))
                      onClose()
                    },
                  },
                )
              }
            >
              {t('corps.recoverAsk')}
            </Button>
          }
        >
          <p className="mb-2">{t('corps.recoverBody', { name: person.name })}</p>
          <TextArea
            label={t('corps.reason')}
            description={t('corps.recoverReasonHint')}
            value={reason}
            onChange={setReason}
            rows={2}
            maxLength={2000}
          />
        </Act>
      )}
      <Act
        title={t('corps.leave')}
        error={leave.error}
        button={
          isLeaving ? (
            <div className="flex flex-wrap gap-2">
              <Button
                variant="danger"
                isPending={leave.isPending}
                onPress={() => leave.mutate({ params }, { onSuccess: onClose })}
              >
                {t('corps.leaveDo', { name: person.name })}
              </Button>
              <Button onPress={() => setIsLeaving(false)}>{t('app.cancel')}</Button>
            </div>
          ) : (
            <Button onPress={() => setIsLeaving(true)}>{t('corps.leave')}…</Button>
          )
        }
      >
        {t('corps.leaveBody', { name: person.name })}
      </Act>
    </div>
  )
}

function RolesPart({ person, isFounding, onClose }: Props) {
  const change = useAct(changeRoles)
  const [roles, setRoles] = useState<readonly Role[]>(person.roles)
  const [reason, setReason] = useState('')
  const isSame = roles.length === person.roles.length && roles.every((role) => person.roles.includes(role))
  const isReady = !isSame && roles.length > 0 && reason.trim().length >= 5
  const asks = isWider(person.roles, roles) && !isFounding
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (!isReady || change.isPending) return
        change.mutate(
          { params: { personId: person.id }, body: { roles: [...roles], reason } },
          {
            onSuccess: ({ asked }) => {
              toast(t(asked === null ? 'corps.rolesChanged' : 'corps.asked'))
              onClose()
            },
          },
        )
      }}
    >
      {change.error !== null && <ErrorPanel error={change.error} />}
      <RoleFields
        current={person.roles}
        wanted={roles}
        onChange={setRoles}
        reason={reason}
        onReason={setReason}
        isFounding={isFounding}
        asksReason={!isSame}
      />
      <div>
        <Button type="submit" variant="primary" isDisabled={!isReady} isPending={change.isPending}>
          {t(asks ? 'corps.changeAndAsk' : 'corps.change')}
        </Button>
      </div>
    </form>
  )
}

function NamePart({ person, onClose }: Props) {
  const change = useAct(changePerson)
  const [name, setName] = useState(person.name)
  const [title, setTitle] = useState(person.title)
  const isReady = name.trim() !== '' && (name !== person.name || title !== person.title)
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (!isReady || change.isPending) return
        change.mutate({ params: { personId: person.id }, body: { name, title } }, { onSuccess: onClose })
      }}
    >
      {change.error !== null && <ErrorPanel error={change.error} />}
      <p className="text-ink-2">{t('corps.nameChangeHint')}</p>
      <TextField label={t('corps.name')} value={name} onChange={setName} maxLength={120} isRequired />
      <TextField
        label={t('corps.titleOf')}
        description={t('corps.titleHint')}
        value={title}
        onChange={setTitle}
        maxLength={120}
      />
      <div>
        <Button type="submit" variant="primary" isDisabled={!isReady} isPending={change.isPending}>
          {t('corps.change')}
        </Button>
      </div>
    </form>
  )
}

function SessionsPart({ person }: Props) {
  const { data, error, refetch } = useQuery(query(listSessionsOf, { params: { personId: person.id } }))
  const end = useAct(endSessionOf)
  return (
    <div className="flex flex-col gap-2">
      {error !== null && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {end.error !== null && <ErrorPanel error={end.error} />}
      {data === undefined && error === null && <Loading rows={2} />}
      {data !== undefined && (
        <SessionList
          sessions={data.sessions}
          isEnding={end.isPending}
          onEnd={(session) => end.mutate({ params: { personId: person.id, sessionId: session.id } })}
        />
      )}
    </div>
  )
}

function ReturnPart({ person, onSecret }: Props) {
  const back = useAct(returnToCorps)
  return (
    <Act
      title={t('corps.return')}
      error={back.error}
      button={
        <Button
          variant="primary"
          isPending={back.isPending}
          onPress={() =>
            back.mutate(
              { params: { personId: person.id } },
              { onSuccess: ({ oneTimePassword }) => onSecret(oneTimePassword) },
            )
          }
        >
          {t('corps.return')}
        </Button>
      }
    >
      {person.leftAt !== null && t('corps.returnBody', { name: person.name, day: formatDay(person.leftAt) })}
    </Act>
  )
}
