import type { ObjectStore, Staging, StagingWriter } from '#platform/object-store'

/** Before: nothing of the step is done. After: all of it is, and it is reported as failed all the same. */
export type When = 'before' | 'after'
type Failing<T, Step> = T & Readonly<{ failAt(step: Step, error?: Error, when?: When): void; heal(): void }>

export type FailingStore = Failing<ObjectStore, 'put' | 'read' | 'remove' | 'protect'>
export type FailingStaging = Failing<Staging, 'append' | 'write' | 'sync'>

/** Fails the step it was told to, until it is healed. */
function newFaults<Step extends string>() {
  let fault: { step: Step; error: Error; when: When } | undefined
  return {
    pass: async <T>(step: Step, work: () => Promise<T>): Promise<T> => {
      if (fault?.step !== step) return work()
      const { error, when } = fault
      if (when === 'after') await work()
      throw error
    },
    failAt: (step: Step, error: Error = new Error('the disk is gone'), when: When = 'before') => {
      fault = { step, error, when }
    },
    heal: () => {
      fault = undefined
    },
  }
}

/** A store that does as it is told until a step is to fail, as one that is full, gone or far away does. */
export function failingStore(store: ObjectStore): FailingStore {
  const { pass, failAt, heal } = newFaults<'put' | 'read' | 'remove' | 'protect'>()
  return {
    ...store,
    put: (key, content, protection) => pass('put', () => store.put(key, content, protection)),
    read: (key, start, end) => pass('read', () => store.read(key, start, end)),
    open: (key) => pass('read', () => store.open(key)),
    remove: (keys) => pass('remove', () => store.remove(keys)),
    protect: (key, protection) => pass('protect', () => store.protect(key, protection)),
    failAt,
    heal,
  }
}

/** A staging folder that fails on demand. */
export function failingStaging(staging: Staging): FailingStaging {
  const { pass, failAt, heal } = newFaults<'append' | 'write' | 'sync'>()
  const watch = (writer: StagingWriter): StagingWriter => ({
    write: (parts) => pass('write', () => writer.write(parts)),
    sync: () => pass('sync', () => writer.sync()),
    close: () => writer.close(),
    [Symbol.asyncDispose]: () => writer.close(),
  })
  return {
    ...staging,
    append: (name, fromBytes) => pass('append', async () => watch(await staging.append(name, fromBytes))),
    failAt,
    heal,
  }
}
