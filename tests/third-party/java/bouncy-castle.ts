import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { findTool, reportMissingTool } from '../../outside-tools.ts'

const jars = ['bcpkix', 'bcprov', 'bcutil'].map((name) => `/usr/share/java/${name}.jar`)

export type Signed = Readonly<{ kind: 'cades' | 'timestamp'; file: string; data: string; caFile: string }>

/** What Bouncy Castle says of each, `valid` or `invalid: why`; in one run, for Java takes long to start. */
export type BouncyCastle = (signed: readonly Signed[]) => string[]

/** Undefined, and reported, where Java or Bouncy Castle (Debian: libbcpkix-java) is absent. */
export function findBouncyCastle(notChecked: string): BouncyCastle | undefined {
  const java = findTool('java')
  const isCompiler = findTool('javac') !== undefined // needed to run a source file, and absent from a bare runtime
  if (java === undefined || !isCompiler || !jars.every((jar) => existsSync(jar))) {
    reportMissingTool('libbcpkix-java', notChecked)
    return undefined
  }
  const source = join(import.meta.dirname, 'CheckSignatures.java')
  return (signed) => {
    const checks = signed.flatMap(({ kind, file, data, caFile }) => [kind, file, data, caFile])
    const args = ['-XX:TieredStopAtLevel=1', '-cp', jars.join(delimiter), source, ...checks]
    return execFileSync(java, args, { encoding: 'utf8', stdio: 'pipe' }).trimEnd().split('\n')
  }
}
