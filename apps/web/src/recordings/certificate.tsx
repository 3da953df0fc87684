import type { RecordingId } from '@getuige/base'
import type { Recording } from '@getuige/contract'
import { CopyText, Facts, ShapeMark } from '@getuige/ui'
import { formatBytes, formatInstant } from '../messages/formats.ts'
import { say, t } from '../messages/translate.ts'
import { textOf } from './trail-words.ts'
import { useTrail } from './trail-chain.tsx'

/** What stands where the picture was, once a recording is erased: the certificate, from its entry in the trail. */
export function Certificate({ recording, recordingId }: { recording: Recording; recordingId: RecordingId }) {
  const { data: trail } = useTrail(recordingId)
  const entry = trail?.entries.findLast((one) => one.type === 'recording-erased')
  // The key goes first, the bytes after: what is known of the erasure stands in both entries.
  const begun = trail?.entries.findLast((one) => one.type === 'erasure-begun')
  const details = { ...begun?.details, ...entry?.details }
  const erasedAt = entry?.at ?? recording.keptUntil.erasedAt
  const sizeBytes = details['sizeBytes']
  const key = textOf(details, 'keyWrappedBy')
  const { rule } = recording.keptUntil
  return (
    <section aria-labelledby="certificate" className="rounded border border-line bg-sunken px-5 py-6 text-ink-2">
      <h2 id="certificate" className="flex items-center gap-2 text-lg font-semibold text-ink">
        <ShapeMark shape="ring" />
        {t('recordings.certificate')}
      </h2>
      <p className="mt-1 mb-4 max-w-prose">{t('recordings.certificateBody')}</p>
      <Facts
        items={[
          {
            id: 'at',
            name: t('recordings.certificateErasedAt'),
            value: erasedAt === null ? t('recordings.unknown') : formatInstant(erasedAt, 'second'),
          },
          {
            id: 'by',
            name: t('recordings.certificateBy'),
            value:
              entry === undefined || entry.actor.kind === 'system'
                ? t('recordings.actorSystem')
                : entry.actor.kind === 'forgotten'
                  ? t('oversight.wordsErased')
                  : entry.actor.name,
          },
          {
            id: 'rule',
            name: t('recordings.certificateRule'),
            value: t('recordings.ruleIs', { rule: textOf(details, 'ruleId') ?? rule.id, label: say(rule.label) }),
          },
          {
            id: 'due',
            name: t('recordings.certificateDue'),
            value: formatInstant(recording.keptUntil.dueAt, 'second'),
          },
          ...(key === null
            ? []
            : [
                {
                  id: 'key',
                  name: t('recordings.certificateKey'),
                  value: <span className="font-mono text-sm break-all">{key}</span>,
                },
              ]),
          {
            id: 'bytes',
            name: t('recordings.certificateBytes'),
            value: formatBytes(typeof sizeBytes === 'number' ? sizeBytes : recording.sizeBytes),
          },
          {
            id: 'digest',
            name: t('recordings.certificateDigest'),
            value: (
              <CopyText
                label={t('recordings.certificateDigest')}
                value={textOf(details, 'sha256') ?? recording.sha256}
                copyLabel={t('app.copy')}
                copiedLabel={t('app.copied')}
              />
            ),
          },
        ]}
      />
    </section>
  )
}
