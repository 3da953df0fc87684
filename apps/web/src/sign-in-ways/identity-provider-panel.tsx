import { roles } from '@getuige/base'
import {
  changeIdentityProvider,
  getIdentityProvider,
  type ProviderSettings,
  removeIdentityProvider,
} from '@getuige/contract'
import { Button, Checkbox, Dialog, Panel, Select, TextArea, TextField, toast } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { query, useAct } from '../api/index.ts'
import { ConfirmDialog } from '../app/confirm-dialog.tsx'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { Secret } from '../app/secret.tsx'
import { t } from '../messages/translate.ts'
import { formatMapping, parseMapping } from './role-mapping.ts'

/** For administrators: where the people of the corps sign in, and what makes them what. */
export function IdentityProviderPanel() {
  const { data, error, refetch } = useQuery(query(getIdentityProvider, {}))
  const [open, setOpen] = useState<'change' | 'remove' | null>(null)
  const remove = useAct(removeIdentityProvider)
  const close = () => setOpen(null)
  const settings = data?.settings ?? null
  return (
    <Panel
      title={t('ways.provider.title')}
      actions={
        data !== undefined &&
        data.issuers.length > 0 && (
          <>
            {settings !== null && (
              <Button size="small" variant="plain" onPress={() => setOpen('remove')}>
                {t('ways.provider.remove')}
              </Button>
            )}
            <Button size="small" onPress={() => setOpen('change')}>
              {t(settings === null ? 'ways.provider.setUp' : 'ways.provider.change')}
            </Button>
          </>
        )
      }
    >
      {error !== null && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading rows={2} />}
      <p className="mb-1 text-ink-2">{t('ways.provider.what')}</p>
      {data?.issuers.length === 0 && <p className="text-ink-3">{t('ways.provider.notAllowed')}</p>}
      {data !== undefined && data.issuers.length > 0 && (
        <p className="break-words">
          {settings === null ? t('ways.provider.none') : `${settings.label}: ${settings.issuer}`}
        </p>
      )}
      {data !== undefined && open === 'change' && (
        <Dialog isOpen title={t('ways.provider.title')} closeLabel={t('app.close')} onClose={close}>
          <ProviderForm
            settings={settings}
            issuers={data.issuers}
            callbackAddress={data.callbackAddress}
            logoutAddress={data.logoutAddress}
            onDone={close}
          />
        </Dialog>
      )}
      {open === 'remove' && (
        <ConfirmDialog
          title={t('ways.provider.remove')}
          body={t('ways.provider.removeBody')}
          actLabel={t('ways.provider.remove')}
          isPending={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate({}, { onSuccess: close })}
          onClose={close}
        />
      )}
    </Panel>
  )
}

const wordsIn = (text: string) => text.split(/\s+/).filter((word) => word !== '')

function ProviderForm({
  settings,
  issuers,
  callbackAddress,
  logoutAddress,
  onDone,
}: {
  settings: ProviderSettings | null
  issuers: readonly string[]
  callbackAddress: string
  logoutAddress: string
  onDone: () => void
}) {
  const [label, setLabel] = useState(settings?.label ?? '')
  const [issuer, setIssuer] = useState(settings?.issuer ?? issuers[0] ?? '')
  const [clientId, setClientId] = useState(settings?.clientId ?? '')
  const [clientSecret, setClientSecret] = useState('')
  const [scopes, setScopes] = useState((settings?.scopes ?? ['profile']).join(' '))
  const [loginClaim, setLoginClaim] = useState(settings?.loginClaim ?? 'preferred_username')
  const [rolesClaim, setRolesClaim] = useState(settings?.rolesClaim ?? '')
  const [mapping, setMapping] = useState(formatMapping(settings?.roleMapping ?? []))
  const [strongAcr, setStrongAcr] = useState((settings?.strongAcr ?? []).join(' '))
  const [addsPeople, setAddsPeople] = useState(settings?.addsPeople ?? false)
  const [acceptsOneFactor, setAcceptsOneFactor] = useState(settings?.acceptsOneFactor ?? false)
  const [reason, setReason] = useState('')
  const change = useAct(changeIdentityProvider)
  const { roleMapping, wrong } = parseMapping(mapping)
  const isReady =
    reason.trim().length >= 5 &&
    label.trim() !== '' &&
    clientId.trim() !== '' &&
    loginClaim.trim() !== '' &&
    wrong === undefined
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (!isReady || change.isPending) return
        const body = {
          settings: {
            label,
            issuer,
            clientId,
            scopes: wordsIn(scopes),
            loginClaim,
            rolesClaim: rolesClaim.trim() === '' ? null : rolesClaim,
            roleMapping,
            addsPeople,
            strongAcr: wordsIn(strongAcr),
            acceptsOneFactor,
          },
          ...(clientSecret === '' ? {} : { clientSecret }),
          reason,
        }
        change.mutate(
          { body },
          {
            onSuccess: ({ asked }) => {
              toast(t(asked === null ? 'ways.provider.saved' : 'ways.provider.asked'))
              onDone()
            },
          },
        )
      }}
    >
      {change.error !== null && <ErrorPanel error={change.error} />}
      <div className="flex flex-col gap-1 text-sm">
        <p className="text-ink-2">{t('ways.provider.register')}</p>
        <Secret label={t('ways.provider.callback')} value={callbackAddress} />
        <Secret label={t('ways.provider.logout')} value={logoutAddress} />
      </div>
      <TextField label={t('ways.provider.label')} value={label} onChange={setLabel} isRequired />
      <Select
        label={t('ways.provider.issuer')}
        placeholder={t('ways.provider.issuer')}
        options={issuers.map((id) => ({ id, label: id }))}
        value={issuer}
        onChange={setIssuer}
      />
      <TextField label={t('ways.provider.clientId')} value={clientId} onChange={setClientId} isMono isRequired />
      <TextField
        label={t('ways.provider.clientSecret')}
        value={clientSecret}
        onChange={setClientSecret}
        inputType="password"
        autoComplete="off"
        {...(settings === null ? { isRequired: true } : { description: t('ways.provider.secretKept') })}
      />
      <TextField label={t('ways.provider.scopes')} value={scopes} onChange={setScopes} isMono />
      <TextField label={t('ways.provider.loginClaim')} value={loginClaim} onChange={setLoginClaim} isMono isRequired />
      <TextField label={t('ways.provider.rolesClaim')} value={rolesClaim} onChange={setRolesClaim} isMono />
      <TextArea
        label={t('ways.provider.mapping')}
        description={
          wrong === undefined
            ? t('ways.provider.mappingHint', { roles: roles.join(', ') })
            : t('ways.provider.mappingWrong', { line: wrong })
        }
        value={mapping}
        onChange={setMapping}
      />
      <TextField label={t('ways.provider.strongAcr')} value={strongAcr} onChange={setStrongAcr} isMono />
      <Checkbox isSelected={addsPeople} onChange={setAddsPeople}>
        {t('ways.provider.addsPeople')}
      </Checkbox>
      <Checkbox isSelected={acceptsOneFactor} onChange={setAcceptsOneFactor}>
        {t('ways.provider.acceptsOneFactor')}
      </Checkbox>
      <TextField
        label={t('ways.provider.reason')}
        description={t('ways.provider.reasonHint')}
        value={reason}
        onChange={setReason}
        isRequired
      />
      <Button type="submit" variant="primary" isDisabled={!isReady} isPending={change.isPending}>
        {t('ways.provider.save')}
      </Button>
    </form>
  )
}
