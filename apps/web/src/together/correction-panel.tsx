import type { RecordingId, ViewingId } from '@getuige/base'
import { correctClock, listCorrections, type Recording } from '@getuige/contract'
import { Button, Panel, SegmentedControl, Select, TextArea, toast } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { query, useAct } from '../api/index.ts'
import { FormDialog } from '../app/form-dialog.tsx'
import { formatInstant } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { saySeconds, statedDrift } from '../player/clock-line.tsx'
import { findReasonProblem } from '../recordings/reason-problem.ts'
import { sayOffset } from './say-offset.ts'

export type Corrected = Readonly<{
  recording: Recording
  viewingId: ViewingId
  /** What is in force; null: its own clock. */
  storedMs: number
  /** What is being tried. */
  triedMs: number
}>

/** Moves one picture against the others, and stores by how much, with who said so and why. */
export function CorrectionPanel({
  all,
  onTry,
}: {
  all: readonly Corrected[]
  onTry: (id: RecordingId, offsetMs: number) => void
}) {
  const [chosenId, setChosenId] = useState<RecordingId | null>(null)
  const [isStoring, setIsStoring] = useState(false)
  const chosen = all.find(({ recording }) => recording.id === chosenId) ?? all.at(-1)
  if (chosen === undefined) return null
  const { recording, storedMs, triedMs } = chosen
  const rate = recording.facts?.video?.framesPerSecond ?? 25
  const drift = statedDrift(recording.facts)
  const nudges = [
    { by: -1000, label: t('together.nudgeSecond', { sign: '−' }) },
    { by: -100, label: t('together.nudgeTenth', { sign: '−' }) },
    { by: -1000 / rate, label: t('together.nudgeFrame', { sign: '−' }) },
    { by: 1000 / rate, label: t('together.nudgeFrame', { sign: '+' }) },
    { by: 100, label: t('together.nudgeTenth', { sign: '+' }) },
    { by: 1000, label: t('together.nudgeSecond', { sign: '+' }) },
  ]
  return (
    <Panel title={t('together.clocks')}>
      <div className="flex flex-col gap-3">
        <p className="text-sm text-pretty text-ink-2">{t('together.clocksBody')}</p>
        {all.length > 1 && (
          <div>
            <SegmentedControl
              label={t('together.clockOf')}
              options={all.map((one, at) => ({
                id: one.recording.id,
                label: `${at + 1}`,
                name: t('together.picture', { number: at + 1, camera: one.recording.camera.label }),
              }))}
              value={recording.id}
              onChange={setChosenId}
            />
          </div>
        )}
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="text-ink-2">{recording.camera.label}</span>
          <output className="font-mono text-lg font-medium">{sayOffset(triedMs)}</output>
          {triedMs !== storedMs && <span className="text-sm text-ink-2">{t('together.notStored')}</span>}
        </p>
        {drift !== null && (
          <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-ink-2">
            <span className="min-w-40 flex-1 text-pretty">
              {t(`player.drift.${drift.against}`, { drift: saySeconds(drift.ms) })}
            </span>
            <Button
              size="small"
              className="pointer-coarse:min-h-11"
              isDisabled={triedMs === -drift.ms}
              onPress={() => onTry(recording.id, -drift.ms)}
            >
              {t('together.tryDrift', { offset: sayOffset(-drift.ms) })}
            </Button>
          </p>
        )}
        <div role="group" aria-label={t('together.nudge')} className="grid grid-cols-3 gap-1">
          {nudges.map(({ by, label }) => (
            <Button
              key={label}
              size="small"
              className="pointer-coarse:min-h-11"
              onPress={() => onTry(recording.id, Math.round(triedMs + by))}
            >
              {label}
            </Button>
          ))}
        </div>
        <div className="flex flex-wrap gap-2">
          <Button
            variant="primary"
            refusal={triedMs === storedMs ? t('together.nothingToStore') : null}
            onPress={() => setIsStoring(true)}
          >
            {t('together.store')}
          </Button>
          <Button isDisabled={triedMs === storedMs} onPress={() => onTry(recording.id, storedMs)}>
            {t('together.backToStored')}
          </Button>
          <Button isDisabled={triedMs === 0} onPress={() => onTry(recording.id, 0)}>
            {t('together.ownClock')}
          </Button>
        </div>
        <CorrectionHistory recordingId={recording.id} />
      </div>
      {isStoring && <StoreDialog chosen={chosen} all={all} onClose={() => setIsStoring(false)} />}
    </Panel>
  )
}

/** Who said what of its clock, newest first; nothing where nobody did. */
export function CorrectionHistory({ recordingId }: { recordingId: RecordingId }) {
  const corrections = useQuery(query(listCorrections, { params: { recordingId } })).data?.corrections ?? []
  if (corrections.length === 0) return null
  return (
    <section aria-label={t('together.history')} className="border-t border-line pt-2 text-sm">
      <h3 className="font-medium">{t('together.history')}</h3>
      <ol className="mt-1 flex flex-col gap-1.5">
        {corrections.map((one) => (
          <li key={one.id}>
            <span className="font-mono">{sayOffset(one.offsetMs)}</span>{' '}
            <span className="text-ink-2">
              {t('together.madeBy', { name: one.madeBy, when: formatInstant(one.madeAt) })}
            </span>
            <br />
            {one.reason}
          </li>
        ))}
      </ol>
    </section>
  )
}

function StoreDialog({
  chosen: { recording, viewingId, triedMs },
  all,
  onClose,
}: {
  chosen: Corrected
  all: readonly Corrected[]
  onClose: () => void
}) {
  const others = all.filter((one) => one.recording.id !== recording.id)
  const [againstId, setAgainstId] = useState<string>(others[0]?.recording.id ?? 'none')
  const [reason, setReason] = useState('')
  const correct = useAct(correctClock)
  const problem = findReasonProblem(reason)
  return (
    <FormDialog
      title={t('together.storeTitle')}
      actLabel={t('together.store')}
      isWrong={problem !== null}
      isPending={correct.isPending}
      error={correct.error}
      onSubmit={() =>
        correct.mutate(
          {
            params: { viewingId },
            body: {
              offsetMs: triedMs,
              againstId: others.find((one) => one.recording.id === againstId)?.recording.id ?? null,
              reason: reason.trim(),
            },
          },
          {
            onSuccess: () => {
              toast(t('together.stored'))
              onClose()
            },
          },
        )
      }
      onClose={onClose}
    >
      {(wasTried) => (
        <>
          <p className="text-ink-2">
            {t('together.storeBody', { camera: recording.camera.label, offset: sayOffset(triedMs) })}
          </p>
          <Select
            label={t('together.against')}
            placeholder={t('together.againstNone')}
            options={[
              ...others.map((one) => ({ id: one.recording.id, label: one.recording.camera.label })),
              { id: 'none', label: t('together.againstNone') },
            ]}
            value={againstId}
            onChange={setAgainstId}
          />
          <TextArea
            label={t('recordings.reason')}
            description={t('together.storeReasonHint')}
            rows={2}
            maxLength={2000}
            value={reason}
            onChange={setReason}
            error={wasTried && problem !== null ? t(problem) : null}
          />
        </>
      )}
    </FormDialog>
  )
}
