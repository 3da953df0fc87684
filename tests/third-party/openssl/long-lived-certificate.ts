import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * A self-signed certificate by OpenSSL for an EC key, valid from 2020 to 2049 whatever a test's clock says: files
 * `NAME.pem` and `NAME.key` in the folder. Answers the PEM.
 */
export function makeLongLivedCertificate(openssl: string, folder: string, name: string, keyUsage: string): string {
  const call = (...args: string[]) => execFileSync(openssl, args, { cwd: folder, stdio: 'pipe' })
  const config = [
    '[ ca ]\ndefault_ca = one',
    '[ one ]\ndatabase = index.txt\nnew_certs_dir = .\nrand_serial = yes\nunique_subject = no',
    'default_md = sha256\npolicy = any\nx509_extensions = usage',
    '[ any ]\ncommonName = supplied',
    `[ usage ]\nkeyUsage = critical, ${keyUsage}`,
    '[ req ]\ndistinguished_name = name\n[ name ]\n',
  ]
  writeFileSync(join(folder, 'ca.cnf'), config.join('\n'))
  writeFileSync(join(folder, 'index.txt'), '')
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-keyout', `${name}.key`]
  call('req', '-config', 'ca.cnf', ...key, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
  const days = ['-startdate', '20200101000000Z', '-enddate', '20490101000000Z']
  const files = ['-in', `${name}.csr`, '-keyfile', `${name}.key`, '-out', `${name}.pem`]
  call('ca', '-batch', '-selfsign', '-notext', '-config', 'ca.cnf', ...days, ...files)
  return readFileSync(join(folder, `${name}.pem`), 'utf8')
}
