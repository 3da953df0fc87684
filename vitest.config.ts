import { defineConfig } from 'vitest/config'

const e2e = 'tests/e2e/**/*.e2e.ts'
const ceph = 'apps/server/src/**/*.ceph.test.ts'

// A wall clock is no judge of a shared machine: these limits only catch what hangs, so no test has one of its own.
const patienceMs = 900_000
const patient = {
  testTimeout: patienceMs,
  hookTimeout: patienceMs,
  expect: { poll: { timeout: 180_000 } },
}

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit-and-database',
          include: ['{apps,packages,tools,tests,bench}/**/*.test.{ts,tsx}'],
          exclude: ['**/node_modules/**', ceph],
          globalSetup: ['./tests/setup/postgres.ts'],
          ...patient,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'ceph',
          include: [ceph],
          globalSetup: ['./tests/setup/postgres.ts', './tests/ceph/setup.ts'],
          ...patient,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: [e2e],
          globalSetup: ['./tests/setup/postgres.ts'],
          ...patient,
          // One browser and one server at a time.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
