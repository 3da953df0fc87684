import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { utf8 } from '@getuige/base'
import { afterAll, describe, expect, test } from 'vitest'
import { findTool, reportMissingTool } from '../../../tests/outside-tools.ts'
import { makeTimeStampAuthority } from '../../../tests/third-party/openssl/time-stamp-authority.ts'
import {
  encryptForCertificate,
  issueCertificate,
  makeAuthority,
  makeTimestampRequest,
  newSigner,
  newSigningKey,
  obstacleToEncrypting,
  publicKeyOfPrivate,
  readCertificate,
  readCertificates,
  readPkcs12,
  readTimestampResponse,
  signCades,
  toPem,
  verifyCades,
  verifyTimestamp,
} from './index.ts'

const openssl = findTool('openssl')
if (openssl === undefined)
  reportMissingTool('openssl', 'certificates, signatures and time stamps in the eyes of OpenSSL')

describe.runIf(openssl !== undefined)('OpenSSL', () => {
  const folder = mkdtempSync(join(tmpdir(), 'getuige-pki-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const file = (name: string, bytes?: Uint8Array | string) => {
    if (bytes !== undefined) writeFileSync(join(folder, name), bytes)
    return join(folder, name)
  }
  const call = (...args: string[]) =>
    execFileSync(openssl ?? '', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  const at = new Date()
  const content = utf8('<asic:ASiCManifest/>')

  async function newCorps() {
    const [authorityKey, key] = [await newSigningKey(), await newSigningKey()]
    const name = 'Politie Voorbeeld'
    const ca = await makeAuthority({ key: authorityKey, name: `${name} (authority)`, at, years: 20 })
    const authority = { certificate: ca, key: authorityKey }
    const certificate = await issueCertificate({
      publicKey: await publicKeyOfPrivate(key),
      authority,
      name,
      at,
      years: 2,
    })
    return { ca, certificate, signer: await newSigner(key, [certificate, ca]) }
  }
  /** A certificate and key made by OpenSSL. */
  function make(name: string, kind: readonly string[], keyUsage: string): Uint8Array {
    const usage = ['-addext', `keyUsage=critical,${keyUsage}`]
    call(
      'req',
      '-x509',
      '-noenc',
      '-newkey',
      ...kind,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      '-subj',
      `/O=X/CN=${name}`,
      '-days',
      '30',
      ...usage,
    )
    return readFileSync(file(`${name}.pem`))
  }
  const ec = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256']

  test('takes our authority and our signature, and refuses them for other content', async () => {
    const { ca, certificate, signer } = await newCorps()
    file('ca.pem', toPem(ca))
    file('certificate.pem', toPem(certificate))
    expect(call('verify', '-x509_strict', '-CAfile', 'ca.pem', 'certificate.pem')).toContain('OK')
    file('s.p7s', await signCades(content, signer, at))
    file('content', content)
    const args = ['cms', '-verify', '-cades', '-binary', '-inform', 'DER', '-in', 's.p7s', '-content', 'content']
    call(...args, '-CAfile', 'ca.pem', '-purpose', 'any', '-out', 'out')
    file('content', utf8('<asic:ASiCManifest />'))
    expect(() => call(...args, '-CAfile', 'ca.pem', '-purpose', 'any', '-out', 'out')).toThrow('verification failure')
  })

  test.each([
    ['RSA', ['rsa:2048']],
    ['EC', ec],
  ])('makes a PKCS #12 with an %s key that signs for us, and signs what we check', async (kind, options) => {
    const [facts] = await readCertificates(make(`own-${kind}`, options, 'digitalSignature'))
    call(
      'pkcs12',
      '-export',
      '-inkey',
      `own-${kind}.key`,
      '-in',
      `own-${kind}.pem`,
      '-out',
      'p12',
      '-passout',
      'pass:géheim',
    )
    const p12 = readFileSync(file('p12'))
    await expect(readPkcs12(p12, 'geheim')).rejects.toMatchObject({ code: 'wrong-password' })
    const { key, chain } = await readPkcs12(p12, 'géheim')
    expect(chain).toEqual([facts?.der])
    const made = await signCades(content, await newSigner(key, chain), new Date())
    expect(await verifyCades(made, content, { roots: chain })).toMatchObject({ problems: [], trustProblems: [] })

    file('content', content)
    call(
      'cms',
      '-sign',
      '-cades',
      '-binary',
      '-signer',
      `own-${kind}.pem`,
      '-inkey',
      `own-${kind}.key`,
      '-in',
      'content',
      '-outform',
      'DER',
      '-out',
      'theirs',
      '-nosmimecap',
    )
    const theirs = readFileSync(file('theirs'))
    expect(await verifyCades(theirs, content, { roots: chain })).toMatchObject({ problems: [], trustProblems: [] })
    expect((await verifyCades(theirs, utf8('else'))).problems).toEqual(['digest-differs'])
  })

  test('makes an old PKCS #12, of which we say how to renew it', async () => {
    make('old', ec, 'digitalSignature')
    call('pkcs12', '-export', '-legacy', '-inkey', 'old.key', '-in', 'old.pem', '-out', 'p12', '-passout', 'pass:x')
    await expect(readPkcs12(readFileSync(file('p12')), 'x')).rejects.toMatchObject({ code: 'old-encryption' })
  })

  test.each([
    ['RSA', ['rsa:2048'], 'keyEncipherment'],
    ['EC on P-256', ec, 'keyAgreement'],
    ['EC on P-384', ['ec', '-pkeyopt', 'ec_paramgen_curve:P-384'], 'keyAgreement'],
  ])('opens what we encrypt for an %s key; nobody else does', async (_kind, options, usage) => {
    const [recipient] = await readCertificates(make('recipient', options, usage))
    if (recipient === undefined) throw new Error('no certificate')
    expect(obstacleToEncrypting(recipient, new Date())).toBeUndefined()
    file('secret.p7m', await encryptForCertificate(utf8('AGE-SECRET-KEY-1…'), recipient.der))
    const args = ['cms', '-decrypt', '-inform', 'DER', '-in', 'secret.p7m']
    expect(call(...args, '-recip', 'recipient.pem', '-inkey', 'recipient.key')).toBe('AGE-SECRET-KEY-1…')
    make('other', options, usage)
    expect(() => call(...args, '-recip', 'other.pem', '-inkey', 'other.key')).toThrow('Error decrypting')
  })

  test('makes certificates for which nothing can be encrypted, and we say why', async () => {
    const [signsOnly] = await readCertificates(make('signs', ec, 'digitalSignature'))
    const [odd] = await readCertificates(make('odd', ['ed25519'], 'digitalSignature'))
    if (signsOnly === undefined || odd === undefined) throw new Error('no certificate')
    expect(obstacleToEncrypting(signsOnly, at)).toBe('usage-forbids')
    expect(obstacleToEncrypting(odd, at)).toBe('key-unsupported')
    const [fit] = await readCertificates(make('fit', ec, 'keyAgreement'))
    if (fit === undefined) throw new Error('no certificate')
    expect(obstacleToEncrypting(fit, new Date(at.getTime() + 31 * 86_400_000))).toBe('expired')
    expect(obstacleToEncrypting(fit, new Date(at.getTime() - 86_400_000))).toBe('not-yet-valid')
    await expect(readCertificates(utf8('no certificate'))).rejects.toMatchObject({ code: 'not-a-certificate' })
    expect(await readCertificates(utf8(toPem(fit.der).repeat(500)))).toHaveLength(500)
  })

  test('stamps what we ask, and each way in which a stamp is not ours is found', async () => {
    await using authority = makeTimeStampAuthority(openssl ?? '')
    const roots = (await readCertificates(utf8(authority.ca))).map(({ der }) => der)
    const { request, nonce } = await makeTimestampRequest(content)
    const token = readTimestampResponse(await authority.reply(request))
    const sound = await verifyTimestamp(token, content, { roots, nonce })
    expect(sound).toMatchObject({ problems: [], trustProblems: [], authority: { name: 'Test stamps' } })
    expect(Math.abs((sound.at?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000)
    file('data', content)
    file('token', token)
    const verify = ['ts', '-verify', '-data', 'data', '-in', 'token', '-token_in', '-CAfile', authority.caFile]
    expect(call(...verify)).toContain('Verification: OK')

    expect((await verifyTimestamp(token, utf8('else'), { roots })).problems).toEqual(['imprint-differs'])
    const otherNonce = nonce.with(3, (nonce[3] ?? 0) ^ 1)
    expect((await verifyTimestamp(token, content, { roots, nonce: otherNonce })).problems).toEqual(['nonce-differs'])
    const { ca } = await newCorps()
    expect((await verifyTimestamp(token, content, { roots: [ca] })).trustProblems).toEqual(['authority-unknown'])
    expect((await verifyTimestamp(token, content)).trustProblems).toBeNull()
    const altered = token.with(token.length - 1, (token.at(-1) ?? 0) ^ 1)
    expect((await verifyTimestamp(altered, content, { roots })).problems).toEqual(['signature-wrong'])
    expect((await verifyTimestamp(await newSignature(), content)).problems).toEqual(['not-a-timestamp'])
  })

  const newSignature = async () => signCades(content, (await newCorps()).signer, at)

  test('will not stamp with a certificate that is not for it; nor do we read its refusal as a stamp', async () => {
    await using authority = makeTimeStampAuthority(openssl ?? '', { mayStamp: false })
    const { request } = await makeTimestampRequest(content)
    await expect(authority.reply(request)).rejects.toThrow()
    expect(() => readTimestampResponse(utf8('<html>'))).toThrow('not the answer')
    const rejection = Uint8Array.of(0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x02)
    expect(() => readTimestampResponse(rejection)).toThrow('refused (status 2)')
  })

  test('a changed byte of the certificate, the attributes or the signature is found', async () => {
    const { signer, ca, certificate } = await newCorps()
    const made = await signCades(content, signer, at)
    const ownAt = Buffer.from(made).indexOf(certificate)
    const own = Array.from({ length: certificate.length }, (_, i) => ownAt + i)
    const signed = Array.from({ length: 230 }, (_, i) => made.length - 230 + i)
    const unnoticed: number[] = []
    for (const i of [...own, ...signed].filter((_, nth) => nth % 7 === 0)) {
      const { problems, trustProblems } = await verifyCades(made.with(i, (made[i] ?? 0) ^ 1), content, { roots: [ca] })
      if (problems.length === 0 && trustProblems?.length === 0) unnoticed.push(i)
    }
    expect(unnoticed).toEqual([])
  })

  test('a length that is one too short for what it holds is found', async () => {
    const { signer, ca, certificate } = await newCorps()
    const made = Buffer.from(await signCades(content, signer, at))
    const ecdsaWithSha256 = Buffer.from('2a8648ce3d040302', 'hex')
    const ofSignature = made.lastIndexOf(ecdsaWithSha256) + ecdsaWithSha256.length + 3
    for (const i of [made.indexOf(certificate) + 3, ofSignature]) {
      const shorter = new Uint8Array(made).with(i, (made[i] ?? 0) - 1)
      const { problems } = await verifyCades(shorter, content, { roots: [ca] })
      expect(problems).toHaveLength(1)
    }
  })

  test('each way in which a signature is not what it says is found', async () => {
    const { signer, ca, certificate } = await newCorps()
    const made = await signCades(content, signer, at)
    const stranger = await newCorps()
    expect((await verifyCades(made, content, { roots: [stranger.ca] })).trustProblems).toEqual(['authority-unknown'])
    const late = new Date(at.getTime() + 3 * 366 * 86_400_000)
    expect((await verifyCades(made, content, { roots: [ca], at: late })).trustProblems).toEqual(['certificate-expired'])
    // A certificate that may not sign others, used to issue one.
    const forged = { ...stranger, signer: { ...stranger.signer, chain: [stranger.certificate, certificate, ca] } }
    const theirs = await signCades(content, forged.signer, at)
    expect((await verifyCades(theirs, content, { roots: [ca] })).trustProblems).toEqual(['authority-unknown'])
    await expect(signCades(content, { ...signer, chain: [stranger.certificate] }, at)).rejects.toThrow(
      'signature-wrong',
    )
    expect((await verifyCades(utf8('nothing'), content)).problems).toEqual(['unreadable'])
    expect((await verifyCades(new Uint8Array([...made, 0]), content)).problems).toEqual(['unreadable'])
    expect((await readCertificate(ca)).isAuthority).toBe(true)
  })
})
