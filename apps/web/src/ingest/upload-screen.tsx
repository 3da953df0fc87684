import { listCameras } from '@getuige/contract'
import { Banner, buttonClass, EmptyState, FileDrop, Panel, Select } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { query } from '../api/index.ts'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { Screen } from '../app/screen.tsx'
import { useSession } from '../app/session.ts'
import { t } from '../messages/translate.ts'
import { UploadRow } from './upload-row.tsx'
import { addUploads, useUploads } from './uploads.ts'

const accepted = ['video/*', 'audio/*', '.mp4', '.mov', '.mkv', '.avi', '.ts', '.webm', '.m4a', '.wav']

/** Hand in recordings from this computer and wait for their receipts. */
export function UploadScreen() {
  const { person } = useSession()
  const { data, error, refetch } = useQuery(query(listCameras, {}))
  const [serial, setSerial] = useState<string | null>(null)
  const [isCameraAsked, setIsCameraAsked] = useState(false)
  const uploads = useUploads()
  const cameras = data?.cameras ?? []
  const chosen = cameras.find((camera) => camera.serial === serial) ?? (cameras.length === 1 ? cameras[0] : undefined)
  const received = uploads.filter((upload) => upload.stage.at === 'received').length

  return (
    <Screen width="reading" title={t('ingest.title')} lead={t('ingest.lead')}>
      {error !== null && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading />}
      {data?.cameras.length === 0 && (
        <EmptyState
          title={t('ingest.noCamera')}
          action={
            person.roles.includes('administrator') && (
              <Link to="/cameras" className={buttonClass()}>
                {t('app.nav.cameras')}
              </Link>
            )
          }
        >
          {t(person.roles.includes('administrator') ? 'ingest.noCameraAdministrator' : 'ingest.noCameraOther')}
        </EmptyState>
      )}
      {cameras.length > 0 && (
        <>
          <Select
            className="max-w-md"
            label={t('ingest.camera')}
            description={t('ingest.cameraHint')}
            placeholder={t('app.choose')}
            error={isCameraAsked && chosen === undefined ? t('ingest.chooseCamera') : null}
            options={cameras.map((camera) => ({
              id: camera.serial,
              label: camera.label,
              detail: [camera.serial, camera.wearer?.name].filter((part) => part !== undefined).join(' · '),
            }))}
            value={chosen?.serial ?? null}
            onChange={setSerial}
          />
          <FileDrop
            label={t('ingest.drop')}
            buttonLabel={t('ingest.chooseFiles')}
            accept={accepted}
            onFiles={(files) => {
              setIsCameraAsked(true)
              if (chosen !== undefined) addUploads(files, chosen)
            }}
          >
            {isCameraAsked && chosen === undefined && <Banner tone="refusal">{t('ingest.chooseCamera')}</Banner>}
          </FileDrop>
        </>
      )}
      {uploads.length > 0 && (
        <Panel title={t('ingest.files')} isFlush>
          <p className="border-b border-line px-4 py-2 text-sm text-ink-2" role="status">
            {t('ingest.summary', { received, total: uploads.length })}
          </p>
          <ul className="divide-y divide-line">
            {uploads.map((upload) => (
              <UploadRow key={upload.id} upload={upload} roles={person.roles} />
            ))}
          </ul>
        </Panel>
      )}
    </Screen>
  )
}
