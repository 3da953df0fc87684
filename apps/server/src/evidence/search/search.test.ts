import type { RecordingId, SearchId } from '@getuige/base'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWorld, type Site, toActor, type World } from '../../testing/world.ts'

let world: World
let site: Site
let first: RecordingId
let second: RecordingId
beforeAll(async () => {
  world = await createWorld()
  site = await world.listen()
  first = await world.viewableRecording()
  second = await world.viewableRecording()
})
afterAll(() => world[Symbol.asyncDispose]())

const find = async (query: Readonly<Record<string, string>>, as = world.officer) => {
  const { status, body } = await site.ask('GET', `/api/recordings?${new URLSearchParams(query).toString()}`, { as })
  expect(status).toBe(200)
  return (body as { recordings: { id: string }[] }).recordings.map(({ id }) => id).toSorted()
}
const put = (id: string, tags: readonly string[], as = world.officer) =>
  site.ask('PUT', `/api/recordings/${id}/tags`, { as, body: { tags } })
const typesOf = async (id: RecordingId) => (await world.trail(id)).map(({ type }) => type)
const changes = async (id: RecordingId) => (await typesOf(id)).filter((type) => type === 'tags-changed').length

test('tags are found as words and as a whole, entered once for each change, and gone with the recording', async () => {
  expect((await put(first, ['Carnaval', 'plein 5'])).body).toEqual({ tags: ['carnaval', 'plein 5'] })
  await put(first, ['carnaval', 'plein 5'])
  expect(await changes(first)).toBe(1)
  for (const query of [{ tag: 'carnaval' }, { tag: 'plein 5' }, { q: 'plei' }, { q: '5 carn' }]) {
    expect([query, await find(query)]).toEqual([query, [first]])
  }
  expect(await find({ tag: 'plein' })).toEqual([])
  // What looks the same is one, whichever keyboard it was typed on.
  const typed = ['e\u0301te\u0301', 'été', 'ｐｌｅｉｎ', 'İstanbul']
  expect((await put(first, typed)).body).toEqual({ tags: ['été', 'plein', 'i\u0307stanbul'] })
  for (const tag of ['ÉTÉ', 'E\u0301TE\u0301', 'İSTANBUL']) expect([tag, await find({ tag })]).toEqual([tag, [first]])
  await put(first, ['plein 5'])
  expect(await find({ q: 'carnaval' })).toEqual([])
  for (const tags of [['\u0000'], ['x'.repeat(41)], [''], Array.from({ length: 21 }, (_nothing, i) => `t${i}`)]) {
    expect((await put(first, tags)).status).toBe(400)
  }
})

test('words of files, purposes and notes find nothing for who knows of a recording as its wearer alone', async () => {
  const { retention, recordings } = world.server.modules
  const hold = {
    recordingId: second,
    kind: 'complaint',
    number: 'K-2026-44',
    reason: 'Klacht over de drager.',
  } as const
  await retention.placeHold(toActor(world.officer), hold)
  const stated = { purpose: 'complaint', reference: hold.number, reason: 'Klachtbehandeling met de klager.' }
  await site.ask('POST', `/api/recordings/${second}/viewings`, { as: world.officer, body: stated })
  await world.server.db
    .of(world.officer.corpsId)
    .transaction()
    .execute((tx) => recordings.tellTerms(tx, second, 'note', 'marker_1', ['Een rode Opel']))
  const questions = [
    { q: 'K-2026-44' },
    { file: 'k 2026 44' },
    { purpose: 'complaint' },
    { q: 'opel' },
    { q: 'recording 44' },
  ]
  for (const query of questions) {
    expect([query, await find(query)]).toEqual([query, [second]])
    expect([query, await find(query, world.camera.wearer)]).toEqual([query, []])
  }
  expect(await find({ q: 'recording' }, world.camera.wearer)).toEqual([first, second].toSorted())
  const suggest = async (q: string, as = world.officer) =>
    ((await site.ask('GET', `/api/search-terms?q=${q}`, { as })).body as { terms: { term: string }[] }).terms.map(
      ({ term }) => term,
    )
  expect(await suggest('ope')).toEqual(['opel'])
  expect(await suggest('k-2')).toContain('k 2026 44')
  for (const q of ['ope', 'k-2', '44', 'compl']) expect([q, await suggest(q, world.camera.wearer)]).toEqual([q, []])
  // Who may know of all and view none: the numbers, not the notes.
  const overseer = await world.person('data-protection-officer')
  expect(await find({ file: 'K-2026-44' }, overseer)).toEqual([second])
  expect(await find({ q: 'opel' }, overseer)).toEqual([])
  expect(await suggest('ope', overseer)).toEqual([])
})

test('a bulk act does to exactly those of which the preview says so, in one act, or to none', async () => {
  const unknown = `rec_${'0'.repeat(26)}`
  const bulk = { recordingIds: [first, second, unknown], act: { act: 'add-tags', tags: ['plein 5'] } }
  const asks = (path: string, body: unknown, as = world.officer) => site.ask('POST', path, { as, body })
  expect((await asks('/api/bulk/preview', bulk)).body).toEqual({
    would: [second],
    already: [first],
    full: [],
    wouldNot: [],
  })
  expect(await find({ tag: 'plein 5' })).toEqual([first])
  const before = await changes(second)
  expect((await asks('/api/bulk', bulk)).body).toEqual({ done: [second], already: [first], full: [], wouldNot: [] })
  expect((await asks('/api/bulk', bulk)).body).toMatchObject({ done: [], already: [first, second] })
  const turned = { ...bulk, recordingIds: bulk.recordingIds.toReversed() }
  expect((await asks('/api/bulk', turned)).body).toMatchObject({ done: [], already: [second, first] })
  expect((await asks('/api/bulk', { ...bulk, recordingIds: [first, first] })).status).toBe(400)
  expect(await find({ tag: 'plein 5' })).toEqual([first, second].toSorted())
  expect(await changes(second)).toBe(before + 1)

  // A wearer knows of it, and is told who may; who knows of none is told nothing.
  const asWearer = await asks('/api/bulk/preview', bulk, world.camera.wearer)
  expect(asWearer.body).toMatchObject({ would: [], wouldNot: [{ permission: { allowed: false } }, {}] })
  expect((await asks('/api/bulk', bulk, world.camera.wearer)).body).toMatchObject({
    done: [],
    wouldNot: [
      { recordingId: first, permission: { allowed: false } },
      { recordingId: second, permission: { allowed: false } },
    ],
  })
  const stranger = await world.person('enforcer')
  expect((await asks('/api/bulk/preview', bulk, stranger)).body).toEqual({
    would: [],
    already: [],
    full: [],
    wouldNot: [],
  })

  // Each refusal is entered as one of a single act is: once a minute, and outside the trail for who may not know of it.
  await asks('/api/bulk', bulk, world.camera.wearer)
  await asks('/api/bulk', bulk, stranger)
  await world.server.modules.access.settle()
  await world.server.modules.custody.sequence()
  const { corpsId } = world.officer
  const refused = async (by: string) =>
    (await world.server.modules.custody.search(corpsId, { types: ['access-refused'], actorId: by }, { limit: 9 }))
      .filter(({ details }) => details['act'] === 'assign')
      .map(({ recordingId }) => recordingId)
  expect(new Set(await refused(world.camera.wearer.id))).toEqual(new Set([first, second]))
  expect(await refused(world.camera.wearer.id)).toHaveLength(2)
  expect(await refused(stranger.id)).toEqual([null, null])

  const hold = { act: 'place-hold', kind: 'report', number: 'PV 1', reason: 'Aangifte door de wijkagent.' }
  const held = { recordingIds: [first, second], act: hold }
  expect((await asks('/api/bulk', held)).body).toEqual({ done: [first, second], already: [], full: [], wouldNot: [] })
  expect((await asks('/api/bulk/preview', held)).body).toMatchObject({ would: [], already: [first, second] })
  expect(await find({ file: 'pv-1', show: 'held' })).toEqual([first, second].toSorted())
  expect(await typesOf(first)).toContain('hold-placed')
})

test('a bulk act gives no recording more tags than it may have, and says which keep those they have', async () => {
  const tags = (from: number, to: number) => Array.from({ length: to - from }, (_nothing, i) => `nummer ${from + i}`)
  await put(first, tags(0, 19))
  await put(second, ['een'])
  const add = (more: readonly string[]) => ({ recordingIds: [first, second], act: { act: 'add-tags', tags: more } })
  const asks = async (path: string, body: unknown) => (await site.ask('POST', path, { as: world.officer, body })).body
  const two = add(['nummer 18', 'nummer 19', 'nummer 20'])
  expect(await asks('/api/bulk/preview', two)).toEqual({ would: [second], already: [], full: [first], wouldNot: [] })
  expect(await asks('/api/bulk', two)).toEqual({ done: [second], already: [], full: [first], wouldNot: [] })
  expect(await find({ tag: 'nummer 20' })).toEqual([second])
  expect(await asks('/api/bulk', add(['nummer 19']))).toMatchObject({ done: [first], already: [second] })
  expect(await find({ tag: 'nummer 19' })).toEqual([first, second].toSorted())
})

test('a search is kept by who saved it, under its name, and seen by nobody else', async () => {
  const save = (name: string, filters: unknown, as = world.officer) =>
    site.ask('POST', '/api/searches', { as, body: { name, filters } })
  const list = async (as = world.officer) =>
    ((await site.ask('GET', '/api/searches', { as })).body as { searches: { id: SearchId; name: string }[] }).searches
  await save('Plein', { q: 'plein', show: 'held' })
  await save('Plein', { q: 'plein 5' })
  const [one, ...others] = await list()
  expect([one, others]).toMatchObject([{ name: 'Plein', filters: { q: 'plein 5' } }, []])
  const colleague = await world.person('records-officer')
  expect(await list(colleague)).toEqual([])
  expect((await site.ask('DELETE', `/api/searches/${one?.id}`, { as: colleague })).status).toBe(404)
  for (let i = 1; i < 50; i += 1) await save(`Nummer ${i}`, {})
  expect((await save('Een te veel', {})).status).toBe(409)
  expect((await save('Plein', { tag: 'plein 5' })).status).toBe(200)
  expect((await site.ask('DELETE', `/api/searches/${one?.id}`, { as: world.officer })).status).toBe(200)
  expect((await list()).length).toBe(49)
})

test('hostile questions are answered, and places that are none refused', async () => {
  const long = 'x'.repeat(100)
  for (const q of [
    long,
    `' or 1=1 --`,
    '\\',
    '%',
    `"'$zz`,
    '💥',
    'ﬁﬀ',
    'a b c d e f g h i j k l m n o p q r s t u v w x y z',
    'ﷺ'.repeat(100),
  ]) {
    expect([q, await find({ q })]).toEqual([q, []])
  }
  for (const place of ['-180,-90,180,90', '190,-20,170,20', '170,-20,-170,20', '-540,0,540,0']) await find({ place })
  for (const place of [
    '4,53,5,52',
    '1,2,3',
    'a,b,c,d',
    '1,2,3,4,5',
    'NaN,0,0,0',
    '4,-91,5,0',
    '4,0,5,91',
    '-999,0,5,1',
  ]) {
    expect([place, (await site.ask('GET', `/api/recordings?place=${place}`, { as: world.officer })).status]).toEqual([
      place,
      400,
    ])
  }
})

test('recordings from before there was a search are found once the job has run', async () => {
  const { db, modules } = world.server
  await world.server.db.everyCorps.deleteFrom('recording_term').execute()
  const untold = { corps_id: world.officer.corpsId, recording_id: first, key: '' }
  await db.everyCorps
    .insertInto('recording_untold' as never)
    .values([
      { ...untold, source: 'name', texts: ['Oude_opname.mp4'] },
      { ...untold, source: 'place', texts: ['52.07', '4.3'] },
    ] as never)
    .execute()
  expect(await find({ q: 'oude' })).toEqual([])
  await modules.recordings.tellUntold()
  await modules.recordings.tellUntold()
  expect(await find({ q: 'oude', place: '4.2,52,4.4,52.1' })).toEqual([first])
})

test('a saved search that nobody opens for a year ends, and those of who leaves', async () => {
  const { corps, search } = world.server.modules
  const officer = toActor(world.officer)
  const leaver = toActor(await world.person('records-officer'))
  const opened = await search.save(officer, 'Geopend', { q: 'plein' })
  await search.save(leaver, 'Van wie vertrekt', { q: 'plein' })
  const names = async (of = officer) => (await search.list(of)).map(({ name }) => name)
  await expect(search.open(leaver, opened.id)).rejects.toMatchObject({ code: 'search/not-found' })
  world.clock.turn(new Date('2027-11-21T12:00:00Z'))
  await search.forgetUnused()
  expect([await names(), await names(leaver)]).toEqual([
    expect.arrayContaining(['Geopend', 'Nummer 1']),
    ['Van wie vertrekt'],
  ])
  await search.open(officer, opened.id)
  await corps.leave(toActor(world.administrator), leaver.id)
  world.clock.turn(new Date('2027-11-23T12:00:00Z'))
  await search.forgetUnused()
  expect([await names(), await names(leaver)]).toEqual([['Geopend'], []])
})
