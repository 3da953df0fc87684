import { listPasskeys, type Passkey, removePasskey } from '@getuige/contract'
import { Button, Dialog, Panel } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { query, useAct } from '../api/index.ts'
import { ConfirmDialog } from '../app/confirm-dialog.tsx'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { t } from '../messages/translate.ts'
import { AddPasskey } from './add-passkey.tsx'
import { PasskeyList } from './passkey-list.tsx'

/** One's own passkeys, on the screen of the account. */
export function PasskeysPanel() {
  const { data, error, refetch } = useQuery(query(listPasskeys, {}))
  const [isAdding, setIsAdding] = useState(false)
  const [removing, setRemoving] = useState<Passkey | null>(null)
  const remove = useAct(removePasskey)
  const close = () => {
    setRemoving(null)
    remove.reset()
  }
  return (
    <Panel
      title={t('ways.passkeys.title')}
      actions={
        data?.canAdd === true && (
          <Button size="small" onPress={() => setIsAdding(true)}>
            {t('ways.passkeys.add')}
          </Button>
        )
      }
    >
      {error !== null && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading rows={2} />}
      <p className="mb-2 text-ink-2">{t('ways.passkeys.what')}</p>
      {data?.canAdd === false && <p className="mb-2 text-ink-2">{t('errors.passkey/address-unsuited')}</p>}
      {data !== undefined && <PasskeyList passkeys={data.passkeys} onRemove={setRemoving} />}

      {isAdding && (
        <Dialog isOpen title={t('ways.passkeys.add')} closeLabel={t('app.close')} onClose={() => setIsAdding(false)}>
          <AddPasskey
            onDone={() => {
              setIsAdding(false)
              void refetch()
            }}
          />
        </Dialog>
      )}
      {removing !== null && (
        <ConfirmDialog
          title={t('ways.passkeys.removeThis', { name: removing.name })}
          body={t('ways.passkeys.removeBody')}
          actLabel={t('ways.passkeys.remove')}
          isPending={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate({ params: { passkeyId: removing.id } }, { onSuccess: close })}
          onClose={close}
        />
      )}
    </Panel>
  )
}
