import { assignCamera, type Camera, listCameras, listPeople } from '@getuige/contract'
import { Button, Cell, Column, EmptyState, Panel, RowHeader, Select, Table, toast } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { query, useAct } from '../api/index.ts'
import { ErrorPanel, Loading, sayRefusal } from '../app/faces.tsx'
import { useKeys } from '../app/keys.ts'
import { Screen } from '../app/screen.tsx'
import { formatDay } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { AddCameraDialog } from './add-camera-dialog.tsx'
import { DocksPanel } from './docks-panel.tsx'
import { nobody, wearerOptions } from './wearer-options.ts'

/** Which camera is worn by whom, and which docks may upload. */
export function CamerasScreen() {
  const { data, error, refetch } = useQuery(query(listCameras, {}))
  const mayManage = data?.may.manage.allowed === true
  const people = useQuery({ ...query(listPeople, {}), enabled: mayManage && data.may.seePeople.allowed })
  const [isAdding, setIsAdding] = useState(false)

  const keys = useMemo(
    () => (mayManage ? [{ key: 'n', label: t('devices.addCamera'), run: () => setIsAdding(true) }] : []),
    [mayManage],
  )
  useKeys(keys)

  return (
    <Screen width="reading" title={t('devices.title')} lead={t('devices.lead')}>
      {error !== null && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading />}
      {data !== undefined && (
        <Panel
          title={t('devices.cameras')}
          isFlush={data.cameras.length > 0}
          actions={
            mayManage && (
              <Button size="small" variant="primary" onPress={() => setIsAdding(true)}>
                {t('devices.addCamera')}
              </Button>
            )
          }
        >
          {data.cameras.length === 0 ? (
            <EmptyState title={t('devices.camerasEmpty')}>{t('devices.camerasEmptyBody')}</EmptyState>
          ) : (
            <Table
              isFlush
              label={t('devices.cameras')}
              columns={
                <>
                  <Column>{t('devices.label')}</Column>
                  <Column>{t('devices.serial')}</Column>
                  <Column className="w-72">{t('devices.wearer')}</Column>
                  <Column>{t('devices.since')}</Column>
                </>
              }
            >
              {data.cameras.map((camera) => (
                <tr key={camera.id}>
                  <RowHeader className="whitespace-nowrap">{camera.label}</RowHeader>
                  <Cell className="font-mono text-sm">{camera.serial}</Cell>
                  <Cell className="py-1 max-sm:w-full">
                    {people.data === undefined ? (
                      (camera.wearer?.name ?? t('app.nobody'))
                    ) : (
                      <WearerSelect camera={camera} options={wearerOptions(people.data.people, camera.wearer)} />
                    )}
                  </Cell>
                  <Cell className="whitespace-nowrap text-ink-2 max-sm:hidden">{formatDay(camera.createdAt)}</Cell>
                </tr>
              ))}
            </Table>
          )}
        </Panel>
      )}
      {mayManage && <DocksPanel serial={data.cameras[0]?.serial ?? ''} />}
      {isAdding && (
        <AddCameraDialog
          people={people.data?.people ?? []}
          onClose={() => setIsAdding(false)}
          onAdded={(camera) => {
            setIsAdding(false)
            toast(t('devices.cameraAdded', { camera: camera.label }))
          }}
        />
      )}
    </Screen>
  )
}

function WearerSelect({ camera, options }: { camera: Camera; options: ReturnType<typeof wearerOptions> }) {
  const assign = useAct(assignCamera)
  return (
    <Select
      label={t('devices.wearerOf', { camera: camera.label })}
      isLabelHidden
      placeholder={t('app.choose')}
      options={options}
      value={assign.isPending ? (assign.variables.body.wearerId ?? nobody) : (camera.wearer?.id ?? nobody)}
      onChange={(id) => {
        if (assign.isPending || id === (camera.wearer?.id ?? nobody)) return
        assign.mutate(
          { params: { cameraId: camera.id }, body: { wearerId: id === nobody ? null : id } },
          {
            onSuccess: ({ camera: now }) =>
              toast(
                now.wearer === null
                  ? t('devices.unassigned', { camera: now.label })
                  : t('devices.assigned', { camera: now.label, name: now.wearer.name }),
              ),
            onError: (refusal) => toast(sayRefusal(refusal), 'refusal'),
          },
        )
      }}
    />
  )
}
