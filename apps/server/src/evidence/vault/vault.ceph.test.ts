import { HeadObjectCommand, PutObjectRetentionCommand } from '@aws-sdk/client-s3'
import type { RecordingId } from '@getuige/base'
import { expect, test } from 'vitest'
import { systemClock } from '#platform/clock'
import { openS3Store } from '#platform/object-store'
import { findCeph, newBucket } from '../../testing/ceph-bucket.ts'
import { createWorld, toActor, type World } from '../../testing/world.ts'

const stated = { purpose: 'report', reference: 'PL1500 2026123456-1', reason: 'Aangifte van mevrouw Jansen.' }

async function run(world: World, name: string, data: object = {}): Promise<void> {
  const job = world.server.jobList.find((each) => each.name === name)
  if (job === undefined) throw new Error(`there is no job ${name}`)
  await job.run(data, new AbortController().signal)
}

const ceph = findCeph('that a recording lives its life in a bucket of Ceph')
if (ceph === undefined) test('Ceph is not installed', () => expect(ceph).toBeUndefined())
else {
  test('a recording lives its life in a bucket: received, locked, played, exported, held, erased', async () => {
    const { settings, client } = await newBucket(ceph)
    const objects = await openS3Store(settings, systemClock)
    await using world = await createWorld({ objects })
    const site = await world.listen()
    const bytes = await world.clip()
    const recordingId = await world.receive(bytes)
    const corpsId = world.officer.corpsId
    await world.server.modules.media.prepare({ corpsId, recordingId }, new AbortController().signal)
    const keyOf = async (id: RecordingId) =>
      (
        await world.server.db.everyCorps
          .selectFrom('vault_object')
          .select('object_key')
          .where('recording_id', '=', id)
          .where('kind', '=', 'payload')
          .executeTakeFirstOrThrow()
      ).object_key
    const key = await keyOf(recordingId)
    const head = () => client.send(new HeadObjectCommand({ Bucket: settings.bucket, Key: key }))
    const recording = await world.server.modules.recordings.find(corpsId, recordingId)
    expect((await head()).ObjectLockRetainUntilDate).toEqual(recording?.dueAt)

    const as = world.officer
    const viewing = await site.ask('POST', `/api/recordings/${recordingId}/viewings`, { as, body: stated })
    const { mediaUrl } = viewing.body as { mediaUrl: string }
    const range = await site.fetch(mediaUrl, { as, headers: { range: 'bytes=70000-90000' } })
    expect(range.status).toBe(206)
    expect(Buffer.from(await range.arrayBuffer()).equals(bytes.subarray(70_000, 90_001))).toBe(true)
    const body = { ...stated, recipient: 'Advocaat Pietersen' }
    const exported = await site.ask('POST', `/api/recordings/${recordingId}/exports`, { as, body })
    const downloadUrl = await world.approvedPackage(exported.body)
    const package_ = Buffer.from(await (await site.fetch(downloadUrl, { as })).arrayBuffer())
    expect(package_.includes(Buffer.from(bytes.subarray(70_000, 90_001)))).toBe(true)
    await run(world, 'vault/scrub')
    expect(await site.ask('GET', '/api/vault/alarms', { as: world.administrator })).toMatchObject({
      body: { alarms: [] },
    })

    const { retention } = world.server.modules
    const held = { recordingId, kind: 'report', number: 'PL1', reason: 'Aangifte loopt.' } as const
    const hold = await retention.placeHold(toActor(world.officer), held)
    await run(world, 'vault/protect', { recordingId })
    expect((await head()).ObjectLockLegalHoldStatus).toBe('ON')
    await world.liftHold(hold.id)

    // The clock of the server is ahead of the store's: its lock outlasts the erasure, and the bytes go when it ends.
    world.clock.advance(40 * 86_400_000)
    await retention.eraseDue((id) => ({ kind: 'system', corpsId: id }))
    expect((await world.trail(recordingId)).at(-1)?.type).toBe('recording-erased')
    expect(await objects.sizeOf(key)).toBeGreaterThan(0)
    await run(world, 'vault/remove-waiting')
    expect(await objects.sizeOf(key)).toBeGreaterThan(0)
    const { VersionId } = await head()
    await client.send(
      new PutObjectRetentionCommand({
        Bucket: settings.bucket,
        Key: key,
        VersionId,
        BypassGovernanceRetention: true,
        Retention: { Mode: 'GOVERNANCE', RetainUntilDate: new Date(Date.now() + 1000) },
      }),
    )
    await expect
      .poll(async () => {
        world.clock.advance(3_600_000)
        await run(world, 'vault/remove-waiting')
        return Array.fromAsync(objects.list())
      })
      .toEqual([])
    expect(await world.server.db.everyCorps.selectFrom('vault_removal').selectAll().execute()).toEqual([])
    client.destroy()
  })
}
