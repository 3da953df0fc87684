import { endOtherSessions, endOwnSession, getAccount, removeTotp } from '@getuige/contract'
import { Button, Dialog, Panel, State } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { query, useAct } from '../api/index.ts'
import { ConfirmDialog } from '../app/confirm-dialog.tsx'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { Screen } from '../app/screen.tsx'
import { useSession } from '../app/session.ts'
import { formatDay } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { PasswordForm } from '../session/password-form.tsx'
import { PasskeysPanel } from '../sign-in-ways/passkeys-panel.tsx'
import { EnrolTotp } from './enrol-totp.tsx'
import { SessionList } from './session-list.tsx'

/** How one signs in, and where one is signed in now. */
export function AccountScreen() {
  const { person } = useSession()
  const { data, error, refetch } = useQuery(query(getAccount, {}))
  const [open, setOpen] = useState<'password' | 'totp' | 'remove-totp' | null>(null)
  const endOne = useAct(endOwnSession)
  const endOthers = useAct(endOtherSessions)
  const remove = useAct(removeTotp)
  const close = () => setOpen(null)
  const roles = person.roles.map((role) => t(`app.role.${role}`)).join(', ')

  return (
    <Screen
      width="reading"
      title={t('account.title')}
      lead={person.roles.length === 0 ? t('account.noRoles') : t('account.lead', { name: person.name, roles })}
    >
      {error !== null && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading />}
      {data !== undefined && (
        <div className="flex flex-col gap-4">
          <Panel
            title={t('session.password')}
            actions={
              <Button size="small" onPress={() => setOpen('password')}>
                {t('session.changePassword')}
              </Button>
            }
          >
            <p className="text-ink-2">{t('account.password.what', { login: person.login })}</p>
          </Panel>
          <Panel
            title={t('account.totp.title')}
            actions={
              <>
                {data.totpSince !== null && (
                  <Button size="small" variant="plain" onPress={() => setOpen('remove-totp')}>
                    {t('account.totp.remove')}
                  </Button>
                )}
                <Button size="small" onPress={() => setOpen('totp')}>
                  {t(data.totpSince === null ? 'account.totp.add' : 'account.totp.replace')}
                </Button>
              </>
            }
          >
            <p className="mb-1">
              {data.totpSince === null ? (
                <State shape="ring" tone="muted">
                  {t('account.totp.none')}
                </State>
              ) : (
                <State shape="disc">{t('account.totp.since', { day: formatDay(data.totpSince) })}</State>
              )}
            </p>
            <p className="text-ink-2">{t(data.needsSecondFactor ? 'account.totp.needed' : 'account.totp.optional')}</p>
          </Panel>
          <PasskeysPanel />
          <Panel
            title={t('account.sessions.title')}
            actions={
              data.sessions.length > 1 && (
                <Button size="small" isPending={endOthers.isPending} onPress={() => endOthers.mutate({})}>
                  {t('account.sessions.endOthers')}
                </Button>
              )
            }
          >
            {[endOne.error, endOthers.error].map(
              (each) => each !== null && <ErrorPanel key={each.code} error={each} />,
            )}
            <SessionList
              sessions={data.sessions}
              isEnding={endOne.isPending}
              onEnd={(session) => endOne.mutate({ params: { sessionId: session.id } })}
            />
          </Panel>
        </div>
      )}

      {open === 'password' && (
        <Dialog isOpen title={t('session.changePassword')} closeLabel={t('app.close')} onClose={close}>
          <p className="mb-4 text-ink-2">{t('session.othersEnd')}</p>
          <PasswordForm onDone={close} />
        </Dialog>
      )}
      {open === 'totp' && (
        <Dialog isOpen title={t('account.totp.title')} closeLabel={t('app.close')} onClose={close}>
          <EnrolTotp
            onDone={() => {
              close()
              void refetch()
            }}
          />
        </Dialog>
      )}
      {open === 'remove-totp' && (
        <ConfirmDialog
          title={t('account.totp.remove')}
          body={t('account.totp.removeBody')}
          actLabel={t('account.totp.remove')}
          isPending={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate({}, { onSuccess: close })}
          onClose={close}
        />
      )}
    </Screen>
  )
}
