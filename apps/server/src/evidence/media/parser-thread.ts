import { Worker } from 'node:worker_threads'

/**
 * A thread that parses bytes nobody vouches for: it sees nothing of the environment, says nothing to the log, and ends
 * when its heap outgrows `heapMb`. Whoever starts it ends it.
 */
export function startParserThread(file: URL, heapMb = 256): Worker {
  return new Worker(file, {
    env: {},
    execArgv: [],
    stdout: true, // kept from ours: what a parser thinks of a file is no matter for the log
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  })
}
