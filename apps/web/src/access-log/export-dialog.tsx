import { accessLogFormats, exportAccessLog } from '@getuige/contract'
import { Button, buttonClass, CopyText, Dialog, Facts, RadioGroup, TextArea } from '@getuige/ui'
import { useState } from 'react'
import { useAct } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { formatNumber, formatTime } from '../messages/formats.ts'
import { currentLanguage, t } from '../messages/translate.ts'
import { type LogAddress, type LogWords, toFilters } from './log-search.ts'

const leastReason = 5

/** A signed copy of what the filters find: the file, and the signature over it. */
export function ExportDialog({
  address,
  words,
  onClose,
}: {
  address: LogAddress
  words: LogWords
  onClose: () => void
}) {
  const [format, setFormat] = useState<(typeof accessLogFormats)[number]>('csv')
  const [reason, setReason] = useState('')
  const [wasTried, setWasTried] = useState(false)
  const make = useAct(exportAccessLog)
  const problem = reason.trim().length < leastReason ? t('oversight.exportReasonMissing') : null
  const submit = () => {
    setWasTried(true)
    if (problem !== null || make.isPending) return
    make.mutate({
      body: { ...toFilters(address, words), format, language: currentLanguage(), reason: reason.trim() },
    })
  }
  const made = make.data
  return (
    <Dialog
      title={t('oversight.exportTitle')}
      isOpen
      onClose={onClose}
      closeLabel={t('app.close')}
      actions={
        made === undefined ? (
          <>
            <Button onPress={onClose}>{t('app.cancel')}</Button>
            <Button variant="primary" onPress={submit} isDisabled={make.isPending}>
              {make.isPending ? t('oversight.exporting') : t('oversight.exportDo')}
            </Button>
          </>
        ) : (
          <>
            <a className={buttonClass({})} href={made.signatureUrl} download={`${made.fileName}.p7s`}>
              {t('oversight.fetchSignature')}
            </a>
            <a className={buttonClass({ variant: 'primary' })} href={made.fileUrl} download={made.fileName}>
              {t('oversight.fetchFile')}
            </a>
          </>
        )
      }
    >
      <div className="flex flex-col gap-4">
        {made === undefined ? (
          <>
            <p className="text-ink-2">{t('oversight.exportBody')}</p>
            <RadioGroup
              label={t('oversight.exportFormat')}
              options={accessLogFormats.map((id) => ({ id, label: t(`oversight.format.${id}`) }))}
              value={format}
              onChange={(id) => setFormat(accessLogFormats.find((one) => one === id) ?? format)}
            />
            <TextArea
              label={t('oversight.exportReason')}
              maxLength={2000}
              value={reason}
              onChange={setReason}
              error={wasTried ? problem : null}
            />
          </>
        ) : (
          <>
            <Facts
              items={[
                { id: 'entries', name: t('oversight.exportEntries'), value: formatNumber(made.entries) },
                {
                  id: 'digest',
                  name: t('oversight.exportDigest'),
                  value: <span className="font-mono text-xs break-all">{made.sha256}</span>,
                },
                { id: 'until', name: t('oversight.exportUntil'), value: formatTime(made.expiresAt) },
              ]}
            />
            <p className="text-ink-2">{t('oversight.exportCheck')}</p>
            <CopyText
              isBlock
              value={`openssl cms -verify -binary -inform DER -in ${made.fileName}.p7s -content ${made.fileName} -CAfile authority.pem -purpose any -out /dev/null`}
              label={t('oversight.exportCommand')}
              copyLabel={t('app.copy')}
              copiedLabel={t('app.copied')}
            />
          </>
        )}
        {make.error !== null && <ErrorPanel error={make.error} />}
      </div>
    </Dialog>
  )
}
