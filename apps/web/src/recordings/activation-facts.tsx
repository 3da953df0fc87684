import type { Recording } from '@getuige/contract'
import { Facts, State } from '@getuige/ui'
import { formatInstant, formatTime } from '../messages/formats.ts'
import { say, t } from '../messages/translate.ts'

type Activation = Pick<Recording, 'activation' | 'activationChoices' | 'activationRecord' | 'recordedAt'>

/** What the wearer recorded of switching on; where it is missing, that it is, and what is asked. */
export function ActivationFacts({ recording }: { recording: Activation }) {
  const { activationRecord: record, activationChoices: choices } = recording
  if (record === null) {
    return recording.activation === 'not-asked' ? (
      <p className="text-ink-3">{t('recordings.activationNone')}</p>
    ) : (
      <State shape="triangle" tone="loss">
        {t('recordings.activationAsked', { count: choices.warningsAsked })}
      </State>
    )
  }
  const wordsOf = (list: typeof choices.triggers, id: string) => {
    const choice = list.find((one) => one.id === id)
    return choice === undefined ? id : say(choice.label)
  }
  const clock = (at: string) => <span className="font-mono text-sm">{formatTime(at, 'second')}</span>
  const lines = [
    record.firstWarningAt !== null && {
      id: 'first',
      name: t('recordings.warningFirst'),
      value: clock(record.firstWarningAt),
    },
    record.secondWarningAt !== null && {
      id: 'second',
      name: t('recordings.warningSecond'),
      value: clock(record.secondWarningAt),
    },
    { id: 'on', name: t('recordings.recordingOn'), value: clock(recording.recordedAt) },
    record.exception !== null && {
      id: 'exception',
      name: t('recordings.exception'),
      value: <State shape="check">{wordsOf(choices.exceptions, record.exception)}</State>,
    },
    { id: 'trigger', name: t('recordings.trigger'), value: wordsOf(choices.triggers, record.trigger) },
    { id: 'effect', name: t('recordings.effect'), value: t(`recordings.effect.${record.effect}`) },
    record.note.trim() !== '' && {
      id: 'note',
      name: t('recordings.note'),
      value: <span className="whitespace-pre-wrap">{record.note}</span>,
    },
  ].filter((line) => line !== false)
  return (
    <>
      <Facts items={lines} />
      <p className="mt-2 text-sm text-ink-3">
        {t('recordings.completedBy', { who: record.completedBy, when: formatInstant(record.completedAt) })}
      </p>
    </>
  )
}
