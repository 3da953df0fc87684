import { access, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncFolder } from '../files/index.ts'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'
import { formerMajor } from './binaries.ts'

/**
 * [Note: Swapping clusters] A cluster of the new major is made in `X.upgrading` and is nothing until it is renamed to
 * `X.upgraded`: complete, checked, stopped, on disk. Then the old one goes from `X` to `X.17`, and the new one to `X`.
 * A stop anywhere leaves the old cluster at `X`, or no `X` and a complete one at `X.upgraded`, which the next start puts
 * in its place. At no moment is a missing `X` taken for a first start.
 */

/** Where the new cluster is made. */
export const upgradingFolder = (dataFolder: string): string => `${dataFolder}.upgrading`
const upgradedFolder = (dataFolder: string): string => `${dataFolder}.upgraded`
/** Where the old cluster stays until somebody removes it. */
export const keptFolder = (dataFolder: string): string => `${dataFolder}.${formerMajor}`

/** Put the cluster of `upgradingFolder` in the place of the old one. Both are stopped. */
export async function swapUpgraded(dataFolder: string): Promise<void> {
  const move = async (from: string, to: string) => {
    await rename(from, to)
    await syncFolder(dirname(dataFolder))
  }
  await move(upgradingFolder(dataFolder), upgradedFolder(dataFolder))
  await move(dataFolder, keptFolder(dataFolder))
  // As a start at this very moment would.
  await finishUpgrade(dataFolder)
}

/** Finish a swap that was stopped between its renames. */
export async function finishUpgrade(dataFolder: string): Promise<void> {
  if (await isThere(dataFolder)) return
  if (await isThere(upgradedFolder(dataFolder))) {
    await rename(upgradedFolder(dataFolder), dataFolder)
    await syncFolder(dirname(dataFolder))
  } else if (await isThere(keptFolder(dataFolder))) {
    throw new EmbeddedPostgresError(
      `${dataFolder} is missing, and ${keptFolder(dataFolder)} is there: bring back the first, or rename the second to it to go on from before the upgrade.`,
    )
  }
}

export const leftovers = (dataFolder: string): string[] => [upgradingFolder(dataFolder), upgradedFolder(dataFolder)]

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
