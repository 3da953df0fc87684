import { parseArgs } from 'node:util'
import { languages } from '@getuige/base'
import type { Language } from '@getuige/base'
import { parseVkey } from '@getuige/proof'
import { checkPackage } from './check-package.ts'
import type { Finding, Report } from './check-package.ts'
import type { Problem } from './problems.ts'
import { readPackage } from './read-package.ts'
import { checkWords, otherWords, problemWords, statusWords, verdictWords } from './words.ts'

export type Output = Readonly<{ write: (line: string) => void; complain: (line: string) => void }>

/** Exit codes are part of the contract: 0 intact, 1 altered or missing, 2 could not check. */
export async function run(args: readonly string[], output: Output): Promise<0 | 1 | 2> {
  const order = readOrder(args)
  if (order === undefined) {
    output.complain(otherWords.usage.en)
    return 2
  }
  const { path, key, language, asJson } = order
  if (key !== undefined && !isKey(key)) {
    output.complain(otherWords.badKey[language])
    return 2
  }
  const contents = await readPackage(path).catch((error: unknown) => asError(error))
  if (contents instanceof Error) {
    output.complain(`${path} ${otherWords.cannotRead[language]}: ${contents.message}`)
    return 2
  }
  if (contents.kind === 'not-a-zip') {
    output.complain(`${path} ${otherWords.notAZip[language]}`)
    return 2
  }
  const report = checkPackage(contents, key)
  for (const line of asJson ? [JSON.stringify({ package: path, ...report }, null, 2)] : linesOf(report, language)) {
    output.write(line)
  }
  return report.verdict === 'intact' ? 0 : report.verdict === 'altered' ? 1 : 2
}

type Order = Readonly<{ path: string; key: string | undefined; language: Language; asJson: boolean }>

function readOrder(args: readonly string[]): Order | undefined {
  const options = { json: { type: 'boolean' }, key: { type: 'string' }, lang: { type: 'string' } } as const
  try {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options })
    const [path] = positionals
    const language = languages.find((known) => known === (values.lang ?? 'en'))
    if (path === undefined || positionals.length !== 1 || language === undefined) return undefined
    return { path, key: values.key, language, asJson: values.json ?? false }
  } catch {
    return undefined // an option that does not exist
  }
}

function linesOf({ findings, signer, verdict }: Report, language: Language): string[] {
  const width = Math.max(...Object.values(statusWords).map((words) => words[language].length)) + 2
  return [
    ...findings.flatMap((finding) => linesOfFinding(finding, language, width)),
    '',
    ...(signer === null
      ? []
      : [
          `${otherWords.signer[language]}: ${signer.vkey}`,
          `${otherWords.fingerprint[language]}: ${signer.fingerprint}`,
          '',
        ]),
    verdictWords[verdict][language],
  ]
}

/** One line; the first problem stands in it and others follow, indented. */
function linesOfFinding({ check, status, problems }: Finding, language: Language, width: number): string[] {
  const line = statusWords[status][language].padEnd(width) + checkWords[check][language]
  const told = problems.map((problem) => `${' '.repeat(width)}  ${tell(problem, language)}`)
  if (status === 'not-checked' && problems[0] !== undefined) return [`${line} (${tell(problems[0], language)})`]
  return [line, ...told]
}

/** Names come from a file that nobody vouches for: what could steer a terminal is written out. */
function tell({ code, subject }: Problem, language: Language): string {
  const words = problemWords[code][language]
  const safe = subject.replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`)
  return safe === '' ? words : `${safe}: ${words}`
}

function isKey(vkey: string): boolean {
  try {
    parseVkey(vkey)
    return true
  } catch {
    return false
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
