import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Actor, JsonValue } from '@getuige/base'
import { type AgeIdentity, newIdentity, wrapForRecipient } from '@getuige/proof'
import { type Custody, listEntered } from '#custody'
import type { Database, Tx } from '#platform/database'
import { StartError } from '#platform/errors'
import { type Keystore, withKeysLocked } from '#platform/keystore'
import {
  destroyRecipientSet,
  keepRecipientSet,
  listOlderSets,
  makeHeader,
  type OtherRecipient,
  type RecipientSet,
  requireRecipientSet,
  undefinedIfBroken,
  unwrapFileKey,
  wrapFileKey,
} from './keys.ts'
import {
  countOlderHeaders,
  findRecipientSet,
  lockOlderHeaders,
  lockRecipientSet,
  updateKey,
  updateRecipientSet,
} from './store.ts'

export type RotateDeps = Readonly<{
  db: Database
  keystore: Keystore
  act: Custody['act']
  /** The system in each corps: what concerns the installation is entered in every log. At least one. */
  actors: readonly [Actor, ...Actor[]]
}>

export type RecipientChange =
  | Readonly<{ what: 'new-identity' }>
  | Readonly<{ what: 'add'; added: OtherRecipient }>
  | Readonly<{ what: 'remove'; recipient: string }>

/** `unopened`: how many headers could not be written anew, because the key of their bucket is gone or broken. */
export type Changed = Readonly<{ set: number; rewritten: number; unopened: number }>

const batchHeaders = 50

/** Who can open headers now, and how many headers are not for them yet. */
export async function findRecipients(
  deps: Pick<RotateDeps, 'db' | 'keystore'>,
): Promise<Omit<RecipientSet, 'identity'> & { set: number; older: number }> {
  const set = await findRecipientSet(deps.db.everyCorps)
  const { recipient, others } = await requireRecipientSet(deps.keystore, set)
  return { set, recipient, others, older: await countOlderHeaders(deps.db.everyCorps, set) }
}

/** The identity that new headers are for, of the installation itself. Whoever has it can open headers. */
export async function findEscrowIdentity({ db, keystore }: Pick<RotateDeps, 'db' | 'keystore'>): Promise<AgeIdentity> {
  const { identity, recipient } = await requireRecipientSet(keystore, await findRecipientSet(db.everyCorps))
  return { identity, recipient }
}

/**
 * Put other recipients in the place of those there are, and write every header anew for them; payloads are not touched.
 * Works beside a running server. Order: the new set is kept; it becomes current, with its custody entry; headers are
 * written anew in small transactions; when none of an older set is left, the older sets are destroyed. Stopped anywhere
 * after the second step, `rewriteHeaders` goes on. Custody: `recipients-changed`, `recipients-retired`.
 */
export function changeRecipients(
  deps: RotateDeps,
  change: RecipientChange,
  tell: (rewritten: number) => void,
): Promise<Changed> {
  return withKeysLocked(deps.db, async () => {
    const { db, keystore } = deps
    const before = await findRecipientSet(db.everyCorps)
    const recipients = changed(await requireRecipientSet(keystore, before), change)
    const set = before + 1
    await keepRecipientSet(keystore, set, recipients)
    await enterChanged(deps, describe(set, recipients, change), async (tx) => {
      await lockRecipientSet(tx, 'change')
      await updateRecipientSet(tx, set)
    })
    return rewrite(deps, tell)
  })
}

/** End what `changeRecipients` began, if it was cut short. */
export function rewriteHeaders(deps: RotateDeps, tell: (rewritten: number) => void): Promise<Changed> {
  return withKeysLocked(deps.db, () => rewrite(deps, tell))
}

/** Throws `StartError` when there is nothing to change. */
function changed(set: RecipientSet, change: RecipientChange): RecipientSet {
  const { identity, recipient, others } = set
  switch (change.what) {
    case 'new-identity':
      return { ...newIdentity(randomBytes(32)), others }
    case 'add': {
      const { added } = change
      requireRecipient(added.recipient)
      if (added.recipient === recipient || others.some((other) => other.recipient === added.recipient))
        throw new StartError(`${added.recipient} is a recipient already.`)
      return { identity, recipient, others: [...others, added] }
    }
    case 'remove': {
      const left = others.filter((other) => other.recipient !== change.recipient)
      if (left.length === others.length) throw new StartError(`${change.recipient} is not one of the other recipients.`)
      return { identity, recipient, others: left }
    }
  }
}

function requireRecipient(recipient: string): void {
  try {
    wrapForRecipient(randomBytes(16), recipient, randomBytes(32))
  } catch (cause) {
    throw new StartError(`${recipient} is not an age recipient: it should be age1… as age-keygen prints it.`, { cause })
  }
}

/** Public keys alone: nothing that opens anything. */
function describe(
  set: number,
  { recipient, others }: RecipientSet,
  change: RecipientChange,
): Record<string, JsonValue> {
  const other = change.what === 'add' ? change.added.recipient : change.what === 'remove' ? change.recipient : null
  return { set, change: change.what, other, escrow: recipient, others: others.map((each) => each.recipient) }
}

async function rewrite(deps: RotateDeps, tell: (rewritten: number) => void): Promise<Changed> {
  const { db, keystore } = deps
  const set = await findRecipientSet(db.everyCorps)
  let rewritten = 0
  for (;;) {
    const unopened = new Set<string>()
    for (let afterId: string | undefined = ''; afterId !== undefined;) {
      const batch = await rewriteBatch(deps, set, afterId, unopened)
      rewritten += batch.rewritten
      if (batch.rewritten > 0) tell(rewritten)
      afterId = batch.lastId
    }
    const left = await countOlderHeaders(db.everyCorps, set)
    if (left === 0) {
      for (const older of await listOlderSets(keystore, set)) await destroyRecipientSet(keystore, older)
      await enterRetired(deps, set)
    }
    if (left <= unopened.size) return { set, rewritten, unopened: left }
    // The rest is being held, lifted or erased at this moment.
    await wait(50)
  }
}

async function rewriteBatch({ db, keystore }: RotateDeps, set: number, afterId: string, unopened: Set<string>) {
  return db.everyCorps.transaction().execute(async (tx) => {
    const rows = await lockOlderHeaders(tx, set, afterId, batchHeaders)
    let rewritten = 0
    for (const row of rows) {
      const opened = await unwrapFileKey(keystore, row).catch(undefinedIfBroken)
      if (opened === undefined) {
        unopened.add(row.recordingId)
        continue
      }
      const header = await makeHeader(keystore, opened.fileKey, set)
      await updateKey(tx, await wrapFileKey(keystore, row.recordingId, row.bucket, opened.fileKey, header))
      rewritten += 1
    }
    return { rewritten, lastId: rows.at(-1)?.recordingId }
  })
}

/** `change` commits with the entry in the first log. */
async function enterChanged(
  { act, actors }: RotateDeps,
  details: Record<string, JsonValue>,
  change: (tx: Tx) => Promise<void>,
): Promise<void> {
  for (const [n, actor] of actors.entries()) {
    await act(actor, async (tx, record) => {
      await record({ type: 'recipients-changed', recordingId: null, details })
      if (n === 0) await change(tx)
    })
  }
}

/** Of every set before this one, in each log that says what took its place, once: also what an earlier run left out. */
async function enterRetired({ db, act, actors }: RotateDeps, set: number): Promise<void> {
  for (const actor of actors) {
    const entered = await listEntered(db.of(actor.corpsId), actor.corpsId, ['recipients-changed', 'recipients-retired'])
    const has = (type: string, number: number) =>
      entered.some((entry) => entry.type === type && entry.details['set'] === number)
    for (let older = 1; older < set; older += 1) {
      if (!has('recipients-changed', older + 1) || has('recipients-retired', older)) continue
      await act(actor, (_tx, record) =>
        record({ type: 'recipients-retired', recordingId: null, details: { set: older } }),
      )
    }
  }
}
