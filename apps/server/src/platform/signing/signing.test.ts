import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { findTool, reportMissingTool } from '../../../../../tests/outside-tools.ts'
import { makeLongLivedCertificate } from '../../../../../tests/third-party/openssl/long-lived-certificate.ts'
import { openOperatorSigner } from './index.ts'

const openssl = findTool('openssl')
if (openssl === undefined) reportMissingTool('openssl', 'that the signing certificate of the operator is taken')

describe.runIf(openssl !== undefined)('the signing certificate of the operator', () => {
  const folder = mkdtempSync(join(tmpdir(), 'getuige-signing-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const now = new Date('2026-11-22T12:00:00Z')
  function makePkcs12(name: string, keyUsage: string) {
    makeLongLivedCertificate(openssl ?? '', folder, name, keyUsage)
    const files = ['-inkey', `${name}.key`, '-in', `${name}.pem`, '-out', `${name}.p12`, '-passout', 'pass:secret']
    execFileSync(openssl ?? '', ['pkcs12', '-export', ...files], { cwd: folder, stdio: 'pipe' })
    writeFileSync(join(folder, 'password'), 'secret\n')
    return { pkcs12: { file: join(folder, `${name}.p12`), passwordFile: join(folder, 'password') } }
  }

  test('is taken with its password, and refused in a sentence where it cannot sign', async () => {
    expect(await openOperatorSigner({}, now)).toBeUndefined()
    const fit = makePkcs12('fit', 'digitalSignature, nonRepudiation')
    expect((await openOperatorSigner(fit, now))?.chain).toHaveLength(1)
    const { file } = fit.pkcs12
    const refusals: [settings: Parameters<typeof openOperatorSigner>[0], at: Date, says: string][] = [
      [{ pkcs12: { file, passwordFile: undefined } }, now, 'The password does not open this PKCS #12 file'],
      [{ pkcs12: { file, passwordFile: join(folder, 'none') } }, now, 'GETUIGE_SIGNING_PASSWORD_FILE) cannot be read'],
      [{ pkcs12: { file: join(folder, 'none'), passwordFile: undefined } }, now, 'GETUIGE_SIGNING_P12) cannot be read'],
      [{ pkcs12: { file: join(folder, 'fit.pem'), passwordFile: undefined } }, now, 'This is not a PKCS #12 file'],
      [fit, new Date('2050-01-01T00:00:00Z'), 'the certificate of fit expired on 2049-01-01'],
      [fit, new Date('2019-01-01T00:00:00Z'), 'is valid only from 2020-01-01'],
      [makePkcs12('other', 'keyAgreement'), now, 'the certificate of other is not for signing'],
    ]
    for (const [settings, at, says] of refusals) await expect(openOperatorSigner(settings, at)).rejects.toThrow(says)
  })
})
