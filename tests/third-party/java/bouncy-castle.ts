import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { findTool, reportMissingTool } from '../../outside-tools.ts'

const jars = ['bcpkix', 'bcprov', 'bcutil'].map((name) => `/usr/share/java/${name}.jar`)

/** What Bouncy Castle answers; throws when it does not find the file valid. */
export type BouncyCastle = (kind: 'cades' | 'timestamp', file: string, data: string, caFile: string) => string

/** Undefined, and reported, where Java or Bouncy Castle (Debian: libbcpkix-java) is absent. */
export function findBouncyCastle(notChecked: string): BouncyCastle | undefined {
  const java = findTool('java')
  const isCompiler = findTool('javac') !== undefined // needed to run a source file, and absent from a bare runtime
  if (java === undefined || !isCompiler || !jars.every((jar) => existsSync(jar))) {
    reportMissingTool('libbcpkix-java', notChecked)
    return undefined
  }
  const source = join(import.meta.dirname, 'CheckSignatures.java')
  return (kind, file, data, caFile) =>
    execFileSync(java, ['-cp', jars.join(delimiter), source, kind, file, data, caFile], {
      encoding: 'utf8',
      stdio: 'pipe',
    })
}
