import { createHash } from 'node:crypto'
import { sidecarDigestHeader, sidecarNameHeader, sidecarsPath } from '@getuige/contract'
import { expect, test } from 'vitest'
import { runSql } from '#platform/database'
import { reactions } from '../../reactions.ts'
import { createWorld, toActor } from '../../testing/world.ts'

/**
 * What people and files said of a recording, each in words of its own: where it lay, what it was called, what was noted
 * and why its clock was wrong, and what was to be cut out of it.
 */
const said = {
  note: 'Merelzang',
  tag: 'Sijsje',
  reason: 'Zwaluwklok',
  clip: 'Roodborst',
  file: 'winterkoning.gpx',
} as const
/** As the register keeps it: in ten-thousandths of a degree. */
const place = { latitude: '52.070417', longitude: '4.312589', kept: ['520704', '43126'] }

/** The custody log keeps the words of an act until the period of the law is over, which is tried with it. */
const keptByLaw = ['custody_entry']

test('of an erased recording no word is left in any table but those of the custody log', async () => {
  await using world = await createWorld()
  const { access, clips, devices, markers, media, recordings, retention, search, together } = world.server.modules
  const { corpsId } = world.officer
  const recordingId = await world.viewableRecording()

  const site = await world.listen()
  const { token } = await devices.addDock(toActor(world.administrator), 'Dok 1')
  const { latitude, longitude } = place
  const points = `<trkpt lat="${latitude}" lon="${longitude}"/><trkpt lat="${latitude}" lon="${longitude}"/>`
  const body = Buffer.from(`<gpx version="1.1"><trk><trkseg>${points}</trkseg></trk></gpx>`)
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/octet-stream',
    [sidecarNameHeader]: said.file,
    [sidecarDigestHeader]: createHash('sha256').update(body).digest('hex'),
  }
  expect((await site.fetch(sidecarsPath(recordingId), { method: 'POST', headers, body })).status).toBe(200)
  await run('media/place-sidecars')
  await search.changeTags(toActor(world.officer), recordingId, [said.tag])
  const viewing = await access.startViewing(world.officer, recordingId, {
    purpose: 'report',
    reference: 'PL1500 2026123456-1',
    reason: 'Aangifte door de wijkagent.',
  })
  await markers.add(world.officer, viewing.id, { atMs: 1000, toMs: 2000, note: said.note })
  await together.correct(world.officer, viewing.id, { offsetMs: 4000, againstId: null, reason: said.reason })
  const part = { inMs: 1000, outMs: 3000, method: 'key-frames', reason: said.clip } as const
  await clips.make(world.officer, viewing.id, part)

  const words = [...Object.values(said), ...place.kept]
  const before = await tablesWith(words)
  expect(Object.keys(before).toSorted()).toEqual(words.toSorted())

  const recording = await recordings.find(corpsId, recordingId)
  world.clock.turn(new Date((recording?.dueAt.getTime() ?? 0) + 1000))
  await retention.erase({ kind: 'system', corpsId }, recordingId)
  for (const name of [...(reactions['erasure-begun'] ?? []), 'tasks/tidy']) await run(name)

  expect(await tablesWith(words)).toEqual({})
  expect(await media.listSidecars(corpsId, recordingId)).toEqual([])
  expect((await world.objectKeys()).filter((key) => key.includes(recordingId))).toEqual([])

  async function run(name: string): Promise<void> {
    const job = world.server.jobList.find((one) => one.name === name)
    if (job === undefined) throw new Error(`there is no job ${name}`)
    await job.run({ corpsId, recordingId }, new AbortController().signal)
  }

  /** In which tables each word is, in whatever case; words that are nowhere are left out. */
  async function tablesWith(looked: readonly string[]): Promise<Record<string, string[]>> {
    const { everyCorps } = world.server.db
    const tables = (await runSql(
      everyCorps,
      `select relname as name from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace`,
    )) as readonly { name: string }[]
    const found: Record<string, string[]> = {}
    for (const { name } of tables.filter((table) => !keptByLaw.includes(table.name))) {
      for (const word of looked) {
        const text = `select 1 from "${name}" as kept where kept::text ilike '%' || $1 || '%' limit 1`
        if ((await runSql(everyCorps, text, [word])).length > 0) (found[word] ??= []).push(name)
      }
    }
    return found
  }
})
