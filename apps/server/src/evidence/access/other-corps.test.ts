import { type IdKind, idPrefixes } from '@getuige/base'
import * as contract from '@getuige/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import type { Caller } from '#corps'
import { type Database, runSql } from '#platform/database'
import { liftRules } from '../../testing/lift-rules.ts'
import { createWorld, type Site, toActor, type World } from '../../testing/world.ts'

let world: World
let site: Site
let stranger: Caller
/** What there is in the first corps, one of each kind. */
const theirs = {} as Record<IdKind, string>
let digest: string

const nobodys = (kind: IdKind) => `${idPrefixes[kind]}_${'0'.repeat(26)}`
const made = (kind: IdKind) => `${idPrefixes[kind]}_${'1'.repeat(26)}`

beforeAll(async () => {
  world = await createWorld()
  site = await world.listen()
  const { db } = world.server
  const recordingId = await world.viewableRecording()
  await world.server.modules.retention.placeHold(toActor(world.officer), {
    recordingId,
    kind: 'report',
    number: 'PL1500 2026123456-1',
    reason: 'Aangifte door de wijkagent.',
  })
  stranger = await world.otherCorps()
  const { sha256 } = (await world.server.modules.recordings.find(world.officer.corpsId, recordingId)) ?? {}
  digest = Buffer.from(sha256 ?? []).toString('hex')
  await liftRules(db, { keepUnique: true })
  for (const [kind, table] of Object.entries(tables) as [IdKind, string][]) theirs[kind] = await oneOf(db, kind, table)
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

/** Where things of each kind are. */
const tables: Readonly<Record<IdKind, string>> = {
  corps: 'corps',
  person: 'person',
  session: 'person_session',
  camera: 'camera',
  dock: 'dock',
  recording: 'recording',
  upload: 'upload',
  hold: 'hold',
  viewing: 'viewing',
  entry: 'custody_entry',
  package: 'export_package',
  approval: 'approval',
  grant: 'access_grant',
  request: 'mandate_request',
  mandate: 'mandate',
  document: 'mandate_document',
  passkey: 'passkey',
  marker: 'recording_marker',
  task: 'task',
  search: 'saved_search',
  correction: 'clock_correction',
  sidecar: 'recording_sidecar',
}

async function oneOf(db: Database, kind: IdKind, table: string): Promise<string> {
  const mine = db.of(world.officer.corpsId)
  const find = async () => (await runSql(mine, `select id from ${table} order by id limit 1`)) as { id: string }[]
  const [there] = await find()
  if (there !== undefined) return there.id
  await runSql(mine, `insert into ${table} (id, corps_id) values ($1, $2)`, [made(kind), world.officer.corpsId])
  return (await find())[0]?.id ?? ''
}

type Schema = Readonly<{
  type?: string
  enum?: readonly unknown[]
  const?: unknown
  anyOf?: readonly Schema[]
  items?: Schema
  properties?: Readonly<Record<string, Schema>>
  required?: readonly string[]
  pattern?: string
  format?: string
  minimum?: number
}>
type Named = (kind: IdKind) => string

/** Something that the schema takes, in which every id, also one that may be left out, is `named`. */
function sampleOf(schema: Schema, named: Named): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return schema.enum[0]
  if (schema.anyOf !== undefined) return sampleOf(schema.anyOf.find((one) => one.type !== 'null') ?? {}, named)
  if (schema.type === 'array') return [sampleOf(schema.items ?? {}, named)]
  if (schema.type === 'object') {
    const kept = Object.entries(schema.properties ?? {}).filter(
      ([name, one]) => schema.required?.includes(name) === true || kindsIn(one).length > 0,
    )
    return Object.fromEntries(kept.map(([name, one]) => [name, sampleOf(one, named)]))
  }
  if (schema.type === 'boolean') return true
  if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 1
  const [kind] = kindsIn(schema)
  if (kind !== undefined) return named(kind)
  if (schema.pattern?.includes('[0-9a-f]{64}') === true) return named === nobodys ? 'a'.repeat(64) : digest
  if (schema.format === 'date') return '2026-11-25'
  if (schema.format === 'date-time') return '2026-11-25T10:00:00.000Z'
  return 'Aangifte door de wijkagent.'
}

function kindsIn(schema: object): IdKind[] {
  const text = JSON.stringify(schema)
  return (Object.entries(idPrefixes) as [IdKind, string][])
    .filter(([, prefix]) => text.includes(`"^${prefix}_[`))
    .map(([kind]) => kind)
}

const schemaOf = (type: z.ZodType): Schema => z.toJSONSchema(type, { io: 'input' }) as Schema
const naming = Object.entries(contract).flatMap(([name, value]) => {
  if (typeof value !== 'object' || !('path' in value) || !('method' in value)) return []
  const parts = { params: schemaOf(value.params), query: schemaOf(value.query), body: schemaOf(value.body) }
  const isNaming = kindsIn(parts).length > 0 || name === 'getReceipt'
  return isNaming ? [{ name, method: value.method, path: value.path, parts }] : []
})

/** Addresses that answer with bytes, and take no schema. */
const rawPaths: readonly ((named: Named) => string)[] = [
  (named) => `/api/recordings/${named('recording')}/poster`,
  (named) => `/api/recordings/${named('recording')}/storyboard`,
  (named) => `/api/recordings/${named('recording')}/scrub`,
  (named) => contract.viewingMediaPath(named('viewing')),
  (named) => contract.viewingProxyPath(named('viewing')),
  (named) => contract.viewingWaveformPath(named('viewing')),
  (named) => contract.viewingTrackPath(named('viewing')),
  (named) => `/api/packages/${named('package')}`,
  (named) => `${contract.documentPath}/${named('document')}`,
]

async function ask({ method, path, parts }: Pick<(typeof naming)[number], 'method' | 'path' | 'parts'>, named: Named) {
  const params = sampleOf(parts.params, named) as Record<string, string>
  const query = new URLSearchParams(sampleOf(parts.query, named) as Record<string, string>)
  const filled = path.replaceAll(/:(\w+)/g, (_all, name: string) => params[name] ?? name)
  const body = method === 'GET' ? {} : { body: sampleOf(parts.body, named) }
  const answer = await site.ask(method, `/api${filled}?${query.toString()}`, { as: stranger, ...body })
  return { status: answer.status, body: withoutIds(answer.body) }
}

/** Ids of what is made anew, or echoed, differ. */
function withoutIds(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body).replaceAll(/\b([a-z]+)_[0-9a-z]{26}\b/g, '$1'))
}

/** Every row of the first corps, by table. */
async function everythingTheirs(): Promise<Record<string, unknown>> {
  const { db } = world.server
  const rows: Record<string, unknown> = {}
  const names = `select relname as name from pg_class where relkind = 'r' and relforcerowsecurity order by 1`
  for (const { name } of (await runSql(db.everyCorps, names)) as { name: string }[]) {
    rows[name] = await runSql(db.of(world.officer.corpsId), `select t::text from ${name} t order by 1`)
  }
  return rows
}

test('most endpoints name something, and there is one of each kind to name', () => {
  expect(naming.length).toBeGreaterThan(40)
  for (const [kind, id] of Object.entries(theirs)) expect(id, kind).toMatch(/^[a-z]+_/)
})

test('what another corps has is answered for as what there is not, and stays as it was', async () => {
  // Entries that wait are given their place whoever asks for a proof.
  await world.server.modules.custody.sequence()
  const before = await everythingTheirs()
  for (const endpoint of naming) {
    const [own, none] = [await ask(endpoint, (kind) => theirs[kind]), await ask(endpoint, nobodys)]
    expect([endpoint.name, own]).toEqual([endpoint.name, none])
    expect([endpoint.name, own.status]).not.toEqual([endpoint.name, 500])
  }
  for (const path of rawPaths) {
    const [own, none] = [
      await site.ask(
        'GET',
        path((kind) => theirs[kind]),
        { as: stranger },
      ),
      await site.ask('GET', path(nobodys), { as: stranger }),
    ]
    expect([path(nobodys), own.status, own.body]).toEqual([path(nobodys), none.status, none.body])
    expect([path(nobodys), own.status]).toEqual([path(nobodys), 404])
  }
  expect(await everythingTheirs()).toEqual(before)
})
