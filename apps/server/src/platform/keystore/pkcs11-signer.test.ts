import { execFileSync } from 'node:child_process'
import { X509Certificate, verify } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findTool, reportMissingTool } from '../../../../../tests/outside-tools.ts'
import { openTokenSigner, parseSignerSettings } from './pkcs11-signer.ts'
import { makeSoftToken, softHsm, type SoftToken } from '../../testing/soft-token.ts'

const tools = ['pkcs11-tool', 'openssl'].filter((name) => findTool(name) === undefined)
if (softHsm === undefined) tools.push('softhsm2-util')
for (const tool of tools) reportMissingTool(tool, 'that a key in a token signs exports')

if (softHsm !== undefined && tools.length === 0) {
  const module = softHsm
  let token: SoftToken
  beforeAll(async () => {
    token = await makeSoftToken(module)
    const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: token.folder, stdio: 'pipe' })
    const ca = ['-x509', '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Authority', '-days', '30']
    openssl('req', ...ca, '-newkey', 'rsa:2048')
    const kinds = {
      ec: ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
      rsa: ['rsa:2048'],
      ec384: ['ec', '-pkeyopt', 'ec_paramgen_curve:P-384'],
    }
    for (const [n, [name, newKey]] of Object.entries(kinds).entries()) {
      openssl(
        'req',
        '-nodes',
        '-newkey',
        ...newKey,
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.csr`,
        '-subj',
        `/CN=${name}`,
      )
      openssl(
        'x509',
        '-req',
        '-in',
        `${name}.csr`,
        '-CA',
        'ca.pem',
        '-CAkey',
        'ca.key',
        '-CAcreateserial',
        '-out',
        `${name}.pem`,
      )
      openssl('x509', '-in', `${name}.pem`, '-outform', 'DER', '-out', `${name}.der`)
      openssl('pkcs8', '-topk8', '-nocrypt', '-in', `${name}.key`, '-out', `${name}.p8`)
      put(name, `0${n + 1}`)
    }
    openssl('x509', '-in', 'ca.pem', '-outform', 'DER', '-out', 'ca.der')
    write('ca', '09')
  })
  afterAll(async () => {
    await token[Symbol.asyncDispose]()
  })

  const inToken = ['--token', 'getuige-test', '--pin', '4321']
  const put = (name: string, id: string) => {
    execFileSync('softhsm2-util', [
      '--import',
      join(token.folder, `${name}.p8`),
      ...inToken,
      '--label',
      name,
      '--id',
      id,
    ])
    write(name, id)
  }
  const write = (name: string, id: string) => {
    const object = ['--write-object', join(token.folder, `${name}.der`), '--type', 'cert', '--label', name, '--id', id]
    const where = ['--module', module, '--token-label', 'getuige-test', '--login', '--pin', '4321']
    execFileSync('pkcs11-tool', [...where, ...object], { stdio: 'pipe' })
  }
  const settingsOf = (object: string) =>
    parseSignerSettings(`pkcs11:token=getuige-test;object=${object}?module-path=${module}`, token.pinFile)

  test.each(['ec', 'rsa', 'ec384'])(
    'a key in a token signs what its certificate verifies, and nothing else: %s',
    async (name) => {
      await using signer = await openTokenSigner(settingsOf(name))
      const [own, ca, ...more] = signer.chain.map((der) => new X509Certificate(der))
      expect([own?.subject, ca?.subject, more.length]).toEqual([`CN=${name}`, 'CN=Authority', 0])
      if (own === undefined) throw new Error('no certificate')
      // Both halves of a signature begin with a high bit or a zero now and then.
      for (let n = 0; n < 20; n += 1) {
        const bytes = Buffer.from(`manifest ${n}`)
        const signature = await signer.sign(bytes)
        expect(verify('sha256', bytes, own.publicKey, signature)).toBe(true)
        expect(verify('sha256', Buffer.from('another'), own.publicKey, signature)).toBe(false)
      }
    },
  )

  test('a key that is not there, and a setting that names none, are said', async () => {
    await expect(openTokenSigner(settingsOf('absent'))).rejects.toThrow('0 private keys labelled "absent"')
    const uri = `pkcs11:token=getuige-test?module-path=${module}`
    expect(() => parseSignerSettings(uri, token.pinFile)).toThrow('name the key')
    expect(() => parseSignerSettings(`${uri};object=ec`, undefined)).toThrow('name the key')
    expect(() => parseSignerSettings('pkcs11:token=a;object=b?module-path=/x', undefined)).toThrow('PIN_FILE')
  })
}
