import { type CorpsId, newId, type PersonActor } from '@getuige/base'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createWorld, toActor, type World } from '../../testing/world.ts'
import type { EntryType, LogQuery } from './index.ts'

let world: World
let officer: PersonActor
let corpsId: CorpsId
beforeAll(async () => {
  world = await createWorld()
  officer = toActor(world.officer)
  corpsId = officer.corpsId
})
afterAll(() => world[Symbol.asyncDispose]())

const newRecordingId = () => newId('recording', world.clock.now())
const enter = (type: EntryType, details: Record<string, string>, actor = officer, recordingId = newRecordingId()) =>
  world.server.modules.custody.act(actor, (_tx, record) => record({ type, recordingId, details }))

/** Reasons found, newest first, read in pages of two. */
async function find(query: LogQuery): Promise<unknown[]> {
  const { custody } = world.server.modules
  const found: unknown[] = []
  for (let after: { at: Date; serial: number } | undefined; ;) {
    const page = await custody.search(corpsId, query, { after, limit: 2 })
    found.push(...page.map(({ details }) => details['reason']))
    after = page.at(-1)
    if (after === undefined) return found
  }
}

describe('the log is searched', () => {
  test('by time, person, act, recording, purpose, recipient and words, and by all of them at once', async () => {
    const other = toActor(await world.person('investigator'))
    const seen = newRecordingId()
    await enter('viewing-started', { purpose: 'report', reason: 'Aangifte van mevrouw Élodie' }, officer, seen)
    world.clock.advance(3_600_000)
    const between = world.clock.now()
    await enter('viewing-started', { purpose: 'complaint', reason: 'Klacht over de bejegening' }, other, seen)
    await enter('package-exported', { purpose: 'report', recipient: 'Parket Den Haag', reason: 'Op vordering' }, other)

    expect(await find({ recordingId: seen })).toEqual(['Klacht over de bejegening', 'Aangifte van mevrouw Élodie'])
    expect(await find({ recordingId: seen, until: between })).toEqual(['Aangifte van mevrouw Élodie'])
    const seenOrHanded = ['viewing-started', 'package-exported'] as const
    expect(await find({ actorId: other.id, from: between, types: seenOrHanded })).toEqual([
      'Op vordering',
      'Klacht over de bejegening',
    ])
    expect(await find({ actorId: other.id, types: ['viewing-started'] })).toEqual(['Klacht over de bejegening'])
    expect(await find({ types: ['viewing-started', 'package-exported'] })).toHaveLength(3)
    expect(await find({ actorName: other.name.toUpperCase(), types: seenOrHanded })).toHaveLength(2)
    expect(await find({ purpose: 'report', types: ['viewing-started'] })).toEqual(['Aangifte van mevrouw Élodie'])
    expect(await find({ recipient: 'den haag' })).toEqual(['Op vordering'])
    expect(await find({ words: 'elodie' })).toEqual(['Aangifte van mevrouw Élodie'])
    expect(await find({ words: 'bej' })).toEqual([])
    expect(await find({ words: 'over bej*' })).toEqual(['Klacht over de bejegening'])
    expect(await find({ words: 'over', actorId: officer.id })).toEqual([])
    expect(await find({ words: '%_!' })).toEqual([])
  })

  test('and another corps finds none of it', async () => {
    const elsewhere = 'corps_elsewhere' as CorpsId
    const { custody } = world.server.modules
    await custody.act({ kind: 'system', corpsId: elsewhere }, (_tx, record) =>
      record({ type: 'dock-added', recordingId: null, details: { reason: 'Elders' } }),
    )
    expect(await custody.search(elsewhere, {}, { limit: 10 })).toHaveLength(1)
    for (const query of [{ words: 'elodie' }, { types: ['viewing-started' as const] }, { actorId: officer.id }])
      expect(await custody.search(elsewhere, query, { limit: 10 })).toEqual([])
  })
})
