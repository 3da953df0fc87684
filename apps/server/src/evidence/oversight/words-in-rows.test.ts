import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { addPeriod, type Period, type RecordingId } from '@getuige/base'
import { expect, test } from 'vitest'
import { checkPowers, checkSaid } from '#oversight'
import { checkRegister } from '#recordings'
import { listHoldsInForce } from '#retention'
import { runSql } from '#platform/database'
import { reactions } from '../../reactions.ts'
import { createWorld, toActor } from '../../testing/world.ts'

/** In everything that people say here, so that it is found wherever it is kept. */
const word = 'Zwartkop'
/** In what is still in force when the time of those words is over. */
const inForce = 'Koolmees'

const isId = /(^|[._])(id|by|of)$/
/**
 * Columns in which this test plants no word. One that is new is one more: plant a word in it, or say here why there is
 * none. What is said of a recording alone, such as notes and tags, is gone with it, which is tried with the erasure.
 */
const elsewhere: ReadonlySet<string> = new Set(
  `pgboss.job schema_migration.name schema_migration.sha256
  access_grant.details access_grant.kind activation_record.effect activation_record.exception activation_record.trigger
  approval.act approval.asker approval.end_reason approval.ended_as approval.ender approval.law
  camera.label camera.serial corps.name corps.time_zone corps_law.law dock.label hold.kind
  custody_cosignature.checkpoint custody_cosignature.line custody_cosignature.witness custody_entry.actor
  custody_entry.type custody_log.checkpoint custody_log.continues custody_log.origin custody_term.term
  custody_term.type custody_timestamp.authority custody_timestamp.checkpoint custody_witness_state.error
  custody_witness_state.witness emergency.judge emergency.person emergency.verdict export_package.age_recipient
  export_package.certificate identity_provider.settings log_export.format log_export.heads log_export.query
  mandate.confirmed_as mandate.confirmer mandate.ended_as mandate.ender mandate.recorder mandate_document.kind
  mandate_request.asker mandate_request.ended_as mandate_request.ender notice.kind passkey.name passkey.transports
  person.login person.name person.password_hash person.roles person.title person_identity.issuer person_identity.login
  person_identity.subject person_session.browser person_session.network sign_in_attempt.purpose sign_in_failure.login
  recording.activation recording.damage recording.law recording.recorded_at_from recording.rendition recording.state
  clock_correction.reason recording.clip recording.damages recording.dock_drift recording.facts
  recording.original_name recording.proxy recording.scrub recording.tags recording_marker.note
  recording_marker.purpose recording_place.latitudes recording_place.longitudes recording_sidecar.kind
  recording_sidecar.name recording_term.key recording_term.source recording_term.term recording_untold.key
  recording_untold.source recording_untold.texts task.kind task.problem task.state
  upload.actor upload.dock_drift upload.object_key upload.original_name
  vault_alarm.kind vault_alarm.object_key vault_alarm.place vault_alarm.what vault_copy.object_key vault_copy.store
  vault_key.bucket vault_object.kind vault_object.object_key vault_removal.object_key vault_removal.store
  vault_unclaimed.kind vault_unclaimed.name viewing.ended_because viewing.purpose viewing.reason_judged`.split(/\s+/),
)

test('no word of anybody outlives those of the custody log, in whatever table; what is in force, or of a recording that is kept, stays', async () => {
  await using world = await createWorld({ lawPackId: 'be-brussel-elsene' })
  const modules = () => world.server.modules
  const { corpsId } = world.officer
  const officer = toActor(world.officer)
  const overseer = toActor(await world.person('data-protection-officer'))
  const prosecutor = toActor(await world.person('prosecutor'))
  const investigator = toActor(await world.person('investigator'))
  const run = async (name: string, data: object = {}) => {
    const job = world.server.jobList.find((one) => one.name === name) ?? expect.fail(`there is no job ${name}`)
    await job.run(data, AbortSignal.timeout(60_000))
  }
  const said = (what: string) => `${word} ${what}`
  const stated = { purpose: 'judicial-police', reference: said('BR.1'), reason: said('bekeken') }

  async function receive(fileName: string): Promise<RecordingId> {
    const bytes = await world.clip()
    const sha256 = createHash('sha256').update(bytes).digest()
    const announced = { filename: `${fileName}.mp4`, sha256: sha256.toString('hex'), camera: world.camera.serial }
    const upload = await modules().ingest.announce(toActor(world.camera.wearer), announced, bytes.length)
    await modules().ingest.append(toActor(world.camera.wearer), upload.id, Readable.from([bytes]), 0)
    const { id } = (await modules().recordings.findByDigest(corpsId, sha256)) ?? expect.fail('it was not stored')
    await modules().media.prepare({ corpsId, recordingId: id }, AbortSignal.timeout(60_000))
    return id
  }
  async function document() {
    const kept = await modules().mandates.keepDocument(prosecutor, Readable.from([Buffer.from(said('beslissing'))]))
    return kept.id
  }
  /** What people say with what they do about a recording. */
  async function sayAll(id: RecordingId): Promise<void> {
    const { access, cases, clips, deployments, emergencies, mandates, markers, retention, search, together } = modules()
    const hold = () =>
      retention.placeHold(officer, { recordingId: id, kind: 'report', number: said('pv'), reason: said('bewaard') })
    const { id: held } = await hold()
    await deployments.complete(toActor(world.camera.wearer), id, {
      firstWarningAt: null,
      secondWarningAt: null,
      exception: 'immediate-danger',
      trigger: 'coercion',
      effect: 'calmed',
      note: said('rustig'),
    })
    await access.assign(officer, id, {
      personId: investigator.id,
      purpose: stated.purpose,
      reference: said('dossier'),
      untilOn: '2027-03-30',
    })
    const viewing = await access.startViewing(world.officer, id, stated)
    await markers.add(world.officer, viewing.id, { atMs: 1000, toMs: null, note: said('hier') })
    await together.correct(world.officer, viewing.id, { offsetMs: 4000, againstId: null, reason: said('klok') })
    await clips.make(world.officer, viewing.id, {
      inMs: 1000,
      outMs: 3000,
      method: 'key-frames',
      reason: said('fragment'),
    })
    await search.changeTags(officer, id, [word])
    await search.save(officer, said('zoek'), { q: word })
    const request = { recordingIds: [id], purpose: stated.purpose, reference: said('BR.2'), reason: said('gevraagd') }
    const written = {
      number: said('2026/118'),
      magistrate: { name: said('Maes'), title: said('substituut') },
      decidedOn: '2026-11-20',
      recordingIds: [id],
      purpose: stated.purpose,
      untilOn: '2027-03-15',
      reasoning: said('gemotiveerd'),
    }
    const asked = await mandates.request(officer, request)
    const mandate = await mandates.grant(prosecutor, asked, { ...written, documentId: await document() })
    await mandates.withdraw(prosecutor, mandate, said('ingetrokken'))
    await mandates.refuse(prosecutor, await mandates.request(officer, request), {
      number: said('2026/119'),
      reasoning: said('geweigerd'),
    })
    const broken = await emergencies.break(officer, id, said('vermist'))
    await emergencies.justify(officer, broken.id, { words: said('gevonden'), reference: said('BR.3') })
    await emergencies.judge(overseer, broken.id, { verdict: 'justified', words: said('terecht') })
    await world.approve(await cases.askExport(officer, id, { ...stated, recipient: said('Parket') }))
    await world.approve(await retention.askLift(officer, held, said('afgesloten')))
  }

  /** What opens the original opens the clip; what holds the clip does not hold its original. */
  async function cutHeldClip(id: RecordingId): Promise<RecordingId> {
    const { access, clips, retention, tasks } = modules()
    const file = { purpose: stated.purpose, reference: `${inForce} dossier` }
    await access.assign(officer, id, { ...file, personId: investigator.id, untilOn: '2027-03-30' })
    const viewing = await access.startViewing(world.officer, id, { ...file, reason: `${inForce} bekeken` })
    const part = { inMs: 1000, outMs: 3000, method: 'key-frames', reason: `${inForce} deel` } as const
    const taskId = await clips.make(world.officer, viewing.id, part)
    await run('tasks/run-short')
    const made = (await tasks.list(officer)).find((one) => one.id === taskId)?.madeRecordingId
    if (made == null) return expect.fail('no clip was made')
    const hold = { kind: 'report', number: `${inForce} pv`, reason: `${inForce} bewaard` } as const
    await retention.placeHold(officer, { recordingId: made, ...hold })
    return made
  }

  const [gone, kept, cut] = [await receive(word), await receive(inForce), await receive(inForce)]
  const clip = await cutHeldClip(cut)
  await sayAll(gone)
  await modules().access.startViewing(world.officer, kept, {
    purpose: stated.purpose,
    reference: `${inForce} BR.9`,
    reason: `${inForce} bekeken`,
  })
  await modules()
    .media.openPicture(officer, gone, 'storyboard')
    .catch(() => undefined)
  const adopt = async (keepFor: Period, reason: string) =>
    world.approve(
      await modules().deployments.askAdoption(toActor(world.administrator), {
        packId: 'be-gpi',
        settings: { keepFor },
        inForceFrom: null,
        alsoExisting: false,
        reason,
      }),
    )
  await adopt({ days: 40 }, said('raadsbesluit'))
  world.clock.advance(1000)
  await adopt({ days: 50 }, `${inForce} besluit`)
  await modules().retention.placeHold(officer, {
    recordingId: kept,
    kind: 'report',
    number: `${inForce} pv`,
    reason: `${inForce} bewaard`,
  })
  const order = { number: said('2026/47'), court: said('Rechtbank'), decidedOn: '2026-11-20', endsHolds: [] }
  await world.approve(
    await modules().retention.askEarlyErasure(officer, {
      ...order,
      recordingId: gone,
      documentSha256: 'ab'.repeat(32),
      reason: said('bevel'),
    }),
  )
  await run('retention/erase-ordered', { corpsId, recordingId: gone })
  for (const name of reactions['erasure-begun'] ?? []) await run(name, { corpsId, recordingId: gone })
  expect(await modules().search.list(officer)).toHaveLength(1)
  const { dueAt } = (await modules().recordings.find(corpsId, cut)) ?? expect.fail('it is gone')
  const before = await columnsWith(word)
  const unforeseen = (await textColumns()).map(({ name }) => name).filter((name) => !before.includes(name))
  expect(unforeseen.filter((name) => !isId.test(name) && !elsewhere.has(name))).toEqual([])
  world.clock.turn(new Date(dueAt.getTime() + 1000))
  await modules().retention.erase({ kind: 'system', corpsId }, cut)
  await modules().custody.sequence()
  const standing = (await columnsWith(inForce)).filter((name) => name !== 'approval.reason')

  world.clock.turn(addPeriod(world.clock.now(), { months: 60, days: 1 }, 'UTC'))
  for (const { name, schedule } of world.server.jobList)
    if (schedule !== undefined && /tidy|expire|end-|forget/.test(name)) await run(name)
  await modules().custody.sequence()
  expect(await columnsWith(word)).toEqual([])
  // And is found by it in the log, from when that was read for it.
  expect((await columnsWith(inForce)).filter((name) => name !== 'custody_term.term')).toEqual(standing)

  const erasures = await modules().custody.search(corpsId, { types: ['words-erased'] }, { limit: 9 })
  const rows = { viewing: 2, access_grant: 4, emergency: 1, mandate: 1, mandate_request: 2, hold: 1, approval: 5 }
  expect(erasures.map(({ details }) => details).filter(({ rows: erased }) => erased !== undefined)).toMatchObject([
    { count: 0, entries: [], keptFor: { months: 60 }, rows },
  ])
  await modules().oversight.forgetWords()
  await modules().custody.sequence()
  expect(await modules().custody.search(corpsId, { types: ['words-erased'] }, { limit: 9 })).toEqual(erasures)

  const { everyCorps } = world.server.db
  const left = `select recording_id as of, reference from access_grant order by reference nulls first`
  expect(await runSql(everyCorps, left)).toEqual([
    { of: cut, reference: null },
    { of: clip, reference: `${inForce} dossier` },
  ])
  expect((await checkPowers(everyCorps)).findings).toEqual([])
  expect(await checkSaid(everyCorps)).toEqual([])
  expect((await checkRegister(world.server.db, { listHoldsInForce })).findings).toEqual([])
  expect((await modules().custody.check()).flatMap(({ findings }) => findings)).toEqual([])
  expect(await modules().mandates.list(prosecutor)).toMatchObject({ requests: [], mandates: [] })
  expect((await modules().approvals.list(officer)).askedByMe).toEqual([])
  expect(await modules().retention.explain(officer, kept)).toMatchObject({ because: 'held' })

  /** Of every schema: also of the queue of jobs. */
  async function columnsWith(looked: string): Promise<string[]> {
    const found: string[] = []
    for (const { schema, table, column, name } of await textColumns()) {
      const text = `select 1 from "${schema}"."${table}" where "${column}"::text ilike '%' || $1 || '%' limit 1`
      if ((await runSql(world.server.db.everyCorps, text, [looked])).length > 0) found.push(name)
    }
    return found
  }
  async function textColumns() {
    return (await runSql(
      world.server.db.everyCorps,
      `select c.table_schema as schema, c.table_name as table, c.column_name as column,
          case when c.table_schema = 'pgboss' then 'pgboss.job' else c.table_name || '.' || c.column_name end as name
        from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
        where t.table_type = 'BASE TABLE' and c.table_schema not in ('pg_catalog', 'information_schema')
          and c.data_type in ('text', 'character varying', 'json', 'jsonb', 'ARRAY') order by 1, 2, 3`,
    )) as { schema: string; table: string; column: string; name: string }[]
  }
})
