import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'

/** The folder of this checkout. */
export const root: string = resolve(import.meta.dirname, '..')

/** How a program ended, and all it said, in the order it said it. */
export type Outcome = Readonly<{ exitCode: number; output: string }>

/** Run a program to its end in the root. A program that cannot be started fails as one that ran and failed. */
export async function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  try {
    const [code] = (await once(child, 'close')) as [number | null]
    return { exitCode: code ?? 1, output }
  } catch (error) {
    return { exitCode: 1, output: `${command}: ${error instanceof Error ? error.message : String(error)}\n` }
  }
}

/** Run a script with the Node that runs this one. */
export function runNode(script: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  return run(process.execPath, [join(root, script), ...args], env)
}
