/** A whole server in a process of its own, which a test kills: settings of the environment, and a clock that begins when told. */
import { readConfig } from '../config.ts'
import { quietLog } from '#platform/log'
import { start } from '../start.ts'

const [, , beginsAt = ''] = process.argv
const clock = { now: () => new Date(Date.parse(beginsAt) + performance.now()) }
const { signal } = new AbortController()
const running = await start(readConfig(process.env), { clock, log: quietLog(), say: () => undefined, signal })
process.send?.({ address: running.address })
