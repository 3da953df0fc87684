import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseCheckpoint, readUnverifiedNote } from '@getuige/proof'
import { expect, test } from 'vitest'
import { runSql } from '#platform/database'
import { dayMs, failEveryStep, listDetails, type Operation, type Stage } from '../testing/faults.ts'
import type { World } from '../testing/world.ts'

type Entered = { serials: readonly string[]; acknowledged: string[]; signedSize: number }

function newEntering(): Operation<Entered> {
  let cases = 0
  /** Of every checkpoint that anyone may have seen: one root a size. */
  const roots = new Map<string, string>()
  async function look({ server, settings }: World): Promise<number> {
    const rows = await runSql(
      server.db.everyCorps,
      'select checkpoint from custody_log where checkpoint is not null order by year',
    )
    const inDatabase = (rows as { checkpoint: string }[]).map(({ checkpoint }) => checkpoint)
    const heads = join(settings.keysFolder, 'heads')
    const names = (await readdir(heads)).filter((name) => !name.endsWith('.new'))
    const kept = await Promise.all(names.map((name) => readFile(join(heads, name), 'utf8')))
    let newest = 0
    for (const note of [...kept, ...inDatabase]) {
      const { origin, size, root } = parseCheckpoint(readUnverifiedNote(note).text)
      const known = roots.get(`${origin} ${size}`)
      const found = Buffer.from(root).toString('hex')
      if (known !== undefined) expect(found).toBe(known)
      roots.set(`${origin} ${size}`, found)
      newest = size
    }
    return newest
  }
  async function enter({ world }: Stage, given: Entered): Promise<void> {
    const { custody, devices } = world.server.modules
    for (const serial of given.serials) {
      const isThere = (await devices.findBySerial(world.officer.corpsId, serial)) !== undefined
      if (!isThere) await devices.add(world.administrator, { label: serial, serial, wearerId: null })
      given.acknowledged.push(serial)
      await custody.sequence()
      given.signedSize = await look(world)
    }
  }
  return {
    name: 'entering and signing',
    known: [
      'write custody_log',
      'commit camera+custody_entry',
      'commit custody_entry+custody_log+custody_tile',
      'head keep',
    ],
    async prepare({ world }) {
      cases += 1
      // A log of its own, for it is another year.
      world.clock.advance(366 * dayMs)
      return { serials: [`A-${cases}`, `B-${cases}`], acknowledged: [], signedSize: 0 }
    },
    run: enter,
    async holds({ world }, { serials, acknowledged, signedSize }) {
      expect(await look(world)).toBeGreaterThanOrEqual(signedSize)
      for (const serial of serials) {
        const camera = await world.server.modules.devices.findBySerial(world.officer.corpsId, serial)
        if (acknowledged.includes(serial)) expect(camera).toBeDefined()
        expect(await listDetails(world, 'camera-added', { serial })).toHaveLength(camera === undefined ? 0 : 1)
      }
    },
    async again(stage, given) {
      // As every start of a server does.
      stage.world.server.modules.custody.startSequencer()
      await stage.world.server.modules.custody.stopSequencer()
      await enter(stage, given)
    },
    async ends({ world }, { serials }) {
      const { custody } = world.server.modules
      for (const serial of serials) expect(await listDetails(world, 'camera-added', { serial })).toHaveLength(1)
      expect(await look(world)).toBe(serials.length)
      expect(custody.troubles().size).toBe(0)
      const { log, waiting } = await custody.status(world.officer.corpsId)
      expect({ size: log?.size, waiting }).toEqual({ size: serials.length, waiting: 0 })
      const head = join(world.settings.keysFolder, 'heads', log?.id ?? '')
      expect(await readFile(head, 'utf8')).toBe(log?.checkpoint)
    },
  }
}

test('what was done is entered once and never signed in two ways, whichever step fails', async () => {
  expect(await failEveryStep(newEntering())).toEqual({ notFailed: [] })
})
