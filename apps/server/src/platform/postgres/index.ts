/**
 * The database that comes with the product: one embedded PostgreSQL 18 cluster in a data folder, reached through a unix
 * socket that nobody else can open. This module starts it, adopts one that lives already, and stops it; it runs no
 * queries. An operator who has a PostgreSQL of their own sets `DATABASE_URL` and never meets this module.
 */
export { startEmbeddedPostgres } from './start-embedded-postgres.ts'
export type { EmbeddedPostgres, EmbeddedPostgresOptions, PostgresConnection } from './start-embedded-postgres.ts'
export { currentMajor, formerMajor, type PostgresMajor } from './binaries.ts'
export { findMajor } from './cluster.ts'
export { isInUse } from './postmaster.ts'
export { keptFolder, leftovers, swapUpgraded, upgradingFolder } from './upgraded-folders.ts'
export { EmbeddedPostgresError } from './embedded-postgres-error.ts'
