import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { languages } from '@getuige/base'
import type { Language } from '@getuige/base'
import { checkPackage } from './check-package.ts'
import type { Report } from './check-package.ts'
import { nodeHashing, openFileSource } from './file-source.ts'
import type { Finding } from './finding.ts'
import { readTrust } from './given-trust.ts'
import { readPackage } from './read-package.ts'
import { safe, tellFacts, tellProblem } from './tell.ts'
import { usageWords } from './usage.ts'
import { checkWords, otherWords, statusWords, verdictWords } from './words.ts'

export type Output = Readonly<{ write: (line: string) => void; complain: (line: string) => void }>
/** `now` only tells whether a certificate has expired since. */
export type Shell = Output & Readonly<{ now: Date }>

/** Exit codes are part of the contract: 0 intact, 1 altered or missing, 2 could not check. */
export async function run(args: readonly string[], shell: Shell): Promise<0 | 1 | 2> {
  const order = readOrder(args)
  if (order === undefined || order.path === undefined) {
    const language = order?.language ?? 'en'
    const isAsked = order?.isHelp ?? false
    ;(isAsked ? shell.write : shell.complain)(usageWords[language])
    return isAsked ? 0 : 2
  }
  const { language, path } = order
  const complain = (what: string, word: keyof typeof otherWords, why = '') => {
    shell.complain(`${safe(what)} ${otherWords[word][language]}${why}`)
    return 2 as const
  }
  const files = { authorities: order.ca, stampAuthorities: order.tsaCa }
  const given = { key: order.key, witnesses: order.witnesses, ...(await readFiles(files)) }
  if (given.unreadable !== undefined)
    return complain(given.unreadable.path, 'cannotRead', `: ${given.unreadable.message}`)
  const trust = await readTrust(given)
  if ('why' in trust) {
    const named = trust.given === 'authorities' || trust.given === 'stampAuthorities' ? files[trust.given] : trust.text
    return complain(named ?? '', trust.why)
  }
  let report: Report
  try {
    await using source = await openFileSource(path)
    const contents = await readPackage(source, nodeHashing)
    if (contents.kind === 'not-a-zip') return complain(path, 'notAZip')
    if (contents.kind === 'sealed') return complain(path, contents.how === 'age' ? 'sealedAge' : 'sealedCms')
    report = await checkPackage(contents, trust, shell.now)
  } catch (error) {
    if (!isSystemError(error)) throw error
    return complain(path, 'cannotRead', `: ${error.message}`)
  }
  const lines = order.asJson ? [JSON.stringify({ package: path, ...report }, null, 2)] : linesOf(report, language)
  for (const line of lines) shell.write(line)
  return report.verdict === 'intact' ? 0 : report.verdict === 'altered' ? 1 : 2
}

function readOrder(args: readonly string[]) {
  const options = {
    ca: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
    json: { type: 'boolean' },
    key: { type: 'string' },
    lang: { type: 'string' },
    'tsa-ca': { type: 'string' },
    witness: { type: 'string', multiple: true },
  } as const
  try {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options })
    const language = languages.find((known) => known === (values.lang ?? 'en'))
    if (positionals.length > 1 || language === undefined) return undefined
    return {
      path: values.help === true ? undefined : positionals[0],
      isHelp: values.help ?? false,
      language,
      key: values.key,
      ca: values.ca,
      tsaCa: values['tsa-ca'],
      witnesses: values.witness,
      asJson: values.json ?? false,
    }
  } catch {
    return undefined // an option that does not exist
  }
}

type Paths = Readonly<{ authorities: string | undefined; stampAuthorities: string | undefined }>

async function readFiles({ authorities, stampAuthorities }: Paths) {
  const read = (path: string | undefined) => (path === undefined ? Promise.resolve(undefined) : readFile(path))
  const paths = [authorities, stampAuthorities]
  const settled = await Promise.allSettled(paths.map(read))
  const failed = settled.findIndex(({ status }) => status === 'rejected')
  const reason: unknown = settled[failed]?.status === 'rejected' ? settled[failed].reason : undefined
  const [first, second] = settled.map((one) => (one.status === 'fulfilled' ? one.value : undefined))
  const unreadable = failed < 0 ? undefined : { path: paths[failed] ?? '', message: messageOf(reason) }
  return { authorities: first, stampAuthorities: second, unreadable }
}

function linesOf(report: Report, language: Language): string[] {
  const width = Math.max(...Object.values(statusWords).map((words) => words[language].length)) + 2
  const facts = tellFacts(report, language).map(([name, value]) => `${name}: ${value}`)
  return [
    ...report.findings.flatMap((finding) => linesOfFinding(finding, language, width)),
    '',
    ...(facts.length === 0 ? [] : [...facts, '']),
    verdictWords[report.verdict][language],
  ]
}

/** One line for the check, and one for each problem, indented. */
function linesOfFinding({ check, status, problems }: Finding, language: Language, width: number): string[] {
  const indent = ' '.repeat(width + 2)
  return [
    statusWords[status][language].padEnd(width) + checkWords[check][language],
    ...problems.map((problem) => indent + tellProblem(problem, language)),
  ]
}

function isSystemError(error: unknown): error is Error {
  return error instanceof Error && ('code' in error || error.message === 'not a file')
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
