import type { CorpsId } from '@getuige/base'
import { publicKeyOfPrivate, readCertificate, readCertificates, signCades, verifyCades } from '@getuige/pki'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runSql } from '#platform/database'
import { createWorld, type World } from '../../testing/world.ts'

let world: World
let corpsId: CorpsId
beforeAll(async () => {
  world = await createWorld()
  corpsId = world.officer.corpsId
})
afterAll(() => world[Symbol.asyncDispose]())

const issued = async () => {
  const entries = await world.server.db.everyCorps
    .selectFrom('custody_entry')
    .select('details')
    .where('type', '=', 'certificate-issued')
    .orderBy('serial')
    .execute()
  return entries.map(({ details }) => details['name'])
}
const content = Buffer.from('a manifest')
async function sign() {
  const signer = await world.server.modules.authority.signer(corpsId)
  return { signer, made: await signCades(content, signer, world.clock.now()) }
}

test('a corps gets one authority, however many ask for it at once, and the log tells of both certificates', async () => {
  const { authority } = world.server.modules
  await Promise.all(Array.from({ length: 5 }, () => authority.prepare(corpsId)))
  expect(await issued()).toEqual(['Testcorps (authority)', 'Testcorps'])
  const { certificate, madeBy } = await authority.certificate(corpsId)
  expect(madeBy).toBe('getuige')
  expect(certificate.isAuthority).toBe(true)
  expect(certificate.notAfter.getUTCFullYear()).toBe(world.clock.now().getUTCFullYear() + 20)
  const { made } = await sign()
  expect(await verifyCades(made, content, { roots: [certificate.der] })).toMatchObject({
    problems: [],
    trustProblems: [],
  })
})

test('anyone can fetch the certificate; it is the one that those who are signed in see', async () => {
  const site = await world.listen()
  const { body } = await site.ask('GET', '/api/authority', { as: world.officer })
  const { downloadUrl, fingerprint } = body as { downloadUrl: string; fingerprint: string }
  const answer = await site.fetch(downloadUrl)
  const [fetched] = await readCertificates(new Uint8Array(await answer.arrayBuffer()))
  expect(fetched?.fingerprint).toBe(fingerprint)
  expect((await site.ask('GET', '/api/authority')).status).toBe(401)
  for (const unknown of ['corps_01', 'corps_00000000000000000000000000', '..%2f'])
    expect((await site.ask('GET', `/api/corps/${unknown}/authority.pem`)).status).toBe(404)
})

test('the certificate that signs is renewed in its last month, under the same authority', async () => {
  const before = (await sign()).signer.chain
  world.clock.advance(2 * 365 * 86_400_000 - 40 * 86_400_000)
  expect((await sign()).signer.chain).toEqual(before)
  world.clock.advance(20 * 86_400_000)
  const { signer, made } = await sign()
  expect(signer.chain[0]).not.toEqual(before[0])
  expect(signer.chain[1]).toEqual(before[1])
  const roots = before.slice(1)
  expect(await verifyCades(made, content, { roots })).toMatchObject({ problems: [], trustProblems: [] })
  expect(await issued()).toEqual(['Testcorps (authority)', 'Testcorps', 'Testcorps'])
})

test('after a crash between key and certificate, the key is taken up', async () => {
  const keystore = await world.keystore()
  const key = await keystore.find(`authority/${corpsId}`)
  await runSql(world.server.db.everyCorps, 'delete from corps_authority')
  const { certificate } = await world.server.modules.authority.certificate(corpsId)
  const { made } = await sign()
  expect((await readCertificate(certificate.der)).isAuthority).toBe(true)
  expect(await verifyCades(made, content, { roots: [certificate.der] })).toMatchObject({ trustProblems: [] })
  expect(Buffer.from(certificate.der).includes(Buffer.from(await publicKeyOfPrivate(key ?? Buffer.of())))).toBe(true)
})
