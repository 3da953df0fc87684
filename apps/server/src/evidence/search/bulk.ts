import type { PersonActor, RecordingId } from '@getuige/base'
import { type BulkAct, mostTags, type Permission } from '@getuige/contract'
import type { AccessRefused } from '#access'
import { nothingToRecord, type RecordEntry } from '#custody'
import type { RegisteredRecording } from '#recordings'
import type { Reader, Tx } from '#platform/database'
import type { SearchDeps } from './deps.ts'
import { addTags, isChange, removeTags, type TagChange } from './rules.ts'

export type Bulk = Readonly<{ recordingIds: readonly RecordingId[]; act: BulkAct }>
/** What it would do to each of the recordings that the person may know of; of others nothing is said. */
export type BulkPreview = Readonly<{
  would: readonly RecordingId[]
  already: readonly RecordingId[]
  full: readonly RecordingId[]
  wouldNot: readonly Readonly<{ recordingId: RecordingId; permission: Permission }>[]
}>
/** What it did, and to which not and why. */
export type BulkDone = Omit<BulkPreview, 'would'> & Readonly<{ done: readonly RecordingId[] }>

/** Says what the act would do to each, by the same decision that is taken again when it is done. Changes nothing. */
export async function previewBulk(
  deps: SearchDeps,
  actor: PersonActor,
  { recordingIds, act }: Bulk,
): Promise<BulkPreview> {
  const reader = deps.db.of(actor.corpsId)
  const found = await Promise.all(recordingIds.map((id) => deps.recordings.find(actor.corpsId, id, reader)))
  return toPreview(
    await decide(
      deps,
      reader,
      actor,
      found.filter((one) => one !== undefined),
      act,
    ),
  )
}

/**
 * Do it to those of which the preview says so, decided again under the locks of all of them: in one transaction, with an entry
 * for each, or to none. Custody: `tags-changed` or `hold-placed`, and `access-refused` for each that the law refuses.
 */
export async function performBulk(
  deps: SearchDeps,
  actor: PersonActor,
  { recordingIds, act }: Bulk,
): Promise<BulkDone> {
  let preview: BulkPreview = { would: [], already: [], full: [], wouldNot: [] }
  await deps.custody.act(actor, async (tx, record) => {
    const locked = await deps.recordings.lockAll(tx, actor.corpsId, recordingIds)
    const decided = await decide(deps, tx, actor, locked, act)
    preview = toPreview(decided)
    const done = new Set([...preview.would, ...preview.already, ...preview.full])
    const refused: AccessRefused[] = []
    for (const recording of locked.filter(({ id }) => !done.has(id))) {
      const refusal = await deps.access.findRefusal(tx, askedFor(act), actor, recording)
      if (refusal !== undefined) refused.push(refusal)
    }
    const isNoted = await deps.access.noteRefusalsWithin(record, refused)
    if (preview.would.length === 0 && !isNoted) return nothingToRecord
    for (const { recording, outcome } of decided)
      if (outcome === 'would') await perform(deps, tx, record, actor, recording, act)
    return undefined
  })
  const { would: done, ...notDone } = preview
  return { done, ...notDone }
}

const askedFor = ({ act }: BulkAct) => (act === 'place-hold' ? 'place-hold' : 'assign')

type Outcome = 'would' | 'already' | 'full'
type Decided = Readonly<{
  recording: RegisteredRecording
  outcome: Outcome | Extract<Permission, { allowed: false }>
}>

async function decide(
  { access, retention }: SearchDeps,
  reader: Reader,
  actor: PersonActor,
  found: readonly RegisteredRecording[],
  act: BulkAct,
): Promise<Decided[]> {
  const known = await access.listAllowed(reader, 'know', actor, found)
  const asked = askedFor(act)
  const decided: Decided[] = []
  for (const recording of found.filter(({ id }) => known.has(id))) {
    const { [asked]: permission } = await access.permissions(reader, [asked], actor, recording)
    if (!permission.allowed) decided.push({ recording, outcome: permission })
    else if (act.act === 'place-hold') {
      const isHeld = await retention.hasHold(reader, recording, act)
      decided.push({ recording, outcome: isHeld ? 'already' : 'would' })
    } else decided.push({ recording, outcome: outcomeOf(changeOf(recording, act)) })
  }
  return decided
}

function toPreview(decided: readonly Decided[]): BulkPreview {
  const those = (outcome: Outcome) =>
    decided.filter((one) => one.outcome === outcome).map(({ recording }) => recording.id)
  return {
    would: those('would'),
    already: those('already'),
    full: those('full'),
    wouldNot: decided.flatMap(({ recording, outcome }) =>
      typeof outcome === 'string' ? [] : [{ recordingId: recording.id, permission: outcome }],
    ),
  }
}

type TagAct = Exclude<BulkAct, { act: 'place-hold' }>

const changeOf = ({ tags }: RegisteredRecording, act: TagAct): TagChange =>
  act.act === 'add-tags' ? addTags(tags, act.tags) : removeTags(tags, act.tags)

function outcomeOf(change: TagChange): Outcome {
  if (!isChange(change)) return 'already'
  return change.added.length > 0 && change.tags.length > mostTags ? 'full' : 'would'
}

async function perform(
  deps: SearchDeps,
  tx: Tx,
  record: RecordEntry,
  actor: PersonActor,
  recording: RegisteredRecording,
  act: BulkAct,
): Promise<void> {
  if (act.act !== 'place-hold') return changeTagsWithin(deps, tx, record, recording, changeOf(recording, act))
  const { kind, number, reason } = act
  await deps.retention.placeHoldWithin(tx, record, actor, recording, { kind, number, reason })
}

/** The caller holds the lock of the recording, and has asked whether the person may. Custody: `tags-changed`. */
export async function changeTagsWithin(
  { recordings }: SearchDeps,
  tx: Tx,
  record: RecordEntry,
  recording: RegisteredRecording,
  { tags, added, removed }: TagChange,
): Promise<void> {
  await recordings.tellTags(tx, recording.id, tags)
  await record({
    type: 'tags-changed',
    recordingId: recording.id,
    details: { added: [...added], removed: [...removed] },
  })
}
