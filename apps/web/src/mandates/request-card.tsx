import { type MandateRequest, refuseMandate, withdrawMandateRequest } from '@getuige/contract'
import { Button, Facts, type Shape, State, TextField, toast, type Tone } from '@getuige/ui'
import { useState } from 'react'
import { useAct } from '../api/index.ts'
import { ReasonDialog } from '../approvals/reason-dialog.tsx'
import { formatInstant } from '../messages/formats.ts'
import { say, t } from '../messages/translate.ts'
import { DecisionDialog } from './decision-dialog.tsx'
import { NamedRecordings } from './named-recordings.tsx'

const looks: Readonly<Record<MandateRequest['state'], { shape: Shape; tone: Tone }>> = {
  open: { shape: 'dotted', tone: 'accent' },
  granted: { shape: 'check', tone: 'neutral' },
  refused: { shape: 'cross', tone: 'loss' },
  withdrawn: { shape: 'ring', tone: 'muted' },
}

/** A request to the prosecutor, and what can be done with it. */
export function RequestCard({
  request,
  purposes,
  today,
  mayRecord,
}: {
  request: MandateRequest
  purposes: readonly MandateRequest['purpose'][]
  today: string
  mayRecord: boolean
}) {
  const [doing, setDoing] = useState<'grant' | 'refuse' | 'record' | 'withdraw' | null>(null)
  const { askedBy, ended, may, state } = request
  const close = () => setDoing(null)
  return (
    <li className="flex flex-col gap-3 border-b border-line p-4 last:border-b-0">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h3 className="min-w-0 flex-1 font-semibold">
          {t('mandates.requestOf', { reference: request.reference, count: request.recordings.length })}
        </h3>
        <State shape={looks[state].shape} tone={looks[state].tone}>
          {t(`mandates.request.${state}`)}
        </State>
      </div>
      <Facts
        items={[
          {
            id: 'by',
            name: t('mandates.askedBy'),
            value: `${sayName(askedBy)} · ${formatInstant(request.askedAt)}`,
          },
          { id: 'purpose', name: t('recordings.purpose'), value: say(request.purpose.label) },
          { id: 'reason', name: t('mandates.why'), value: request.reason },
          {
            id: 'recordings',
            name: t('mandates.recordings'),
            value: <NamedRecordings recordings={request.recordings} />,
          },
          ...(ended === null || state === 'granted'
            ? []
            : [
                {
                  id: 'ended',
                  name: t(`mandates.request.${state}`),
                  value: [sayName(ended.by), formatInstant(ended.at), ended.number, ended.reason]
                    .filter((part) => part !== null)
                    .join(' · '),
                },
              ]),
        ]}
      />
      {(may.decide || may.withdraw || (mayRecord && state === 'open')) && (
        <div className="flex flex-wrap gap-2">
          {may.decide && (
            <>
              <Button variant="primary" onPress={() => setDoing('grant')}>
                {t('mandates.grant')}
              </Button>
              <Button onPress={() => setDoing('refuse')}>{t('mandates.refuse')}</Button>
            </>
          )}
          {mayRecord && state === 'open' && (
            <Button onPress={() => setDoing('record')}>{t('mandates.recordPaper')}</Button>
          )}
          {may.withdraw && <Button onPress={() => setDoing('withdraw')}>{t('approvals.withdraw')}</Button>}
        </div>
      )}
      {(doing === 'grant' || doing === 'record') && (
        <DecisionDialog
          request={request}
          purposes={purposes}
          today={today}
          isOnPaper={doing === 'record'}
          onClose={close}
        />
      )}
      {doing === 'refuse' && <RefuseDialog request={request} onClose={close} />}
      {doing === 'withdraw' && <WithdrawDialog request={request} onClose={close} />}
    </li>
  )
}

function RefuseDialog({ request, onClose }: { request: MandateRequest; onClose: () => void }) {
  const [number, setNumber] = useState('')
  const refuse = useAct(refuseMandate)
  return (
    <ReasonDialog
      title={t('mandates.refuseTitle')}
      body={t('mandates.refuseBody')}
      label={t('mandates.reasoning')}
      actLabel={t('mandates.refuse')}
      variant="danger"
      leastLength={20}
      isPending={refuse.isPending}
      error={refuse.error}
      onClose={onClose}
      onSubmit={(reasoning) =>
        refuse.mutate(
          {
            params: { requestId: request.id },
            body: { number: number.trim() === '' ? null : number.trim(), reasoning },
          },
          {
            onSuccess: () => {
              toast(t('mandates.refused'))
              onClose()
            },
          },
        )
      }
    >
      <TextField
        label={t('mandates.numberIfAny')}
        isMono
        autoFocus
        maxLength={120}
        value={number}
        onChange={setNumber}
      />
    </ReasonDialog>
  )
}

function WithdrawDialog({ request, onClose }: { request: MandateRequest; onClose: () => void }) {
  const withdraw = useAct(withdrawMandateRequest)
  return (
    <ReasonDialog
      title={t('mandates.withdrawRequestTitle')}
      actLabel={t('approvals.withdraw')}
      variant="danger"
      isPending={withdraw.isPending}
      error={withdraw.error}
      onClose={onClose}
      onSubmit={(reason) =>
        withdraw.mutate(
          { params: { requestId: request.id }, body: { reason } },
          {
            onSuccess: () => {
              toast(t('mandates.requestWithdrawn'))
              onClose()
            },
          },
        )
      }
    />
  )
}

export function sayName({ name, title }: { name: string; title: string }): string {
  return title === '' ? name : `${name}, ${title}`
}
