import { type JsonValue, type RecordingId, toHex } from '@getuige/base'
import { type LifeEntry, listLifeEntries } from '#custody'
import type { Database, Reader } from '#platform/database'
import { listRegister, type RegisteredRecording } from './store.ts'

export type RegisterFinding = Readonly<{
  what:
    | 'recording-not-entered'
    | 'recording-not-registered'
    | 'recording-differs'
    | 'state-differs'
    | 'hold-differs'
    | 'erased-unlawfully'
  /** A sentence for the operator: ids, no names. */
  sentence: string
}>
export type RegisterCheck = Readonly<{ recordings: number; findings: readonly RegisterFinding[] }>

/** What retention goes by when it erases. */
export type HoldsInForce = Readonly<{
  listHoldsInForce(
    db: Reader,
    recordingIds: readonly RecordingId[],
  ): Promise<readonly Readonly<{ id: string; recordingId: RecordingId }>[]>
}>

type HeldRecording = RegisteredRecording & Readonly<{ holdIds: readonly string[] }>

const pageRows = 2000
/** Bytes may be handed over to a store between the moment of receipt and its entry. */
const handOverMs = 24 * 60 * 60 * 1000

/**
 * Hold every row of the register against the custody entries of its recording, both read in the order of the recordings,
 * a page at a time, of one snapshot: no row without its `recording-received`, or `clip-made` where it is a part of one
 * that is there, no such entry without its row, the same
 * digests, size, moments, camera and wearer; under hold and erased exactly where the log says so; and nothing erased
 * under a hold or before its day. That the entries are those that were signed is what custody checks.
 */
export async function checkRegister(db: Database, { listHoldsInForce }: HoldsInForce): Promise<RegisterCheck> {
  return db.everyCorps
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      const findings: RegisterFinding[] = []
      let recordings = 0
      const rows = inOrder(registerPages(tx, listHoldsInForce))
      const lives = inOrder(lifePages(tx))
      let row = await rows()
      let entry = await lives()
      while (row !== undefined || entry !== undefined) {
        const id =
          row === undefined || (entry !== undefined && entry.recordingId < row.id) ? entry?.recordingId : row.id
        const entries: LifeEntry[] = []
        for (; entry !== undefined && entry.recordingId === id; entry = await lives()) entries.push(entry)
        if (row === undefined || row.id !== id) {
          const sentence = `recording ${id} was entered in the custody log, and is not in the register`
          findings.push({ what: 'recording-not-registered', sentence })
          continue
        }
        recordings += 1
        findings.push(...compare(row, entries))
        row = await rows()
      }
      return { recordings, findings }
    })
}

function compare(row: HeldRecording, entries: readonly LifeEntry[]): RegisterFinding[] {
  const of = (type: LifeEntry['type']) =>
    entries.filter((entry) => entry.type === type && entry.corpsId === row.corpsId)
  // On the trail of an original an entry says that a clip was made of it.
  const cut = of('clip-made').filter(({ details, isForgotten }) => isForgotten || textOf(details['originalId']) !== '')
  const begun = of('recording-received')
  const [received, again] = begun.length > 0 ? begun : cut
  const isTwice = again !== undefined || (begun.length > 0 && cut.some(({ isForgotten }) => !isForgotten))
  if (received === undefined || isTwice) {
    const said =
      received === undefined ? 'does not say that it was received' : 'says more than once that it was received'
    return [{ what: 'recording-not-entered', sentence: `recording ${row.id}: the custody log ${said}` }]
  }
  // Long after a recording is gone its entries lose their words, all of them: nothing is left to hold it against.
  if (received.isForgotten) return []
  const findings: RegisterFinding[] = []
  const { details, at } = received
  // Another law may have come in the place of the one it was made under.
  const law = (of('law-changed').at(-1) ?? received).details
  const differing = [
    details['sha256'] === toHex(row.sha256) ? '' : 'digest',
    details['payloadSha256'] === toHex(row.payloadSha256) ? '' : 'digest of the sealed bytes',
    details['sizeBytes'] === row.sizeBytes ? '' : 'size',
    details['recordedAt'] === row.recordedAt.toISOString() ? '' : 'moment of recording',
    law['dueAt'] === row.dueAt.toISOString() ? '' : 'moment at which it is due',
    lawOf(law) === row.law ? '' : 'law',
    details['recordedAtFrom'] === row.recordedAtFrom ? '' : 'where that moment is from',
    details['cameraId'] === row.cameraId ? '' : 'camera',
    details['wearerId'] === row.wearerId ? '' : 'wearer',
    isClipAsEntered(row, received) ? '' : 'what it was cut from',
    row.receivedAt <= at && at.getTime() - row.receivedAt.getTime() < handOverMs ? '' : 'moment of receipt',
  ].filter((part) => part !== '')
  if (differing.length > 0) {
    const sentence = `recording ${row.id}: the register and the custody log differ in ${differing.join(', ')}`
    findings.push({ what: 'recording-differs', sentence })
  }
  const completed = of('activation-completed').at(-1)
  const standing = completed?.details['standing']
  // A clip begins with the standing of its original.
  const before = received.type === 'clip-made' ? [textOf(details['activation'])] : ['missing', 'not-asked']
  if (completed === undefined ? !before.includes(row.activation) : standing !== row.activation) {
    const sentence = `recording ${row.id}: the register says of its activation ${row.activation}, the custody log ${
      completed === undefined ? 'nothing' : textOf(standing)
    }`
    findings.push({ what: 'recording-differs', sentence })
  }
  const isErased = of('recording-erased').length > 0
  const hasBegun = of('erasure-begun').length > 0
  const isTrue =
    (row.state === 'erased') === isErased && (row.state === 'erasing' || row.state === 'erased') === hasBegun
  if (!isTrue) {
    const told = isErased ? 'was erased' : hasBegun ? 'is being erased' : 'is kept'
    const sentence = `recording ${row.id}: the register says ${row.state}, the custody log says it ${told}`
    findings.push({ what: 'state-differs', sentence })
  }
  findings.push(...compareHolds(row, entries), ...judgeErasure(row.id, textOf(law['dueAt']), entries))
  return findings
}

/** What the register says it was cut from; of one that is erased it says so no longer. */
function isClipAsEntered({ state, clipOf }: RegisteredRecording, { type, details }: LifeEntry): boolean {
  if (state === 'erased') return clipOf === null
  if (type !== 'clip-made') return clipOf === null
  const { recordingId, sha256, inMs, outMs, fromMs, toMs, method, madeBy, reason } = clipOf ?? {}
  return (
    recordingId === details['originalId'] &&
    sha256 === details['originalSha256'] &&
    inMs === details['inMs'] &&
    outMs === details['outMs'] &&
    fromMs === details['fromMs'] &&
    toMs === details['toMs'] &&
    method === details['cutMethod'] &&
    madeBy === details['cutBy'] &&
    reason === details['reason']
  )
}

function compareHolds(row: HeldRecording, entries: readonly LifeEntry[]): RegisterFinding[] {
  const entered = holdsAfter(entries)
  const isSame = entered.size === row.holdIds.length && row.holdIds.every((id) => entered.has(id))
  if (isSame && row.isHeld === entered.size > 0) return []
  const sentence = `recording ${row.id}: the register has ${row.holdIds.length} holds in force and says ${
    row.isHeld ? 'held' : 'not held'
  }, the custody log has ${entered.size}`
  return [{ what: 'hold-differs', sentence }]
}

/** By what was entered when it was received, when another law came, and by an order of a court: what the register says may have been changed before it was erased. */
function judgeErasure(recordingId: RecordingId, dueAt: string, entries: readonly LifeEntry[]): RegisterFinding[] {
  const begun = entries.findIndex(({ type }) => type === 'erasure-begun')
  const entry = entries[begun]
  if (entry === undefined) return []
  const isOrdered = entries.slice(0, begun).some(({ type }) => type === 'erasure-ordered')
  const why = [
    holdsAfter(entries.slice(0, begun)).size === 0 ? '' : 'under a hold',
    entry.at >= new Date(dueAt) || isOrdered ? '' : 'before it was due',
  ].filter((part) => part !== '')
  if (why.length === 0) return []
  return [{ what: 'erased-unlawfully', sentence: `recording ${recordingId} was erased ${why.join(' and ')}` }]
}

/** Ids of the holds that are in force after these entries. */
function holdsAfter(entries: readonly LifeEntry[]): ReadonlySet<string> {
  const holds = new Set<string>()
  for (const { type, details } of entries) {
    if (type === 'hold-placed') holds.add(textOf(details['holdId']))
    if (type === 'hold-lifted') holds.delete(textOf(details['holdId']))
  }
  return holds
}

/** Entries made when every pack had one version name the pack alone. */
function lawOf({ law, lawPackId }: LifeEntry['details']): string {
  return textOf(law) === '' ? `${textOf(lawPackId)}@1` : textOf(law)
}

const textOf = (value: JsonValue | undefined) => (typeof value === 'string' ? value : '')

async function* registerPages(
  db: Reader,
  listHoldsInForce: HoldsInForce['listHoldsInForce'],
): AsyncGenerator<HeldRecording[]> {
  for (let after = ''; ;) {
    const page = await listRegister(db, after, pageRows)
    const last = page.at(-1)
    if (last === undefined) return
    const holds = Map.groupBy(
      await listHoldsInForce(
        db,
        page.map(({ id }) => id),
      ),
      ({ recordingId }) => recordingId,
    )
    yield page.map((row) => ({ ...row, holdIds: (holds.get(row.id) ?? []).map(({ id }) => id) }))
    after = last.id
  }
}

async function* lifePages(db: Reader): AsyncGenerator<LifeEntry[]> {
  for (let after: LifeEntry | undefined; ;) {
    const page = await listLifeEntries(db, after, pageRows)
    const last = page.at(-1)
    if (last === undefined) return
    yield page
    after = last
  }
}

/** One after another, out of pages; undefined at the end. */
function inOrder<T>(pages: AsyncGenerator<T[]>): () => Promise<T | undefined> {
  let page: T[] = []
  let at = 0
  return async () => {
    if (at >= page.length) {
      const next = await pages.next()
      page = next.done === true ? [] : next.value
      at = 0
    }
    at += 1
    return page[at - 1]
  }
}
