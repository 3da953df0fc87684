import { activationRecord, completeActivation, type Recording } from '@getuige/contract'
import { Banner, Button, RadioGroup, TextArea, TextField, toast } from '@getuige/ui'
import { useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useAct } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { useSession } from '../app/session.ts'
import { formatDay, formatTime } from '../messages/formats.ts'
import { say, t } from '../messages/translate.ts'
import { busy, focusFirstProblem } from '../app/form.ts'
import { type ActivationDraft, type DraftProblems, openDraft, readDraft } from './activation-draft.ts'
import { nearestInstant, readTime, shiftTime, type TimeOfDay } from './warning-times.ts'

const nudgeSeconds = 10
/** Room for a thumb, or a glove. */
const largeRadios = '[&_label]:min-h-12 [&_label]:items-center [&_label]:text-lg'

/** What the pack asks about switching on, to be completed, or corrected, by who wore the camera. */
export function ActivationForm({
  recording,
  onDone,
  onCancel,
}: {
  recording: Recording
  onDone: () => void
  /** Null when there is nothing to go back to. */
  onCancel: (() => void) | null
}) {
  const { corps } = useSession()
  const { activationChoices: choices, activationRecord: known } = recording
  const recordedAt = new Date(recording.recordedAt)
  const context = { recordedAt, timeZone: corps.timeZone, warningsAsked: choices.warningsAsked }
  const [draft, setDraft] = useState<ActivationDraft>(() => openDraft(known, context))
  const [problems, setProblems] = useState<DraftProblems>({})
  const form = useRef<HTMLFormElement>(null)
  const act = useAct(completeActivation)
  const words = (field: keyof ActivationDraft) => {
    const problem = problems[field]
    return problem === undefined ? null : t(problem)
  }
  const set = (change: Partial<ActivationDraft>) => {
    const next = { ...draft, ...change }
    setDraft(next)
    // Once the form was refused, each problem goes as soon as it is repaired.
    if (Object.keys(problems).length > 0) {
      const result = readDraft(next, context)
      setProblems('problems' in result ? result.problems : {})
    }
  }

  const submit = () => {
    const result = readDraft(draft, context)
    if ('problems' in result) {
      flushSync(() => setProblems(result.problems))
      focusFirstProblem(form.current)
      return
    }
    if (act.isPending) return
    act.mutate(
      { params: { recordingId: recording.id }, body: result.record },
      {
        onSuccess: () => {
          toast(t('activation.saved'))
          onDone()
        },
      },
    )
  }
  const timeField = (field: 'first' | 'second' | 'firstBeforeException', label: string) => (
    <WarningTime
      label={label}
      value={draft[field]}
      error={words(field)}
      recordedAt={recordedAt}
      timeZone={corps.timeZone}
      onChange={(time) => set({ [field]: time })}
    />
  )

  return (
    <form
      ref={form}
      noValidate
      aria-label={t('activation.formTitle')}
      className="flex flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <RadioGroup
        label={t('activation.how')}
        className={largeRadios}
        options={[
          {
            id: 'warned',
            label: t(choices.warningsAsked > 1 ? 'activation.howWarnedTwo' : 'activation.howWarnedOne'),
          },
          { id: 'exception', label: t('activation.howException') },
        ]}
        value={draft.how}
        onChange={(id) => set({ how: id === 'exception' ? 'exception' : 'warned' })}
      />
      {draft.how === 'warned' ? (
        <div className="flex flex-col gap-4">
          {timeField('first', t('activation.firstWarning'))}
          {choices.warningsAsked > 1 && timeField('second', t('activation.secondWarning'))}
          <p className="text-ink-2">
            {t('activation.recordingOn', { time: formatTime(recording.recordedAt, 'second') })}
            {known === null && ` · ${t('activation.proposed')}`}
          </p>
        </div>
      ) : (
        <>
          <RadioGroup
            label={t('activation.whichException')}
            className={largeRadios}
            options={choices.exceptions.map((exception) => ({ id: exception.id, label: say(exception.label) }))}
            value={draft.exception}
            onChange={(exception) => set({ exception })}
            error={words('exception')}
          />
          {timeField('firstBeforeException', t('activation.firstWarningIfAny'))}
        </>
      )}
      <RadioGroup
        label={t('activation.trigger')}
        className={largeRadios}
        options={choices.triggers.map((trigger) => ({ id: trigger.id, label: say(trigger.label) }))}
        value={draft.trigger}
        onChange={(trigger) => set({ trigger })}
        error={words('trigger')}
      />
      <RadioGroup
        label={t('activation.effect')}
        className={largeRadios}
        options={activationRecord.shape.effect.options.map((id) => ({ id, label: t(`activation.effect.${id}`) }))}
        value={draft.effect}
        onChange={(id) => set({ effect: activationRecord.shape.effect.options.find((one) => one === id) ?? null })}
        error={words('effect')}
      />
      <TextArea
        label={t('activation.note')}
        description={t('activation.noteHint')}
        maxLength={2000}
        value={draft.note}
        onChange={(note) => set({ note })}
      />
      {Object.keys(problems).length > 0 && (
        <Banner tone="refusal">{t('activation.problems', { count: Object.keys(problems).length })}</Banner>
      )}
      {act.error !== null && <ErrorPanel error={act.error} />}
      <div className="flex flex-col gap-2">
        <Button type="submit" variant="primary" size="large" isWide className={act.isPending ? busy : ''}>
          {known === null ? t('activation.save') : t('activation.saveCorrection')}
        </Button>
        {onCancel !== null && (
          <Button size="large" isWide onPress={onCancel}>
            {t('app.cancel')}
          </Button>
        )}
      </div>
    </form>
  )
}

/** A time of day to the second, with two large areas that move it; says the day when it is not that of the recording. */
function WarningTime({
  label,
  value,
  error,
  recordedAt,
  timeZone,
  onChange,
}: {
  label: string
  value: TimeOfDay
  error: string | null
  recordedAt: Date
  timeZone: string
  onChange: (time: TimeOfDay) => void
}) {
  const at = nearestInstant(value, recordedAt, timeZone)
  const day = at === undefined ? null : formatDay(at)
  const isOtherDay = day !== null && day !== formatDay(recordedAt)
  const nudge = (seconds: number) => (
    <Button
      size="large"
      aria-label={`${label}: ${t(seconds < 0 ? 'activation.earlier' : 'activation.later', { seconds: nudgeSeconds })}`}
      isDisabled={at === undefined}
      onPress={() => onChange(shiftTime(readTime(value) ?? value, seconds))}
    >
      <span aria-hidden="true" className="font-mono">
        {seconds < 0 ? '−' : '+'}
        {nudgeSeconds} s
      </span>
    </Button>
  )
  return (
    <div className="flex items-end gap-2">
      <div className="min-w-0 flex-1 [&_input]:min-h-11 [&_input]:text-lg">
        <TextField
          label={isOtherDay ? `${label} (${t('activation.onDay', { date: day })})` : label}
          // Not the browser's own time field: it shows hours as its language has them, not as the corps writes them.
          inputMode="numeric"
          autoComplete="off"
          maxLength={8}
          placeholder="00:00:00"
          isMono
          value={value}
          onChange={onChange}
          onBlur={() => onChange(readTime(value) ?? value)}
          error={error}
        />
      </div>
      {nudge(-nudgeSeconds)}
      {nudge(nudgeSeconds)}
    </div>
  )
}
