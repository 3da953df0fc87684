import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findTool } from '../../../../tests/outside-tools.ts'

const modules = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib64/pkcs11/libsofthsm2.so', '/usr/lib/libsofthsm2.so']

/** Whether SoftHSM2 is on this machine: a key token made of files, for tests. */
export const softHsm = modules.find((file) => existsSync(file) && findTool('softhsm2-util') !== undefined)

const pin = '4321'

/** Its label, where its PIN is, and the folder it lies in. */
export type SoftToken = AsyncDisposable & Readonly<{ module: string; token: string; pinFile: string; folder: string }>

/** A token of our own in a temporary folder. One a process: SoftHSM2 reads where its tokens are once. */
export async function makeSoftToken(module: string): Promise<SoftToken> {
  const folder = await mkdtemp(join(tmpdir(), 'getuige-token-'))
  await mkdir(join(folder, 'tokens'))
  const conf = join(folder, 'softhsm2.conf')
  await writeFile(
    conf,
    `directories.tokendir = ${join(folder, 'tokens')}\nobjectstore.backend = file\nlog.level = ERROR\n`,
  )
  const pinFile = join(folder, 'pin')
  await writeFile(pinFile, `${pin}\n`, { mode: 0o600 })
  process.env['SOFTHSM2_CONF'] = conf
  const token = 'getuige-test'
  execFileSync('softhsm2-util', ['--init-token', '--free', '--label', token, '--so-pin', '87654321', '--pin', pin])
  return {
    module,
    token,
    pinFile,
    folder,
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true })
    },
  }
}
