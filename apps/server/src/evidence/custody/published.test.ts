import { newId } from '@getuige/base'
import {
  type Checkpoint,
  edgeTiles,
  entryBundlePath,
  leafHash,
  parseEntryBundle,
  rootFromTiles,
  tilePath,
  treeRoot,
  verifyCheckpoint,
  verifyTlogProof,
} from '@getuige/proof'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runSql } from '#platform/database'
import { createWorld, type Site, toActor, type World } from '../../testing/world.ts'

const entries = 530 // two full tiles and a part of a third
let world: World
let site: Site
let prefix: string
let vkey: string
let signed: Checkpoint
beforeAll(async () => {
  world = await createWorld()
  const { custody } = world.server.modules
  const actor = toActor(world.officer)
  const size = async () => (await custody.status(actor.corpsId)).log?.size ?? 0
  await custody.sequence()
  const missing = entries - (await size())
  await custody.act(actor, async (_tx, record) => {
    for (let i = 0; i < missing; i += 1) {
      const recordingId = newId('recording', world.clock.now())
      await record({ type: 'hold-placed', recordingId, details: { reason: 'Mevrouw Jansen doet aangifte.' } })
    }
  })
  await custody.sequence()
  site = await world.listen()
  prefix = `/log/getuige.test/${actor.corpsId}/2026`
  vkey = (await custody.signer(actor.corpsId)).vkey
  signed = verifyCheckpoint(await (await site.fetch(`${prefix}/checkpoint`)).text(), vkey)
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const bytesOf = async (path: string) => {
  const answer = await site.fetch(`${prefix}/${path}`)
  expect(answer.status, path).toBe(200)
  return answer.bytes()
}
const bundles = async () =>
  Promise.all([entryBundlePath(0, 256), entryBundlePath(1, 256), entryBundlePath(2, entries - 512)].map(bytesOf))

test('whoever has nothing but the address and the public key can check the whole log', async () => {
  expect(signed).toMatchObject({ origin: prefix.slice('/log/'.length), size: entries })
  const leaves = (await bundles()).flatMap(parseEntryBundle)
  expect(treeRoot(leaves.map(leafHash))).toEqual(signed.root)
  const fromTiles = await rootFromTiles(
    { readTiles: (refs) => Promise.all(refs.map(({ level, index, width }) => bytesOf(tilePath(level, index, width)))) },
    entries,
  )
  expect(fromTiles).toEqual(signed.root)
  expect(edgeTiles(entries).length).toBe(2)
  for (const index of [0, 255, 256, entries - 1]) {
    const proof = new TextDecoder().decode(await bytesOf(`proof/${index}.tlog-proof`))
    expect(verifyTlogProof(proof, leaves[index] ?? new Uint8Array(), vkey).index).toBe(index)
    expect(() => verifyTlogProof(proof, leaves[100] ?? new Uint8Array(), vkey)).toThrow('does not lead')
  }
})

test('a bundle is what it was after the words and the salts are erased, and holds neither', async () => {
  const before = await bundles()
  for (const bundle of before) expect(Buffer.from(bundle).includes('Jansen')).toBe(false)
  await runSql(
    world.server.db.everyCorps,
    'create table kept as select serial, salt, details, actor from custody_entry',
  )
  await runSql(world.server.db.everyCorps, `update custody_entry set salt = '', details = '{}', actor = '{}'`)
  expect(await bundles()).toEqual(before)
  await runSql(
    world.server.db.everyCorps,
    'update custody_entry e set salt = k.salt, details = k.details, actor = k.actor from kept k where k.serial = e.serial',
  )
})

test('what never changes may be kept for ever, what does may not be kept', async () => {
  const about = async (path: string, headers = {}) => {
    const answer = await site.fetch(`${prefix}/${path}`, { headers })
    return {
      status: answer.status,
      type: answer.headers.get('content-type'),
      caching: answer.headers.get('cache-control'),
      etag: answer.headers.get('etag'),
    }
  }
  const forever = { status: 200, type: 'application/octet-stream', caching: 'public, max-age=31536000, immutable' }
  for (const path of ['tile/0/000', 'tile/0/000.p/7', 'tile/1/000.p/2', 'tile/entries/001', 'tile/entries/002.p/3']) {
    expect(await about(path), path).toMatchObject(forever)
  }
  const never = { status: 200, type: 'text/plain; charset=utf-8', caching: 'no-store' }
  for (const path of ['checkpoint', 'proof/3.tlog-proof']) expect(await about(path), path).toMatchObject(never)
  const { etag } = await about('tile/0/001')
  expect(await about('tile/0/001', { 'if-none-match': `"other", W/${etag}` })).toMatchObject({ status: 304, etag })
  expect((await about('tile/0/000', { 'if-none-match': etag })).status).toBe(200)
  expect((await site.fetch(`${prefix}/checkpoint`, { method: 'HEAD' })).status).toBe(200)
})

const covers = `covers ${entries} entries`
test.each([
  ['a partial tile wider than what is signed', `tile/0/002.p/${entries - 512 + 1}`, covers],
  ['a full tile that is not yet full', 'tile/0/002', covers],
  ['a tile past the end', 'tile/0/003.p/1', covers],
  ['a level that does not exist yet', 'tile/2/000.p/1', covers],
  ['a full tile of a higher level not yet full', 'tile/1/000', covers],
  ['a bundle wider than what is signed', `tile/entries/002.p/${entries - 512 + 1}`, covers],
  ['a proof past the end', `proof/${entries}.tlog-proof`, covers],
  ['an index with too few digits', 'tile/0/0', 'no such path'],
  ['an index with too many groups', 'tile/0/x000/000', 'no such path'],
  ['an index without its group marks', 'tile/0/001234', 'no such path'],
  ['a full tile written as partial', 'tile/0/000.p/256', 'no such path'],
  ['an empty tile', 'tile/0/000.p/0', 'no such path'],
  ['a width with a zero before it', 'tile/0/000.p/07', 'no such path'],
  ['a level with a zero before it', 'tile/00/000', 'no such path'],
  ['a level past the last', 'tile/64/000', 'no such path'],
  ['an index past every number', 'tile/0/x999/x999/x999/x999/x999/999', 'no such path'],
  ['a proof with a zero before its index', 'proof/03.tlog-proof', 'no such path'],
  ['a proof below zero', 'proof/-1.tlog-proof', 'no such path'],
  ['another file', 'secrets', 'no such path'],
  ['a path with an escape', 'tile/0/%30%30%30', 'no address'],
  ['a path out of the log', 'tile/../../../api/session', 'no'],
])('%s is not there, and the answer says why', async (_case, path, because) => {
  const answer = await site.fetch(`${prefix}/${path}`)
  expect(answer.status).toBe(404)
  if (!path.includes('..')) {
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(await answer.text()).toContain(because)
  }
})

test('logs of other hosts, of no corps and of no year are not there', async () => {
  const corps = toActor(world.officer).corpsId
  for (const origin of [`other.test/${corps}/2026`, 'getuige.test/corps_x/2026', `getuige.test/${corps}/1999`]) {
    const answer = await site.fetch(`/log/${origin}/checkpoint`)
    expect([answer.status, await answer.text()]).toEqual([404, 'There is no log of that name here.\n'])
  }
  expect((await site.fetch('/log/')).status).toBe(404)
})

test('what waits for its place is not shown: the tiles end where the signature does', async () => {
  const { custody } = world.server.modules
  await custody.act(toActor(world.officer), (_tx, record) =>
    record({ type: 'dock-added', recordingId: null, details: {} }),
  )
  expect((await site.fetch(`${prefix}/tile/entries/002.p/${entries - 512 + 1}`)).status).toBe(404)
})

test('a flood is turned away, and the next reader served', async () => {
  const { published } = world.server.modules.custody
  const origin = prefix.slice('/log/'.length)
  const answers = await Promise.all(Array.from({ length: 300 }, () => published.read(origin, 'tile/0/000')))
  expect(answers.filter((answer) => answer === undefined)).toHaveLength(98)
  expect(await published.read(origin, 'tile/0/000')).toMatchObject({ kind: 'bytes' })
})

test('proofs hold as the log grows beyond the tiles that were read for those before', async () => {
  const { custody } = world.server.modules
  const actor = toActor(world.officer)
  const indexes = [0, 300, entries - 1]
  const paths = indexes.map((index) => `proof/${index}.tlog-proof`)
  const leaves = (await bundles()).flatMap(parseEntryBundle)
  for (let round = 1; round <= 3; round += 1) {
    // The tile of the level above grows by one hash or more.
    await custody.act(actor, async (_tx, record) => {
      for (let i = 0; i < 300; i += 1) await record({ type: 'dock-added', recordingId: null, details: {} })
    })
    await custody.sequence()
    for (const [i, path] of paths.entries()) {
      const index = indexes[i] ?? 0
      const proven = verifyTlogProof(
        await (await site.fetch(`${prefix}/${path}`)).text(),
        leaves[index] ?? new Uint8Array(),
        vkey,
      )
      expect(proven).toMatchObject({ index })
    }
  }
})
