import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { makeTimestampRequest } from '@getuige/pki'
import { afterAll, describe, expect, test } from 'vitest'
import { findTool, reportMissingTool } from '../../../../../tests/outside-tools.ts'
import { makeTimeStampAuthority } from '../../../../../tests/third-party/openssl/time-stamp-authority.ts'
import { quietLog } from '../log/index.ts'
import { openTimeStamps } from './index.ts'

const openssl = findTool('openssl')
if (openssl === undefined) reportMissingTool('openssl', 'that only time stamps that hold are kept')

describe.runIf(openssl !== undefined)('a time stamp', () => {
  const closing: (() => unknown)[] = []
  afterAll(async () => {
    for (const close of closing) await close()
  })
  async function listen(answer: RequestListener): Promise<string> {
    const server = createServer(answer).listen(0, '127.0.0.1')
    closing.push(
      () => server.closeAllConnections(),
      () => server.close(),
    )
    await once(server, 'listening')
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  }
  const data = Buffer.from('a checkpoint')

  test('is of the first authority that gives one that holds; others are passed over', async () => {
    await using trusted = makeTimeStampAuthority(openssl ?? '')
    await using stranger = makeTimeStampAuthority(openssl ?? '')
    const good = await trusted.listen()
    const foreign = await stranger.listen()
    // An old answer to the same question, given again.
    const old = await trusted.reply((await makeTimestampRequest(data)).request)
    const bad = {
      broken: await listen((_request, response) => response.writeHead(500).end()),
      garbage: await listen((_request, response) => response.end('<html>')),
      endless: await listen((_request, response) => response.end(Buffer.alloc(300 * 1024))),
      elsewhere: await listen((_request, response) => response.writeHead(302, { location: good.url }).end()),
      again: await listen((_request, response) => response.end(old)),
    }
    const stamps = (...urls: string[]) => openTimeStamps({ urls, caFile: trusted.caFile }, quietLog())
    const all = await stamps(...Object.values(bad), foreign.url, good.url)
    expect(await all.stamp(data)).toMatchObject({ authority: 'Test stamps' })
    expect([foreign.asked(), good.asked()]).toEqual([1, 1])

    expect(await (await stamps(...Object.values(bad), foreign.url)).stamp(data)).toBeUndefined()
    await expect(all.stamp(data, AbortSignal.abort())).rejects.toThrow('aborted')
  })

  test('is not asked for without the certificates to check it by', async () => {
    const urls = ['http://127.0.0.1:1/']
    await expect(openTimeStamps({ urls, caFile: undefined }, quietLog())).rejects.toThrow('needs GETUIGE_TIMESTAMP_CA')
    await expect(openTimeStamps({ urls, caFile: import.meta.filename }, quietLog())).rejects.toThrow('no certificate')
    expect(await openTimeStamps({ urls: [], caFile: undefined }, quietLog())).toMatchObject({ isConfigured: false })
  })
})
