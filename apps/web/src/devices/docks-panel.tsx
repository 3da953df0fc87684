import { addDock, type Dock, listDocks, removeDock } from '@getuige/contract'
import { Button, Cell, Column, Dialog, EmptyState, Panel, RowHeader, Table, TextField } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { query, useAct } from '../api/index.ts'
import { ConfirmDialog } from '../app/confirm-dialog.tsx'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { FormDialog } from '../app/form-dialog.tsx'
import { fieldError } from '../app/form.ts'
import { Secret } from '../app/secret.tsx'
import { serverNow } from '../app/session.ts'
import { formatAgo, formatDay } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { DockCommand } from './dock-command.tsx'

/** The docks that may upload. `serial` of a camera stands in the example of the command. */
export function DocksPanel({ serial }: { serial: string }) {
  const { data, error, refetch } = useQuery(query(listDocks, {}))
  const [isAdding, setIsAdding] = useState(false)
  const [removing, setRemoving] = useState<Dock | null>(null)
  const [added, setAdded] = useState<Readonly<{ dock: Dock; token: string }> | null>(null)

  return (
    <Panel
      title={t('devices.docks')}
      isFlush={data !== undefined && data.docks.length > 0}
      actions={
        <Button size="small" onPress={() => setIsAdding(true)}>
          {t('devices.addDock')}
        </Button>
      }
    >
      {error !== null && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading rows={2} />}
      {data?.docks.length === 0 && (
        <EmptyState title={t('devices.docksEmpty')}>{t('devices.docksEmptyBody')}</EmptyState>
      )}
      {data !== undefined && data.docks.length > 0 && (
        <Table
          isFlush
          label={t('devices.docks')}
          columns={
            <>
              <Column>{t('devices.label')}</Column>
              <Column>{t('devices.lastSeen')}</Column>
              <Column>{t('devices.since')}</Column>
              <Column>
                <span className="sr-only">{t('devices.removeDock')}</span>
              </Column>
            </>
          }
        >
          {data.docks.map((dock) => (
            <tr key={dock.id}>
              <RowHeader>{dock.label}</RowHeader>
              <Cell>{dock.lastSeenAt === null ? t('devices.neverSeen') : formatAgo(dock.lastSeenAt, serverNow())}</Cell>
              <Cell className="whitespace-nowrap text-ink-2">{formatDay(dock.createdAt)}</Cell>
              <Cell className="py-1 text-right">
                <Button
                  size="small"
                  variant="plain"
                  aria-label={t('devices.removeDockOf', { dock: dock.label })}
                  onPress={() => setRemoving(dock)}
                >
                  {t('devices.removeDock')}
                </Button>
              </Cell>
            </tr>
          ))}
        </Table>
      )}

      {isAdding && (
        <AddDockDialog
          onClose={() => setIsAdding(false)}
          onAdded={(dock, token) => {
            setIsAdding(false)
            setAdded({ dock, token })
          }}
        />
      )}
      {removing !== null && <RemoveDockDialog dock={removing} onClose={() => setRemoving(null)} />}
      {added !== null && (
        <Dialog
          isOpen
          isAlert
          title={t('devices.tokenTitle', { dock: added.dock.label })}
          closeLabel={t('app.close')}
          onClose={() => setAdded(null)}
          actions={
            <Button variant="primary" onPress={() => setAdded(null)}>
              {t('app.close')}
            </Button>
          }
        >
          <div className="flex flex-col gap-4">
            <p>{t('devices.tokenBody')}</p>
            <Secret label={t('devices.token')} value={added.token} />
            <DockCommand token={added.token} serial={serial} />
          </div>
        </Dialog>
      )}
    </Panel>
  )
}

function AddDockDialog({ onClose, onAdded }: { onClose: () => void; onAdded: (dock: Dock, token: string) => void }) {
  const add = useAct(addDock)
  const [label, setLabel] = useState('')
  return (
    <FormDialog
      title={t('devices.addDock')}
      size="small"
      actLabel={t('app.add')}
      isReady={label.trim() !== ''}
      isPending={add.isPending}
      error={add.error}
      onSubmit={() => {
        add.mutate({ body: { label } }, { onSuccess: ({ dock, token }) => onAdded(dock, token) })
      }}
      onClose={onClose}
    >
      {() => (
        <>
          <TextField
            label={t('devices.label')}
            description={t('devices.dockLabelHint')}
            value={label}
            onChange={setLabel}
            error={fieldError(add.error, 'body.label')}
            autoComplete="off"
            maxLength={120}
            isRequired
          />
        </>
      )}
    </FormDialog>
  )
}

function RemoveDockDialog({ dock, onClose }: { dock: Dock; onClose: () => void }) {
  const remove = useAct(removeDock)
  return (
    <ConfirmDialog
      size="small"
      title={t('devices.removeDockOf', { dock: dock.label })}
      body={t('devices.removeDockBody')}
      actLabel={t('devices.removeDock')}
      variant="danger"
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate({ params: { dockId: dock.id } }, { onSuccess: onClose })}
      onClose={onClose}
    />
  )
}
