import type { CorpsId, RecordingId } from '@getuige/base'
import { nothingToRecord } from '#custody'
import type { MediaDeps } from './deps.ts'
import { probe } from './probe.ts'
import { toRecordingFacts } from './recording-facts.ts'
import { decideRendition } from './rules.ts'
import { makeStoryboard } from './storyboard.ts'
import { findTrackOfPart, writeTrack } from './tracks/keep-track.ts'

/**
 * Make a stored recording viewable: probe it, and make what lists show of it, all from the sealed object. What cannot
 * be decoded is marked and stays. Pictures first, then one transaction that claims them; may run twice or stop
 * anywhere. Custody: `recording-probed`.
 */
export async function prepare(
  deps: MediaDeps,
  { corpsId, recordingId }: Readonly<{ corpsId: CorpsId; recordingId: RecordingId }>,
  signal: AbortSignal,
): Promise<void> {
  const { db, custody, recordings, vault } = deps
  const recording = await recordings.find(corpsId, recordingId)
  if (recording?.state !== 'stored') return
  const source = await vault.find(db.of(corpsId), recordingId, 'payload')
  if (source === undefined) return

  const facts = await probe(source, signal)
  const pictures = await makeStoryboard(deps.engine, source, facts, signal)
  const hasStoryboard = 'storyboard' in pictures
  const derived = hasStoryboard
    ? [
        await vault.writeDerived(db.of(corpsId), recordingId, corpsId, 'storyboard', pictures.storyboard),
        await vault.writeDerived(db.of(corpsId), recordingId, corpsId, 'poster', pictures.poster),
      ]
    : []
  const original = recording.clipOf === null ? null : await findTrackOfPart(deps, recording, recording.clipOf)
  const carried = facts.track ?? original?.track ?? null
  const track = carried === null ? undefined : await writeTrack(deps, recording, carried)

  await custody.act({ kind: 'system', corpsId }, async (tx, record) => {
    const locked = await recordings.lock(tx, corpsId, recordingId)
    // Another run was first, or erasure was: nothing is claimed, and the objects are swept.
    if (locked.state !== 'stored') return nothingToRecord
    const decision = decideRendition(facts, deps.engine.name)
    const playable = decision.rendition === 'direct'
    for (const object of [...derived, track]) if (object !== undefined) await vault.claim(tx, object)
    if (track !== undefined) await recordings.tellPlaces(tx, recordingId, carried?.points ?? [])
    await recordings.tellMedia(tx, recordingId, {
      facts: toRecordingFacts({ ...facts, track: carried }, original?.drift ?? locked.dockDrift),
      durationMs: facts.durationMs,
      damage: facts.damage,
      playable,
      hasStoryboard,
      rendition: decision.rendition === 'proxy' ? 'making' : decision.rendition,
      scrub: null,
      hasTrack: track !== undefined,
      damages: facts.damages,
    })
    await recordings.changeStates(tx, [locked], 'viewable', deps.clock.now())
    const asked = { corpsId, recordingId, askedBy: null, input: null }
    // Without an engine it fails and says so, and can be tried again when there is one.
    const lacksEngine = decision.rendition === 'none' && decision.because === 'no-engine'
    if (decision.rendition === 'proxy' || lacksEngine) await deps.tasks.ask(tx, { ...asked, kind: 'proxy' })
    // Of what does not say how long it is they are made from its proxy, once there is one.
    const hasSomething = (facts.video ?? facts.audio) !== null && (facts.durationMs !== null || playable)
    if (hasSomething && deps.engine.name !== 'none') await deps.tasks.ask(tx, { ...asked, kind: 'pictures' })
    return record({
      type: 'recording-probed',
      recordingId,
      details: {
        container: facts.container,
        durationMs: facts.durationMs,
        damage: facts.damage,
        playable,
        storyboard: hasStoryboard ? deps.engine.name : pictures.none,
      },
    })
  })
}
