/**
 * Back-ups of the database and of the keys that outlive every recording: one age file each, made while the server runs,
 * readable with `age`, `tar` and `psql` alone (docs/formats/backup.md). And the way of a database into an empty one.
 */
export type { About } from './layout.ts'
export { backupJobs, type BackupStanding, findBackupStanding } from './nightly.ts'
export { BackupError, type CheckedBackup, checkBackup } from './read-backup.ts'
export { restoreDatabase } from './restore-backup.ts'
export { upgradeCluster } from './upgrade-cluster.ts'
export { type BackupMade, listBackups, writeBackup } from './write-backup.ts'
