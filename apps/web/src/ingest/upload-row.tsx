import type { Role } from '@getuige/base'
import { Bar, Button, buttonClass, CopyText, Dialog, State } from '@getuige/ui'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { mayRetry } from '../api/index.ts'
import { sayRefusal } from '../app/faces.tsx'
import { formatBytes } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { pauseUpload, removeUpload, resumeUpload, type Upload, type UploadStage } from './uploads.ts'

/** One file on its way: where it is, how far, and in the end its receipt or why it was refused. */
export function UploadRow({ upload, roles }: { upload: Upload; roles: readonly Role[] }) {
  const { id, file, stage } = upload
  const [isReceiptOpen, setIsReceiptOpen] = useState(false)
  const share = shareOf(stage, file.size)

  return (
    <li className="flex flex-col gap-1.5 px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <span className="min-w-0 flex-1 basis-56">
          <span className="block truncate font-medium" title={file.name}>
            {file.name}
          </span>
          <span className="text-sm text-ink-3">
            {upload.cameraLabel} · {formatBytes(file.size)}
          </span>
        </span>
        <span className="min-w-0">
          <StageWords stage={stage} totalBytes={file.size} />
        </span>
        <span className="flex gap-1">
          {(stage.at === 'sending' || stage.at === 'digesting') && (
            <Button size="small" aria-label={t('ingest.pauseOf', { file: file.name })} onPress={() => pauseUpload(id)}>
              {t('ingest.pause')}
            </Button>
          )}
          {(stage.at === 'paused' || (stage.at === 'stopped' && mayRetry(stage.refusal))) && (
            <Button
              size="small"
              aria-label={t('ingest.resumeOf', { file: file.name })}
              onPress={() => resumeUpload(id)}
            >
              {t('ingest.resume')}
            </Button>
          )}
          {stage.at === 'received' && (
            <Button
              size="small"
              aria-label={t('ingest.receiptOf', { file: file.name })}
              onPress={() => setIsReceiptOpen(true)}
            >
              {t('ingest.receipt')}
            </Button>
          )}
          {stage.at === 'received' && roles.includes('records-officer') && (
            <Link
              to="/recordings/$recordingId"
              params={{ recordingId: stage.recordingId }}
              className={buttonClass({ size: 'small' })}
            >
              {t('ingest.open')}
            </Link>
          )}
          {stage.at === 'received' && roles.includes('enforcer') && (
            <Link
              to="/own/$recordingId"
              params={{ recordingId: stage.recordingId }}
              className={buttonClass({ size: 'small' })}
            >
              {t('ingest.open')}
            </Link>
          )}
          {(stage.at === 'paused' || stage.at === 'stopped' || stage.at === 'queued') && (
            <Button
              size="small"
              variant="plain"
              aria-label={t('ingest.removeOf', { file: file.name })}
              onPress={() => removeUpload(id)}
            >
              {t('ingest.remove')}
            </Button>
          )}
        </span>
      </div>
      {share !== null && <Bar label={t('ingest.progressOf', { file: file.name })} value={share} />}
      {stage.at === 'stopped' && (
        <p role="alert" className="text-sm text-loss">
          {sayRefusal(stage.refusal)}
        </p>
      )}
      {stage.at === 'received' && isReceiptOpen && (
        <ReceiptDialog upload={upload} receipt={stage.receipt} onClose={() => setIsReceiptOpen(false)} />
      )}
    </li>
  )
}

function shareOf(stage: UploadStage, totalBytes: number): number | null {
  switch (stage.at) {
    case 'digesting':
      return stage.doneBytes / totalBytes
    case 'sending':
    case 'paused':
      return stage.sentBytes / totalBytes
    case 'sealing':
      return 1
    case 'queued':
    case 'received':
    case 'stopped':
      return null
  }
}

function StageWords({ stage, totalBytes }: { stage: UploadStage; totalBytes: number }): ReactNode {
  switch (stage.at) {
    case 'queued':
      return (
        <State shape="dotted" tone="muted">
          {t('ingest.state.queued')}
        </State>
      )
    case 'digesting':
      return (
        <State shape="dotted">
          {t('ingest.state.digesting', { percent: Math.floor((stage.doneBytes / totalBytes) * 100) })}
        </State>
      )
    case 'sending':
    case 'paused':
      return (
        <State shape={stage.at === 'sending' ? 'quarter' : 'ring'}>
          {t(`ingest.state.${stage.at}`, { sent: formatBytes(stage.sentBytes), total: formatBytes(totalBytes) })}
        </State>
      )
    case 'sealing':
      return <State shape="quarter">{t('ingest.state.sealing')}</State>
    case 'received':
      return (
        <State shape="check" tone="accent">
          {t(stage.wasKnown ? 'ingest.state.known' : 'ingest.state.received')}
        </State>
      )
    case 'stopped':
      return (
        <State shape="cross" tone="loss">
          {t(mayRetry(stage.refusal) ? 'ingest.state.failed' : 'ingest.state.refused')}
        </State>
      )
  }
}

function ReceiptDialog({ upload, receipt, onClose }: { upload: Upload; receipt: string; onClose: () => void }) {
  return (
    <Dialog
      isOpen
      title={t('ingest.receiptOf', { file: upload.file.name })}
      closeLabel={t('app.close')}
      onClose={onClose}
      actions={
        <a
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(receipt)}`}
          download={`${upload.file.name}.receipt.txt`}
          className={buttonClass({ variant: 'primary' })}
        >
          {t('ingest.receiptSave')}
        </a>
      }
    >
      <p className="mb-3">{t('ingest.receiptBody')}</p>
      {upload.sha256 !== null && (
        <div className="mb-3">
          <p className="mb-1 text-sm font-medium">{t('ingest.digest')}</p>
          <CopyText
            isBlock
            label={t('ingest.digest')}
            value={upload.sha256}
            copyLabel={t('app.copy')}
            copiedLabel={t('app.copied')}
          />
        </div>
      )}
      <pre
        tabIndex={0}
        className="overflow-x-auto rounded border border-line bg-sunken p-3 font-mono text-xs whitespace-pre-wrap break-all"
      >
        {receipt}
      </pre>
    </Dialog>
  )
}
