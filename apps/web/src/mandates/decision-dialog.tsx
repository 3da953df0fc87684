import type { RecordingId } from '@getuige/base'
import {
  grantMandate,
  type MandateRequest,
  mostDocumentBytes,
  recordMandate,
  type UploadedDocument,
} from '@getuige/contract'
import { CopyText, FileDrop, Select, TextArea, TextField, toast } from '@getuige/ui'
import { DateField } from '@getuige/ui/date-field'
import { useState } from 'react'
import { RefusalError, useAct } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { FormDialog } from '../app/form-dialog.tsx'
import { useSession } from '../app/session.ts'
import { formatBytes } from '../messages/formats.ts'
import { say, t } from '../messages/translate.ts'
import { NamedRecordings } from './named-recordings.tsx'
import { uploadDocument } from './upload-document.ts'

const leastReasoning = 20

/**
 * A decision in writing: number, magistrate, date, document, named recordings, purpose, last day, and the reasons. By the
 * prosecutor it is in force at once; recorded from paper by somebody else, another confirms it first.
 */
export function DecisionDialog({
  request,
  purposes,
  today,
  isOnPaper,
  onClose,
}: {
  request: MandateRequest
  purposes: readonly MandateRequest['purpose'][]
  today: string
  isOnPaper: boolean
  onClose: () => void
}) {
  const { name, title } = useSession().person
  const [number, setNumber] = useState('')
  const [magistrate, setMagistrate] = useState(isOnPaper ? { name: '', title: '' } : { name, title })
  const [decidedOn, setDecidedOn] = useState<string | null>(today)
  const [untilOn, setUntilOn] = useState<string | null>(null)
  const [purpose, setPurpose] = useState(request.purpose.id)
  const [reasoning, setReasoning] = useState('')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    new Set(request.recordings.filter(({ isErased }) => !isErased).map(({ recordingId }) => recordingId)),
  )
  const [document, setDocument] = useState<(UploadedDocument & { fileName: string }) | null>(null)
  const [uploadError, setUploadError] = useState<RefusalError | null>(null)
  const [isUploading, setIsUploading] = useState(false)
  const grant = useAct(grantMandate)
  const record = useAct(recordMandate)
  const act = isOnPaper ? record : grant
  const missing = (text: string) => (text.trim() === '' ? t('mandates.missing') : null)
  const hasDocument = document !== null
  const isComplete =
    number.trim() !== '' &&
    magistrate.name.trim() !== '' &&
    magistrate.title.trim() !== '' &&
    decidedOn !== null &&
    untilOn !== null &&
    reasoning.trim().length >= leastReasoning &&
    chosen.size > 0 &&
    hasDocument

  const upload = (files: readonly File[]) => {
    const [file] = files
    if (file === undefined || isUploading) return
    setUploadError(null)
    if (file.size > mostDocumentBytes) {
      setUploadError(new RefusalError({ code: 'document/too-large' }))
      return
    }
    setIsUploading(true)
    uploadDocument(file)
      .then((uploaded) => setDocument({ ...uploaded, fileName: file.name }))
      .catch((error: unknown) => setUploadError(error instanceof RefusalError ? error : null))
      .finally(() => setIsUploading(false))
  }
  const submit = () => {
    if (!isComplete) return
    const body = {
      number: number.trim(),
      magistrate: { name: magistrate.name.trim(), title: magistrate.title.trim() },
      decidedOn,
      documentId: document.documentId,
      recordingIds: [...chosen] as RecordingId[],
      purpose,
      untilOn,
      reasoning: reasoning.trim(),
    }
    const after = {
      onSuccess: () => {
        toast(t(isOnPaper ? 'mandates.recorded' : 'mandates.granted'))
        onClose()
      },
    }
    if (isOnPaper) record.mutate({ body: { ...body, requestId: request.id } }, after)
    else grant.mutate({ params: { requestId: request.id }, body }, after)
  }
  return (
    <FormDialog
      size="large"
      title={t(isOnPaper ? 'mandates.recordTitle' : 'mandates.grantTitle')}
      actLabel={t(isOnPaper ? 'mandates.record' : 'mandates.grant')}
      isWrong={!isComplete}
      isPending={act.isPending}
      error={act.error}
      sendsOnEnter={false}
      onSubmit={submit}
      onClose={onClose}
    >
      {(wasTried) => (
        <>
          <p className="text-pretty text-ink-2">{t(isOnPaper ? 'mandates.recordBody' : 'mandates.grantBody')}</p>
          <div className="grid gap-4 sm:grid-cols-2">
            <TextField
              label={t('mandates.number')}
              isMono
              autoFocus
              maxLength={120}
              value={number}
              onChange={setNumber}
              error={wasTried ? missing(number) : null}
            />
            <DateField
              label={t('mandates.decidedOn')}
              today={today}
              value={decidedOn}
              onChange={setDecidedOn}
              error={wasTried ? missing(decidedOn ?? '') : null}
            />
            <TextField
              label={t('mandates.magistrate')}
              maxLength={120}
              value={magistrate.name}
              onChange={(next) => setMagistrate({ ...magistrate, name: next })}
              error={wasTried ? missing(magistrate.name) : null}
            />
            <TextField
              label={t('mandates.magistrateTitle')}
              description={t('mandates.magistrateTitleHint')}
              maxLength={120}
              value={magistrate.title}
              onChange={(next) => setMagistrate({ ...magistrate, title: next })}
              error={wasTried ? missing(magistrate.title) : null}
            />
            <Select
              label={t('recordings.purpose')}
              placeholder={t('app.choose')}
              options={purposes.map(({ id, label }) => ({ id, label: say(label) }))}
              value={purpose}
              onChange={setPurpose}
            />
            <DateField
              label={t('mandates.untilOn')}
              today={today}
              value={untilOn}
              onChange={setUntilOn}
              error={wasTried ? missing(untilOn ?? '') : null}
            />
          </div>
          <fieldset>
            <legend className="mb-1.5 font-medium">{t('mandates.named')}</legend>
            <NamedRecordings
              recordings={request.recordings}
              chosen={chosen}
              onChoose={(recordingId, isChosen) => {
                const next = new Set(chosen)
                if (isChosen) next.add(recordingId)
                else next.delete(recordingId)
                setChosen(next)
              }}
            />
            {wasTried && chosen.size === 0 && <Problem>{t('mandates.nameOne')}</Problem>}
          </fieldset>
          <TextArea
            label={t('mandates.reasoning')}
            description={t('mandates.reasoningHint')}
            rows={5}
            maxLength={10_000}
            value={reasoning}
            onChange={setReasoning}
            error={
              wasTried && reasoning.trim().length < leastReasoning
                ? t('approvals.wordsShort', { least: leastReasoning })
                : null
            }
          />
          <div className="flex flex-col gap-2">
            <FileDrop
              label={t('mandates.document')}
              buttonLabel={t(hasDocument ? 'mandates.anotherDocument' : 'mandates.chooseDocument')}
              accept={['application/pdf', 'text/plain']}
              onFiles={upload}
            >
              {isUploading && <p role="status">{t('mandates.uploading')}</p>}
              {document !== null && (
                <div className="flex w-full min-w-0 flex-col gap-1">
                  <p>
                    {document.fileName} · {formatBytes(document.sizeBytes)}
                  </p>
                  <CopyText
                    label={t('mandates.digest')}
                    value={document.sha256}
                    copyLabel={t('app.copy')}
                    copiedLabel={t('app.copied')}
                  />
                </div>
              )}
            </FileDrop>
            {wasTried && !hasDocument && <Problem>{t('mandates.documentMissing')}</Problem>}
            {uploadError !== null && <ErrorPanel error={uploadError} />}
          </div>
        </>
      )}
    </FormDialog>
  )
}

function Problem({ children }: { children: string }) {
  return (
    <p role="alert" className="mt-1 text-sm text-loss">
      {children}
    </p>
  )
}
