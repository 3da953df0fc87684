import { defineConfig } from 'vitest/config'

const e2e = 'tests/e2e/**/*.e2e.ts'
const ceph = 'apps/server/src/**/*.ceph.test.ts'

export default defineConfig({
  test: {
    // A wall clock is no judge of a shared machine: these limits only catch what hangs.
    projects: [
      {
        test: {
          name: 'unit-and-database',
          include: ['{apps,packages,tools,tests,bench}/**/*.test.{ts,tsx}'],
          exclude: ['**/node_modules/**', ceph],
          globalSetup: ['./tests/setup/postgres.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'ceph',
          include: [ceph],
          globalSetup: ['./tests/setup/postgres.ts', './tests/ceph/setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: [e2e],
          globalSetup: ['./tests/setup/postgres.ts'],
          testTimeout: 240_000,
          hookTimeout: 120_000,
          // One browser and one server at a time.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
