import type { ObjectStore, ObjectWriter } from '#platform/object-store'

type Step = 'append' | 'write' | 'sync' | 'read' | 'remove'
export type FailingStore = ObjectStore & Readonly<{ failAt(step: Step, error?: Error): void; heal(): void }>

/** A store that does as it is told until a step is to fail, as a disk that is full or gone does. */
export function failingStore(store: ObjectStore): FailingStore {
  let failure: { step: Step; error: Error } | undefined
  const pass = (step: Step) => {
    if (failure?.step === step) throw failure.error
  }
  const watch = (writer: ObjectWriter): ObjectWriter => ({
    async write(parts) {
      pass('write')
      await writer.write(parts)
    },
    async sync() {
      pass('sync')
      await writer.sync()
    },
    close: () => writer.close(),
    [Symbol.asyncDispose]: () => writer.close(),
  })
  return {
    ...store,
    async append(key, fromBytes) {
      pass('append')
      return watch(await store.append(key, fromBytes))
    },
    async read(key, start, end) {
      pass('read')
      return store.read(key, start, end)
    },
    async remove(key) {
      pass('remove')
      await store.remove(key)
    },
    failAt(step, error = new Error('the disk is gone')) {
      failure = { step, error }
    },
    heal() {
      failure = undefined
    },
  }
}
