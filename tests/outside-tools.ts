import { accessSync, appendFileSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Tools of others that some checks need and a machine may lack. CI has them all and demands them. */

/** The path of a program on `PATH`; undefined when this machine lacks it. */
export function findTool(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  return folders.map((folder) => join(folder, name)).find(isExecutable)
}

/** Say that a check did not run because a tool is absent. Throws instead where `GETUIGE_TOOLS_REQUIRED` is 1. */
export function reportMissingTool(name: string, notChecked: string): void {
  if (process.env['GETUIGE_TOOLS_REQUIRED'] === '1') throw new Error(`${name} is not installed: ${notChecked}`)
  report({ notChecked: `${notChecked} (${name} is not installed)`, isNeeded: true })
}

/** Say that a check did not run for want of something that nobody needs to have: told at the end, and no failure. */
export function reportNotRun(notChecked: string): void {
  report({ notChecked, isNeeded: false })
}

/** A line of JSON in the file that `GETUIGE_MISSING_TOOLS` names, which the closing lines of `npm test` repeat. */
function report(missing: Readonly<{ notChecked: string; isNeeded: boolean }>): void {
  const file = process.env['GETUIGE_MISSING_TOOLS']
  if (file !== undefined && file !== '') appendFileSync(file, `${JSON.stringify(missing)}\n`)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
