import { type Emergency, emergencyVerdict, judgeEmergency, justifyEmergency, listEmergencies } from '@getuige/contract'
import { Button, classNames, Facts, Panel, RadioGroup, State, TextField, toast } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { query, useAct } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { useSession } from '../app/session.ts'
import { ReasonDialog } from '../approvals/reason-dialog.tsx'
import { formatInstant } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'

const useEmergencies = () => useQuery({ ...query(listEmergencies, {}), refetchInterval: 30_000 })

/** For the data-protection officer: every emergency of the corps, those that wait first. Nothing where there is nothing. */
export function EmergencyList() {
  const { data, error, refetch } = useEmergencies()
  if (error !== null) return <ErrorPanel error={error} onRetry={() => void refetch()} />
  if (data?.may.judge !== true || data.emergencies.length === 0) return null
  return (
    <Panel title={t('emergency.list')} isFlush>
      <Cards emergencies={data.emergencies} />
    </Panel>
  )
}

/** What this person opened and still owes words for, or was judged lately. Nothing where there is nothing. */
export function OwnEmergencies() {
  const own = useSession().person.id
  const { data } = useEmergencies()
  const emergencies = data?.emergencies.filter(({ by }) => by.id === own) ?? []
  if (emergencies.length === 0) return null
  return (
    <Panel title={t('emergency.own')} isFlush>
      <Cards emergencies={emergencies} />
    </Panel>
  )
}

function Cards({ emergencies }: { emergencies: readonly Emergency[] }) {
  return (
    <ul>
      {emergencies.map((emergency) => (
        <EmergencyCard key={emergency.id} emergency={emergency} />
      ))}
    </ul>
  )
}

function EmergencyCard({ emergency }: { emergency: Emergency }) {
  const [doing, setDoing] = useState<'justify' | 'judge' | null>(null)
  const { by, judged, justified, isOverdue, may } = emergency
  return (
    <li
      className={classNames(
        'flex flex-col gap-3 border-b border-line p-4 last:border-b-0',
        isOverdue && 'bg-loss-soft',
      )}
    >
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h3 className="min-w-0 flex-1 font-semibold">
          {t('emergency.by', { name: by.title === '' ? by.name : `${by.name}, ${by.title}` })}
        </h3>
        <Standing emergency={emergency} />
      </div>
      <Facts
        items={[
          { id: 'danger', name: t('emergency.danger'), value: emergency.danger },
          {
            id: 'recording',
            name: t('approvals.recording'),
            value: `${emergency.cameraLabel} · ${formatInstant(emergency.recordedAt)}`,
          },
          {
            id: 'opened',
            name: t('emergency.openedAt'),
            value: t('emergency.openedFromTo', {
              from: formatInstant(emergency.openedAt),
              until: formatInstant(emergency.untilAt),
            }),
          },
          ...(justified === null
            ? [{ id: 'by', name: t('emergency.justifyBy'), value: formatInstant(emergency.justifyBy) }]
            : [
                {
                  id: 'justified',
                  name: t('emergency.justification'),
                  value: [justified.words, justified.reference, formatInstant(justified.at)]
                    .filter((part) => part !== null)
                    .join(' · '),
                },
              ]),
          ...(judged === null
            ? []
            : [
                {
                  id: 'judged',
                  name: t('emergency.judgement'),
                  value: [
                    t(`emergency.verdict.${judged.verdict}`),
                    judged.words,
                    judged.by.name,
                    formatInstant(judged.at),
                  ].join(' · '),
                },
              ]),
        ]}
      />
      {(may.justify || may.judge) && (
        <div className="flex flex-wrap gap-2">
          {may.justify && (
            <Button variant="primary" onPress={() => setDoing('justify')}>
              {t('emergency.justify')}
            </Button>
          )}
          {may.judge && (
            <Button variant="primary" onPress={() => setDoing('judge')}>
              {t('emergency.judge')}
            </Button>
          )}
        </div>
      )}
      {doing === 'justify' && <JustifyDialog emergency={emergency} onClose={() => setDoing(null)} />}
      {doing === 'judge' && <JudgeDialog emergency={emergency} onClose={() => setDoing(null)} />}
    </li>
  )
}

function Standing({ emergency: { isOverdue, judged, justified } }: { emergency: Emergency }) {
  if (judged !== null) {
    const isFine = judged.verdict === 'justified'
    return (
      <State shape={isFine ? 'check' : 'cross'} tone={isFine ? 'neutral' : 'loss'}>
        {t(`emergency.verdict.${judged.verdict}`)}
      </State>
    )
  }
  if (isOverdue) {
    return (
      <State shape="triangle" tone="loss">
        {t('emergency.overdue')}
      </State>
    )
  }
  return (
    <State shape="dotted" tone="held">
      {t(justified === null ? 'emergency.toJustify' : 'emergency.toJudge')}
    </State>
  )
}

function JustifyDialog({ emergency, onClose }: { emergency: Emergency; onClose: () => void }) {
  const [reference, setReference] = useState('')
  const justify = useAct(justifyEmergency)
  return (
    <ReasonDialog
      title={t('emergency.justify')}
      body={t('emergency.justifyBody')}
      label={t('emergency.justification')}
      actLabel={t('emergency.justify')}
      leastLength={20}
      isPending={justify.isPending}
      error={justify.error}
      onClose={onClose}
      onSubmit={(words) =>
        justify.mutate(
          {
            params: { emergencyId: emergency.id },
            body: { words, reference: reference.trim() === '' ? null : reference.trim() },
          },
          {
            onSuccess: () => {
              toast(t('emergency.justified'))
              onClose()
            },
          },
        )
      }
    >
      <TextField
        label={t('emergency.reference')}
        description={t('emergency.referenceHint')}
        isMono
        autoFocus
        maxLength={120}
        value={reference}
        onChange={setReference}
      />
    </ReasonDialog>
  )
}

function JudgeDialog({ emergency, onClose }: { emergency: Emergency; onClose: () => void }) {
  const [verdict, setVerdict] = useState<(typeof emergencyVerdict.options)[number]>('justified')
  const judge = useAct(judgeEmergency)
  return (
    <ReasonDialog
      title={t('emergency.judge')}
      body={emergency.danger}
      label={t('emergency.judgement')}
      actLabel={t('emergency.judge')}
      leastLength={20}
      isPending={judge.isPending}
      error={judge.error}
      onClose={onClose}
      onSubmit={(words) =>
        judge.mutate(
          { params: { emergencyId: emergency.id }, body: { verdict, words } },
          {
            onSuccess: () => {
              toast(t('emergency.judged'))
              onClose()
            },
          },
        )
      }
    >
      <RadioGroup
        label={t('emergency.verdict')}
        isRow
        options={emergencyVerdict.options.map((id) => ({ id, label: t(`emergency.verdict.${id}`) }))}
        value={verdict}
        onChange={(id) => setVerdict(emergencyVerdict.options.find((one) => one === id) ?? verdict)}
      />
    </ReasonDialog>
  )
}
