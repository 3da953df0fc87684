import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { type Ceph, findMissingProgram, startCeph } from './start-ceph.ts'

declare module 'vitest' {
  // Vitest asks for an interface here, to be merged with its own.
  interface ProvidedContext {
    /** Null where a program is missing to start it. */
    ceph: Ceph | null
  }
}

/** One Ceph for the whole run. Returns how to stop it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (findMissingProgram() !== undefined) {
    project.provide('ceph', null)
    return async () => undefined
  }
  const ceph = await startCeph(await mkdtemp(join(tmpdir(), 'getuige-ceph-')))
  const { endpoint, accessKeyId, secretAccessKey } = ceph
  project.provide('ceph', { endpoint, accessKeyId, secretAccessKey })
  return async () => {
    await ceph[Symbol.asyncDispose]()
  }
}
