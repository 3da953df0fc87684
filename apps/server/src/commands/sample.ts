import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { ifMissing } from '#platform/files'
import { makeSample } from '../sample/make-sample.ts'

process.exitCode = await run(process.argv.slice(2))

/** `npm run sample -- OUT`. Exit code 0: written; 1: could not; 2: not asked rightly. */
async function run(args: readonly string[]): Promise<0 | 1 | 2> {
  const [given] = args
  if (given === undefined || args.length > 1 || given.startsWith('-')) {
    say('npm run sample -- OUT    write one of each thing that can be checked, and altered ones, to the new folder OUT')
    return given === '--help' || given === '-h' ? 0 : 2
  }
  const out = resolve(given)
  const present = await readdir(out).catch(ifMissing)
  if (present !== undefined && present.length > 0) {
    say(`${out} is not empty: name a folder that is, or is not there yet.`)
    return 2
  }
  const scratch = await mkdtemp(join(tmpdir(), 'getuige-sample-'))
  try {
    await makeSample(out, scratch, say)
    say(`Written to ${out}; README.md there says how to check it.`)
    return 0
  } catch (error) {
    say(`The sample could not be made: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    return 1
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
