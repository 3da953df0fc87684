import type { Actor } from '@getuige/base'
import { systemClock } from '#platform/clock'
import { StartError } from '#platform/errors'
import { jsonLog } from '#platform/log'
import { compose, type Server } from '../compose.ts'
import type { Config } from '../config.ts'
import { reach } from './stored.ts'

export type Installation = AsyncDisposable &
  Readonly<{
    config: Config
    server: Server
    /** The system in each corps: what concerns the whole installation is entered in every log. */
    actors: readonly [Actor, ...Actor[]]
  }>

/**
 * All modules of an installation, for a command: without jobs, sequencer or HTTP. A server may be at work on it; it gives
 * the entries of a command their place in the log, or the next one that starts does. Throws `StartError` before set-up.
 */
export async function openInstallation({ isDemo }: Readonly<{ isDemo: boolean }>): Promise<Installation> {
  await using stack = new AsyncDisposableStack()
  const { config, connection } = stack.use(await reach({ isDemo, alone: false }))
  const server = stack.use(await compose({ ...config, connection, clock: systemClock, log: jsonLog() }))
  const corpses = await server.modules.corps.list()
  const [first, ...others] = corpses.map(({ id }): Actor => ({ kind: 'system', corpsId: id }))
  if (first === undefined) throw new StartError('Nobody has set Getuige up yet: there is nothing to do this to.')
  const kept = stack.move()
  return { config, server, actors: [first, ...others], [Symbol.asyncDispose]: () => kept.disposeAsync() }
}
