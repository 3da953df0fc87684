import { type AccessLogEntry, verb } from '@getuige/contract'
import type { RecordingId } from '@getuige/base'
import { Cell, Column, RowHeader, Table, Tag } from '@getuige/ui'
import type { ReactNode } from 'react'
import { formatDay, formatTime } from '../messages/formats.ts'
import { type MessageKey, say, t } from '../messages/translate.ts'

type Verb = (typeof verb.options)[number]
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
          <RowHeader className="py-1.5 align-top font-normal whitespace-nowrap">
            <time dateTime={entry.at}>
              {formatDay(entry.at)} <span className="font-mono text-sm">{formatTime(entry.at, 'second')}</span>
            </time>
          </RowHeader>
          <Cell className="max-w-64 py-1.5 align-top max-sm:w-full max-sm:max-w-full">
            <Who actor={entry.actor} {...(onPerson === undefined ? {} : { onPerson })} />
          </Cell>
          <Cell className="max-w-80 py-1.5 align-top max-sm:w-full max-sm:max-w-full">
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
          <Cell className="max-w-md py-1.5 align-top max-sm:w-full max-sm:empty:hidden">
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
      <span className="block truncate text-sm text-ink-3" title={more.join(', ')}>
        {more.join(', ')}
      </span>
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
      <span className="block truncate" title={id}>
        {camera !== null && <span className="text-sm">{camera} · </span>}
        <span className="font-mono text-xs">{id}</span>
      </span>
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
      {asked !== null && <span className="block text-sm text-ink-3 [overflow-wrap:anywhere]">{sayAsked(asked)}</span>}
      {reason !== null && <q className="block [overflow-wrap:anywhere] text-pretty">{reason}</q>}
      {basis.length > 0 && <span className="block text-sm text-pretty text-ink-3">{basis.join(' · ')}</span>}
    </>
  )
}

/** What was searched for, in words. The words of the search themselves are in no log. */
function sayAsked(asked: NonNullable<AccessLogEntry['asked']>): string {
  const said = Object.entries(asked).flatMap(([name, value]) => {
    // The usual search is in processing alone.
    if (name === 'scope' && value === 'processing') return []
    const what = askedWords[name]
    if (what === undefined) return value === true ? name : `${name}: ${value}`
    if (value === true) return t(what)
    if (name === 'scope') return t(what)
    if (name === 'verb' && isVerb(value)) return `${t(what)}: ${t(`oversight.verb.${value}`)}`
    return `${t(what)}: ${dayPattern.test(String(value)) ? formatDay(String(value)) : value}`
  })
  return said.join(' · ')
}

const dayPattern = /^\d{4}-\d{2}-\d{2}$/
const isVerb = (value: unknown): value is Verb => verb.options.some((one) => one === value)

const askedWords: Readonly<Record<string, MessageKey>> = {
  scope: 'oversight.everything',
  console: 'oversight.title',
  outliers: 'oversight.outliers',
  document: 'oversight.askedDocument',
  person: 'oversight.filterPerson',
  personId: 'oversight.filterPerson',
  recordingId: 'oversight.askedRecording',
  words: 'oversight.filterWords',
  recipient: 'oversight.filterRecipient',
  verb: 'oversight.filterVerb',
  type: 'oversight.filterType',
  purpose: 'oversight.filterPurpose',
  from: 'oversight.from',
  to: 'oversight.until',
  until: 'oversight.until',
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
      className="block max-w-full cursor-pointer text-left underline decoration-edge underline-offset-2 hover:decoration-accent"
    >
      {children}
    </button>
  )
}
