import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { packs } from '@getuige/law'
import { expect, test } from 'vitest'
import { createWorld } from '../testing/world.ts'

/** Where connections of this process lead, once they stand. */
function watchConnections() {
  const places = new Set<string>()
  const sockets: Socket[] = []
  const noteSocket = (message: unknown) => {
    const { socket } = message as { socket: Socket }
    sockets.push(socket)
    socket.once('connect', () => places.add(socket.remoteAddress ?? 'a file on this machine'))
    // A name is looked up before there is a connection, and tells as much.
    socket.once('lookup', (_error, address, _family, host) => places.add(`${host} ${address}`))
  }
  subscribe('net.client.socket', noteSocket)
  return {
    places: () => [...places].filter((place) => !/^(127\.0\.0\.1|::1|localhost|a file)/.test(place)),
    count: () => sockets.length,
    [Symbol.dispose]: () => void unsubscribe('net.client.socket', noteSocket),
  }
}

test('unless told, the server connects to nothing but its database: at its start, at work, and in any job', async () => {
  using connections = watchConnections()
  await using world = await createWorld()
  const recordingId = await world.viewableRecording()
  const stated = { purpose: 'report', reference: 'PL1500 2026123456-1', reason: 'Aangifte van een mishandeling.' }
  await world.server.modules.access.startViewing(world.officer, recordingId, stated)
  for (const job of world.server.jobList) {
    if (job.schedule !== undefined) await job.run({}, new AbortController().signal)
  }
  expect(connections.count()).toBeGreaterThan(0)
  expect(connections.places()).toEqual([])
})

test('of every law at most one purpose is opened by a decision of the prosecutor, so none serves another', () => {
  const opened = packs.map(({ purposes }) => purposes.filter(({ window }) => window?.afterwards === 'mandate').length)
  expect(Math.max(...opened)).toBe(1)
})
