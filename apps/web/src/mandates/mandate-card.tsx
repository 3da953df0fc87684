import { confirmMandate, documentPath, type Mandate, rejectMandate, withdrawMandate } from '@getuige/contract'
import { Button, buttonClass, CopyText, Facts, type Shape, State, toast, type Tone } from '@getuige/ui'
import { useState } from 'react'
import { useAct } from '../api/index.ts'
import { ReasonDialog } from '../approvals/reason-dialog.tsx'
import { formatBytes, formatDay, formatInstant } from '../messages/formats.ts'
import { say, t } from '../messages/translate.ts'
import { NamedRecordings } from './named-recordings.tsx'
import { sayName } from './request-card.tsx'

const looks: Readonly<Record<Mandate['state'], { shape: Shape; tone: Tone }>> = {
  'to-confirm': { shape: 'dotted', tone: 'held' },
  'in-force': { shape: 'disc', tone: 'accent' },
  over: { shape: 'ring', tone: 'muted' },
  withdrawn: { shape: 'cross', tone: 'muted' },
  rejected: { shape: 'cross', tone: 'loss' },
}

const acts = { confirm: confirmMandate, reject: rejectMandate, withdraw: withdrawMandate } as const

/** A decision in writing: what it opens, until when, on what document, and who stands behind it. */
export function MandateCard({ mandate }: { mandate: Mandate }) {
  const [doing, setDoing] = useState<keyof typeof acts | null>(null)
  const { confirmed, document, ended, may, state } = mandate
  return (
    <li className="flex flex-col gap-3 border-b border-line p-4 last:border-b-0">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h3 className="min-w-0 flex-1 font-semibold">
          {t('mandates.decisionNumber', { number: mandate.number, day: formatDay(mandate.decidedOn) })}
        </h3>
        <State shape={looks[state].shape} tone={looks[state].tone}>
          {t(`mandates.state.${state}`)}
        </State>
      </div>
      <Facts
        items={[
          { id: 'magistrate', name: t('mandates.magistrate'), value: sayName(mandate.magistrate) },
          { id: 'purpose', name: t('recordings.purpose'), value: say(mandate.purpose.label) },
          { id: 'until', name: t('mandates.untilOn'), value: formatDay(mandate.untilOn, 'long') },
          { id: 'reasoning', name: t('mandates.reasoning'), value: mandate.reasoning },
          {
            id: 'recordings',
            name: t('mandates.recordings'),
            value: <NamedRecordings recordings={mandate.recordings} />,
          },
          {
            id: 'recorded',
            name: t(mandate.isOnPaper ? 'mandates.recordedBy' : 'mandates.decidedBy'),
            value: `${sayName(mandate.recordedBy)} · ${formatInstant(mandate.recordedAt)}`,
          },
          ...(confirmed === null
            ? []
            : [
                {
                  id: 'confirmed',
                  name: t('mandates.confirmedBy'),
                  value: `${sayName(confirmed.by)} · ${formatInstant(confirmed.at)}`,
                },
              ]),
          {
            id: 'digest',
            name: t('mandates.digest'),
            value: (
              <CopyText
                label={t('mandates.digest')}
                value={document.sha256}
                copyLabel={t('app.copy')}
                copiedLabel={t('app.copied')}
              />
            ),
          },
          ...(ended === null
            ? []
            : [
                {
                  id: 'ended',
                  name: t(`mandates.state.${state}`),
                  value: [sayName(ended.by), formatInstant(ended.at), ended.reason]
                    .filter((part) => part !== null)
                    .join(' · '),
                },
              ]),
        ]}
      />
      <div className="flex flex-wrap gap-2">
        {may.confirm && (
          <>
            <Button variant="primary" onPress={() => setDoing('confirm')}>
              {t('mandates.confirm')}
            </Button>
            <Button onPress={() => setDoing('reject')}>{t('mandates.reject')}</Button>
          </>
        )}
        {may.readDocument && (
          <a href={`${documentPath}/${document.id}`} download className={buttonClass()}>
            {t('mandates.readDocument', {
              kind: document.kind === 'pdf' ? 'PDF' : t('mandates.plainText'),
              size: formatBytes(document.sizeBytes),
            })}
          </a>
        )}
        {may.withdraw && <Button onPress={() => setDoing('withdraw')}>{t('mandates.withdraw')}</Button>}
      </div>
      {doing !== null && <Do mandate={mandate} how={doing} onClose={() => setDoing(null)} />}
    </li>
  )
}

function Do({ mandate, how, onClose }: { mandate: Mandate; how: keyof typeof acts; onClose: () => void }) {
  const act = useAct(acts[how])
  return (
    <ReasonDialog
      title={t(`mandates.${how}Title`, { number: mandate.number })}
      body={t(`mandates.${how}Body`)}
      actLabel={t(`mandates.${how}`)}
      variant={how === 'confirm' ? 'primary' : 'danger'}
      isPending={act.isPending}
      error={act.error}
      onClose={onClose}
      onSubmit={(reason) =>
        act.mutate(
          { params: { mandateId: mandate.id }, body: { reason } },
          {
            onSuccess: () => {
              toast(t(`mandates.${how}Done`))
              onClose()
            },
          },
        )
      }
    />
  )
}
