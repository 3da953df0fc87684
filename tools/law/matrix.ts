import { type Decision, type Law, type MatrixRow, recordingConditions, relations, tabulate } from '@getuige/law'

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

/** The whole matrix of a law as text: a letter for every answer, and what each letter says. Equal rows stand together. */
export function writeMatrix(law: Law): string {
  const { ages, rows } = tabulate(law)
  const answers = new Map<string, string>()
  const letterOf = (decision: Decision): string => {
    const said = describeDecision(decision)
    const letter = answers.get(said) ?? letters[answers.size]
    if (letter === undefined) throw new Error('more answers than letters')
    answers.set(said, letter)
    return letter
  }
  const cellsOf = (row: MatrixRow): string => {
    const groups = relations.map((relation) =>
      ages
        .map((age) =>
          shorten(recordingConditions.map((condition) => letterOf(row.decide(relation, age, condition))).join('')),
        )
        .join(' '),
    )
    return groups.every((each) => each === groups[0]) ? `    in every case: ${groups[0]}` : withNames(groups)
  }
  const sections = [...Map.groupBy(rows, ({ act, purposeId }) => [act, purposeId].filter(Boolean).join(' for '))]
  const body = sections.flatMap(([title, ofSection]) => [
    '',
    title,
    ...[...Map.groupBy(ofSection, cellsOf)].flatMap(([cells, same]) => [
      `  ${same.map(({ role }) => role).join(', ')}`,
      cells,
    ]),
  ])
  const cells = rows.length * relations.length * ages.length * recordingConditions.length
  return [
    `${law.key}: ${cells} answers. Made by npm run law-matrix; a test compares.`,
    '',
    `Of each row: how the person stands to the recording (${relations.join(', ')});`,
    `then a group for each moment (${ages.map(({ name }) => name).join('; ')});`,
    `in each group a letter for each condition (${recordingConditions.join(', ')}), one letter where all are alike.`,
    '',
    ...[...answers].map(([said, letter]) => `${letter}  ${said}`),
    ...body,
    '',
  ].join('\n')
}

function withNames(groups: readonly string[]): string {
  const width = Math.max(...relations.map((name) => name.length))
  return groups.map((cells, at) => `    ${(relations[at] ?? '').padEnd(width)}  ${cells}`).join('\n')
}

const shorten = (cells: string): string => (new Set(cells).size === 1 ? cells.slice(0, 1) : cells)

function describeDecision(decision: Decision): string {
  const under = decision.rules.length === 0 ? '' : ` under ${decision.rules.join(', ')}`
  if (decision.allowed) return `allowed${under}`
  const granting = decision.granting.map(({ by, how }) => `${how} by ${by.join(' or ')}`)
  return `refused, ${decision.because}${under}${granting.length === 0 ? '' : `; could be granted: ${granting.join('; ')}`}`
}
