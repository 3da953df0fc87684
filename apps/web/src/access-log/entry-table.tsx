import type { AccessLogEntry } from '@getuige/contract'
import type { RecordingId } from '@getuige/base'
import { Cell, Column, RowHeader, Table, Tag } from '@getuige/ui'
import type { ReactNode } from 'react'
import { formatDay, formatTime } from '../messages/formats.ts'
import { say, t } from '../messages/translate.ts'

type Person = Extract<AccessLogEntry['actor'], { kind: 'person' }>

/** Entries of the log as they are: who, when, which act, what, why, on what basis and to whom. */
export function EntryTable({
  label,
  entries,
  isFlush = false,
  onPerson,
  onRecording,
}: {
  label: string
  entries: readonly AccessLogEntry[]
  isFlush?: boolean
  /** Choosing a name, or a recording, searches on; without these they are text. */
  onPerson?: (person: Person) => void
  onRecording?: (recordingId: RecordingId) => void
}) {
  return (
    <Table
      isFlush={isFlush}
      label={label}
      columns={
        <>
          <Column>{t('oversight.when')}</Column>
          <Column>{t('oversight.who')}</Column>
          <Column>{t('oversight.what')}</Column>
          <Column>{t('oversight.why')}</Column>
        </>
      }
    >
      {entries.map((entry) => (
        <tr key={entry.id}>
          <RowHeader className="align-top font-normal whitespace-nowrap">
            <time dateTime={entry.at}>
              <span className="block max-sm:inline">{formatDay(entry.at)} </span>
              <span className="font-mono text-sm">{formatTime(entry.at, 'second')}</span>
            </time>
          </RowHeader>
          <Cell className="align-top max-sm:w-full">
            <Who actor={entry.actor} {...(onPerson === undefined ? {} : { onPerson })} />
          </Cell>
          <Cell className="align-top max-sm:w-full">
            <span className="flex flex-wrap items-baseline gap-x-2">
              {say(entry.label)}
              {entry.verb !== null && <Tag>{t(`oversight.verb.${entry.verb}`)}</Tag>}
            </span>
            {entry.recording !== null && (
              <What recording={entry.recording} {...(onRecording === undefined ? {} : { onRecording })} />
            )}
            {entry.recipient !== null && (
              <span className="block text-sm [overflow-wrap:anywhere]">
                {t('oversight.to', { recipient: entry.recipient })}
              </span>
            )}
          </Cell>
          <Cell className="max-w-md align-top max-sm:w-full">
            <Why entry={entry} />
          </Cell>
        </tr>
      ))}
    </Table>
  )
}

function Who({ actor, onPerson }: { actor: AccessLogEntry['actor']; onPerson?: (person: Person) => void }) {
  if (actor === null) return <span className="text-ink-3">{t('oversight.wordsErased')}</span>
  if (actor.kind === 'system') return <span className="text-ink-2">{t('recordings.actorSystem')}</span>
  if (actor.kind === 'dock') return <span>{t('recordings.actorDock', { name: actor.name })}</span>
  const roles = actor.roles.map((role) => t(`app.role.${role}`))
  const more = [...(actor.title === '' || roles.includes(actor.title) ? [] : [actor.title]), ...roles]
  return (
    <>
      <Choice label={t('oversight.onlyPerson')} onChoose={onPerson === undefined ? undefined : () => onPerson(actor)}>
        <span className="[overflow-wrap:anywhere]">{actor.name}</span>
      </Choice>
      <span className="block text-sm text-ink-3">{more.join(', ')}</span>
    </>
  )
}

function What({
  recording: { camera, id },
  onRecording,
}: {
  recording: NonNullable<AccessLogEntry['recording']>
  onRecording?: (recordingId: RecordingId) => void
}) {
  return (
    <Choice
      label={t('oversight.onlyRecording')}
      onChoose={onRecording === undefined ? undefined : () => onRecording(id)}
    >
      <span className="font-mono text-xs break-all">{id}</span>
      {camera !== null && <span className="text-sm"> · {camera}</span>}
    </Choice>
  )
}

function Why({ entry }: { entry: AccessLogEntry }) {
  const { asked, legalBasis, purpose, reason, reference, ruleIds } = entry
  if (entry.actor === null) return null
  const named = [
    ...(purpose === null ? [] : [purpose.label === null ? purpose.id : say(purpose.label)]),
    ...(reference === null ? [] : [reference]),
  ]
  const basis = [...(legalBasis === null ? [] : [say(legalBasis)]), ...ruleIds]
  return (
    <>
      {named.length > 0 && <span className="block">{named.join(' · ')}</span>}
      {asked !== null && (
        <span className="block font-mono text-xs text-ink-3 [overflow-wrap:anywhere]">
          {Object.entries(asked)
            .map(([name, value]) => (value === true ? name : `${name}=${value}`))
            .join(' ')}
        </span>
      )}
      {reason !== null && <q className="block [overflow-wrap:anywhere] text-pretty">{reason}</q>}
      {basis.length > 0 && <span className="block text-sm text-pretty text-ink-3">{basis.join(' · ')}</span>}
    </>
  )
}

function Choice({
  label,
  onChoose,
  children,
}: {
  label: string
  onChoose: (() => void) | undefined
  children: ReactNode
}) {
  if (onChoose === undefined) return <span className="block">{children}</span>
  return (
    <button
      type="button"
      title={label}
      onClick={onChoose}
      className="block cursor-pointer text-left underline decoration-edge underline-offset-2 hover:decoration-accent"
    >
      {children}
    </button>
  )
}
