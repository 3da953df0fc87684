import type { getStatus, ReturnsOf } from '@getuige/contract'
import { classNames, type Shape, ShapeMark, type Tone } from '@getuige/ui'
import type { ReactNode } from 'react'
import { serverNow } from '../app/session.ts'
import { formatAgo, formatDay, formatInstant } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { type CustodyLog, newestOf, standsBehind } from './log-standing.ts'

type Status = ReturnsOf<typeof getStatus>
type Answer = Readonly<{ shape: Shape; tone: Tone; words: string; what: ReactNode }>

const looks: Partial<Record<Tone, string>> = { loss: 'text-loss', accent: 'text-accent', muted: 'text-ink-3' }

/** One answer a cell: is the log signed, do others stand behind it, are the bytes whole, is there a copy. */
export function AtAGlance({
  logs,
  waiting,
  status,
}: {
  logs: readonly CustodyLog[]
  waiting: number
  /** Only for administrators. */
  status: Status | undefined
}) {
  const [newest] = logs
  const cells: { name: string; answer: Answer }[] = [
    { name: t('custody.log'), answer: answerOfLogs(logs, waiting) },
    { name: t('custody.witnesses'), answer: answerOfWitnesses(logs) },
    { name: t('custody.stamp'), answer: answerOfStamps(newest?.stamps ?? []) },
  ]
  if (status !== undefined) {
    cells.push({ name: t('custody.bytes'), answer: answerOfBytes(status.stores) })
    cells.push({ name: t('custody.backup'), answer: answerOfBackup(status.backup) })
  }
  return (
    <section aria-label={t('custody.glance')}>
      <dl className="flex flex-wrap gap-px overflow-hidden rounded border border-line bg-line">
        {cells.map(({ name, answer }) => (
          <div key={name} className="min-w-0 flex-[1_1_9.5rem] bg-panel px-4 py-3">
            <dt className="text-ink-2">{name}</dt>
            <dd className={classNames('flex items-center gap-1.5 text-lg font-semibold', looks[answer.tone])}>
              <ShapeMark shape={answer.shape} />
              {answer.words}
            </dd>
            <dd className="text-sm text-pretty text-ink-3">{answer.what}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

const ago = (at: string) => formatAgo(at, serverNow())

function answerOfLogs(logs: readonly CustodyLog[], waiting: number): Answer {
  const [newest] = logs
  if (logs.some(({ trouble }) => trouble !== null)) {
    const what = t('custody.logWaitingWhat', { count: waiting })
    return { shape: 'triangle', tone: 'loss', words: t('custody.logNotSigned'), what }
  }
  if (newest?.signedAt == null) {
    const what = t('custody.logWaitingWhat', { count: waiting })
    return { shape: 'dotted', tone: 'neutral', words: t('custody.logEmpty'), what }
  }
  const what = t('custody.logSignedWhat', { count: newest.size, ago: ago(newest.signedAt) })
  return { shape: 'check', tone: 'accent', words: t('custody.logSigned'), what }
}

/** Of the newest log; a contradiction in any log is an alarm. */
function answerOfWitnesses(logs: readonly CustodyLog[]): Answer {
  const witnesses = logs[0]?.witnesses ?? []
  const contradicts = logs.flatMap((log) => log.witnesses).find(({ state }) => state === 'rewritten')
  if (contradicts !== undefined) {
    return { shape: 'triangle', tone: 'loss', words: t('custody.alarm'), what: t('custody.witness.rewritten') }
  }
  if (witnesses.length === 0) {
    return { shape: 'ring', tone: 'neutral', words: t('custody.none'), what: t('custody.witnessesNone') }
  }
  const standing = witnesses.filter(standsBehind)
  const newest = newestOf(standing.map(({ cosignedAt }) => cosignedAt))
  const areAll = standing.length === witnesses.length
  return {
    shape: areAll ? 'check' : standing.length > 0 ? 'quarter' : 'ring',
    tone: areAll ? 'accent' : 'neutral',
    words: t('custody.witnessesOf', { count: standing.length, all: witnesses.length }),
    what: newest === null ? t('custody.witnessesNever') : t('custody.witnessesNewest', { ago: ago(newest) }),
  }
}

function answerOfStamps(stamps: CustodyLog['stamps']): Answer {
  const [newest] = stamps
  if (newest === undefined) {
    return { shape: 'ring', tone: 'neutral', words: t('custody.stampNone'), what: t('custody.stampNoneWhat') }
  }
  const what = t('custody.stampWhat', { authority: newest.authority, ago: ago(newest.at) })
  return { shape: 'check', tone: 'accent', words: t('custody.stampMade'), what }
}

function answerOfBytes({ damaged, unchecked, checkedSince }: Status['stores']): Answer {
  if (damaged > 0) {
    const words = t('custody.bytesDamaged', { count: damaged })
    return { shape: 'triangle', tone: 'loss', words, what: t('custody.bytesDamagedWhat') }
  }
  if (unchecked > 0) {
    const words = t('custody.bytesUnchecked', { count: unchecked })
    return { shape: 'dotted', tone: 'neutral', words, what: t('custody.bytesUncheckedWhat') }
  }
  if (checkedSince === null) {
    return { shape: 'ring', tone: 'neutral', words: t('custody.bytesNone'), what: t('custody.bytesNoneWhat') }
  }
  const what = t('custody.bytesWholeWhat', { when: formatDay(checkedSince) })
  return { shape: 'check', tone: 'accent', words: t('custody.bytesWhole'), what }
}

function answerOfBackup(backup: Status['backup']): Answer {
  if (backup === null) {
    return { shape: 'ring', tone: 'neutral', words: t('custody.backupNone'), what: t('custody.backupNoneWhat') }
  }
  const { madeAt } = backup
  if (backup.isOverdue || madeAt === null) {
    const what =
      madeAt === null ? t('custody.backupNeverWhat') : t('custody.backupOverdueWhat', { when: formatInstant(madeAt) })
    return { shape: 'triangle', tone: 'loss', words: t('custody.backupOverdue'), what }
  }
  const what = t('custody.backupWhat', { ago: ago(madeAt) })
  return { shape: 'check', tone: 'accent', words: t('custody.backupMade'), what }
}
