import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { measureAccessLog } from './access-log.ts'
import { measureActsPerSecond } from './acts.ts'
import { measureDecision, measureDecisionOnRows } from './decision.ts'
import { measureErasure } from './erase.ts'
import { measureExport } from './export.ts'
import type { Measured } from './figures.ts'
import { measureIngest } from './ingest.ts'
import { measureList } from './list.ts'
import { measureLog } from './log.ts'
import { measurePlayback } from './media.ts'
import { measureRange } from './range.ts'
import { measureSearch } from './search.ts'
import { measureSimulation } from './simulation.ts'
import { measureSoak } from './soak.ts'
import { measureStart } from './start.ts'

const usage = `npm run bench [NAME…] [-- OPTIONS]
  NAME            ingest, range, playback, acts, access-log, log, list, search, simulation, export, erase, decision, decision-on-rows, start;
                  all of them when none is given; soak, which is asked for by name
  --json          one JSON object instead of a table
  --rounds N      rounds that count, the median of which is told (3)
  --minutes N     length of the recording of playback (60)
  --size-mib N    size of the recording of ingest, range and export (1024, 256, 4711)
  --eight-mib N   size of each of the eight recordings received at once (256)
  --entries N     how many fsck reads, and are searched (1000000)
  --tree N        how many entries the tree of the proofs has (10000000)
  --recordings N  how many are erased, or in the register that is listed (100000, 1000000)
  --folder DIR    where the register of search is made, and stays to be asked again; --rounds 0 only makes it
  --only TEXT     the questions of search whose names have it
  --decisions N   how many are taken (1000000)
  --kills N       how often soak kills the server (20)
  --profile DIR   write CPU profiles of the server there`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    minutes: { type: 'string', default: '60' },
    'size-mib': { type: 'string' },
    'eight-mib': { type: 'string', default: '256' },
    entries: { type: 'string', default: '1000000' },
    tree: { type: 'string', default: '10000000' },
    recordings: { type: 'string' },
    folder: { type: 'string' },
    only: { type: 'string' },
    decisions: { type: 'string', default: '1000000' },
    kills: { type: 'string', default: '20' },
    profile: { type: 'string' },
  },
})
const rounds = Number(values.rounds)
const { profile } = values

const measures: Readonly<Record<string, () => Promise<Measured>>> = {
  ingest: () =>
    measureIngest({
      rounds,
      sizeMiB: Number(values['size-mib'] ?? 1024),
      eachOfEightMiB: Number(values['eight-mib']),
      profile,
    }),
  range: () => measureRange({ reads: rounds * 200, sizeMiB: Number(values['size-mib'] ?? 256), profile }),
  playback: () => measurePlayback({ minutes: Number(values.minutes), rounds: rounds * 10, watchMs: 60_000, profile }),
  acts: () => measureActsPerSecond({ rounds, roundMs: 3000, profile }),
  'access-log': () => measureAccessLog({ entries: Number(values.entries), searches: rounds * 15 }),
  log: () => measureLog({ entries: Number(values.entries), treeSize: Number(values.tree), proofs: rounds * 500 }),
  list: () => measureList({ recordings: Number(values.recordings ?? 1_000_000), lists: rounds * 20 }),
  search: () =>
    measureSearch({
      recordings: Number(values.recordings ?? 1_000_000),
      searches: rounds * 8,
      folder: values.folder,
      only: values.only,
    }),
  simulation: () => measureSimulation({ recordings: Number(values.recordings ?? 1_000_000), rounds }),
  export: () => measureExport({ rounds, sizeMiB: Number(values['size-mib'] ?? 4711), profile }),
  erase: () => measureErasure({ recordings: Number(values.recordings ?? 100_000), profile }),
  decision: () => Promise.resolve(measureDecision({ decisions: Number(values.decisions) })),
  'decision-on-rows': () => measureDecisionOnRows({ decisions: rounds * 200 }),
  soak: () => measureSoak({ kills: Number(values.kills) }),
  start: () => measureStart({ rounds: Math.max(rounds, 3) }),
}
const names = positionals.length > 0 ? positionals : Object.keys(measures).filter((name) => name !== 'soak')
process.exitCode = await run()

/** Exit codes: 0 measured, whether or not an aim is met; 1 a measure broke; 2 called wrongly. */
async function run(): Promise<0 | 1 | 2> {
  if (values.help || names.some((name) => measures[name] === undefined)) {
    console.log(usage)
    return values.help ? 0 : 2
  }
  const measured: Measured[] = []
  for (const name of names) {
    if (!values.json) console.log(`\n${name}`)
    const one = await measures[name]?.()
    if (one === undefined) continue
    measured.push(one)
    if (!values.json) print(one)
  }
  const machine = { cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30), node: process.version }
  if (values.json) console.log(JSON.stringify({ machine, measured }))
  return 0
}

function print({ verdicts, figures }: Measured): void {
  for (const { what, measured, unit, aim, isMet } of verdicts) {
    const verdict = isMet === null ? '' : `aim ${aim}: ${isMet ? 'met' : 'missed'}`
    console.log(`  ${what.padEnd(63)} ${`${measured} ${unit}`.padEnd(18)}${verdict}`.trimEnd())
  }
  const said = Object.entries(figures).map(([name, value]) => `${name} ${value}`)
  console.log(`  (${said.join(', ')})`)
}
