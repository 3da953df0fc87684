import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { languages } from '@getuige/base'
import type { Language } from '@getuige/base'
import { parseVkey, parseWitnessVkey, ProofError } from '@getuige/proof'
import { safe } from '../tell.ts'
import { statusWords, verdictWords } from '../words.ts'
import { checkLog } from './check-log.ts'
import type { LogFinding, LogProblem, LogReport } from './check-log.ts'
import { logCheckWords, logProblemWords, logWords } from './log-words.ts'
import { openSource } from './source.ts'

type Output = Readonly<{ write: (line: string) => void; complain: (line: string) => void }>

/** Exit codes are part of the contract: 0 intact, 1 altered or incomplete, 2 could not check. */
export async function runLogCheck(args: readonly string[], output: Output): Promise<0 | 1 | 2> {
  const order = readOrder(args)
  if (order === undefined) {
    output.complain(logWords.usage.en)
    return 2
  }
  const { place, key, witnesses, sinceFiles, language, withEntries, asJson } = order
  if (order.isHelp) {
    output.write(logWords.usage[language])
    return 0
  }
  const wrongKey = [key === undefined || isKey(parseVkey, key) ? undefined : key, ...witnesses.filter(isNoWitness)]
  for (const wrong of wrongKey.filter((text) => text !== undefined)) {
    output.complain(`${wrong} ${logWords.badKey[language]}`)
    return 2
  }
  const since: { name: string; note: string }[] = []
  for (const name of sinceFiles) {
    const note = await readFile(name, 'utf8').catch(() => undefined)
    if (note === undefined) {
      output.complain(`${name} ${logWords.cannotRead[language]}`)
      return 2
    }
    since.push({ name, note })
  }
  const report = await checkLog({ source: openSource(place), key, witnesses, since, withEntries })
  const lines = asJson ? [JSON.stringify({ place, ...report }, null, 2)] : linesOf(report, language)
  for (const line of lines) output.write(line)
  return report.verdict === 'intact' ? 0 : report.verdict === 'altered' ? 1 : 2
}

type Order = Readonly<{
  place: string
  key: string | undefined
  witnesses: readonly string[]
  sinceFiles: readonly string[]
  language: Language
  withEntries: boolean
  asJson: boolean
  isHelp: boolean
}>

function readOrder(args: readonly string[]): Order | undefined {
  const options = {
    key: { type: 'string' },
    witness: { type: 'string', multiple: true },
    since: { type: 'string', multiple: true },
    entries: { type: 'boolean', default: true },
    lang: { type: 'string', default: 'en' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  } as const
  try {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, allowNegative: true, options })
    const language = languages.find((known) => known === values.lang)
    const [place = ''] = positionals
    if (language === undefined || (positionals.length !== 1 && !values.help)) return undefined
    const {
      key,
      witness: witnesses = [],
      since: sinceFiles = [],
      entries: withEntries,
      json: asJson,
      help: isHelp,
    } = values
    return { place, key, witnesses, sinceFiles, language, withEntries, asJson, isHelp }
  } catch {
    return undefined // an option that does not exist
  }
}

function linesOf({ findings, log, cosignatures, verdict }: LogReport, language: Language): string[] {
  const width = Math.max(...Object.values(statusWords).map((words) => words[language].length)) + 2
  const known =
    log === null ? [] : [`${logWords.log[language]}: ${safe(log.origin)}, ${log.size} ${logWords.entries[language]}`]
  const cosigned = cosignatures.map(
    ({ witness, size, at }) =>
      `${logWords.cosigned[language]} ${witness}: ${size} ${logWords.entries[language]}, ${at}`,
  )
  return [
    ...findings.flatMap((finding) => linesOfFinding(finding, language, width)),
    '',
    ...(log === null ? [] : [...known, ...cosigned, '']),
    verdictWords[verdict][language],
  ]
}

/** One line; problems follow, indented, and the reason for what was not checked stands in it. */
function linesOfFinding({ check, status, problems }: LogFinding, language: Language, width: number): string[] {
  const line = statusWords[status][language].padEnd(width) + logCheckWords[check][language]
  const [first] = problems
  if (status === 'not-checked' && first !== undefined) return [`${line} (${tell(first, language)})`]
  return [line, ...problems.map((problem) => `${' '.repeat(width)}  ${tell(problem, language)}`)]
}

function tell({ code, subject }: LogProblem, language: Language): string {
  const words = logProblemWords[code][language]
  if (code === 'and-more') return `${subject} ${words}`
  return subject === '' ? words : `${safe(subject)}: ${words}`
}

const isNoWitness = (vkey: string): boolean => !isKey(parseWitnessVkey, vkey)

function isKey(parse: (vkey: string) => unknown, vkey: string): boolean {
  try {
    parse(vkey)
    return true
  } catch (error) {
    if (error instanceof ProofError) return false
    throw error
  }
}
