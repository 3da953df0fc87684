import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findTool, reportMissingTool } from '../../../tests/outside-tools.ts'
import {
  answerTimestampRequest,
  issueCertificate,
  makeAuthority,
  makeTimestampRequest,
  newSigner,
  newSigningKey,
  publicKeyOfPrivate,
  readTimestampResponse,
  toPem,
  verifyTimestamp,
} from './index.ts'

const at = new Date('2026-11-01T12:00:00Z')
const data = new TextEncoder().encode('the head of a log')

async function stamp(isForTimeStamping: boolean) {
  const key = await newSigningKey()
  const root = await makeAuthority({ name: 'Specimen time', at, years: 10, key })
  const ownKey = await newSigningKey()
  const publicKey = await publicKeyOfPrivate(ownKey)
  const authority = { certificate: root, key }
  const certificate = await issueCertificate({
    name: 'Specimen stamps',
    at,
    years: 5,
    publicKey,
    authority,
    isForTimeStamping,
  })
  const { request, nonce } = await makeTimestampRequest(data)
  const answer = await answerTimestampRequest(request, await newSigner(ownKey, [certificate]), at)
  return { root, nonce, token: readTimestampResponse(answer) }
}

test('a specimen authority stamps what it is asked, and openssl agrees', async () => {
  const { root, nonce, token } = await stamp(true)
  const check = await verifyTimestamp(token, data, { roots: [root], nonce })
  expect(check).toMatchObject({ problems: [], trustProblems: [], at })
  expect((await verifyTimestamp(token, data.subarray(1), { roots: [root] })).problems).toEqual(['imprint-differs'])

  const openssl = findTool('openssl')
  if (openssl === undefined) return reportMissingTool('openssl', 'a time stamp of the specimen authority')
  const folder = mkdtempSync(join(tmpdir(), 'getuige-stamp-'))
  try {
    writeFileSync(join(folder, 'data'), data)
    writeFileSync(join(folder, 'altered'), data.subarray(1))
    writeFileSync(join(folder, 'token'), token)
    writeFileSync(join(folder, 'ca.pem'), toPem(root))
    const verify = (file: string) =>
      execFileSync(openssl, ['ts', '-verify', '-data', file, '-in', 'token', '-token_in', '-CAfile', 'ca.pem'], {
        cwd: folder,
        stdio: 'pipe',
      })
    expect(String(verify('data'))).toContain('OK')
    expect(() => verify('altered')).toThrow()
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a certificate that is not for time stamping stamps nothing', async () => {
  const { root, token } = await stamp(false)
  expect((await verifyTimestamp(token, data, { roots: [root] })).problems).toEqual(['certificate-not-for-this'])
})

test('what is no query is refused', async () => {
  const signer = await newSigner(await newSigningKey(), [])
  await expect(answerTimestampRequest(data, signer, at)).rejects.toThrow('not a query')
})
