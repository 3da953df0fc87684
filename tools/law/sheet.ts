import type { Period, Role, Words } from '@getuige/base'
import {
  actNames,
  type ActName,
  type Adjustable,
  approvedActs,
  type Age,
  corpsActNames,
  type Decision,
  type Law,
  type LawRule,
  type Matrix,
  type MatrixRow,
  purposefulActNames,
  type RecordingCondition,
  type Relation,
  relations,
  tabulate,
} from '@getuige/law'

/** What somebody of the project wrote about a rule by its id: our reading, open questions, code and tests. */
export type Readings = ReadonlyMap<string, string>

/** A law as a page that a jurist can read: its values, its rules, and who may do what as the decisions answer it. */
export function writeSheet(law: Law, readings: Readings): string {
  const matrix = tabulate(law)
  return [
    `# ${law.label.en}`,
    `Pack \`${law.id}\`, version ${law.version}, counted from ${law.since}${basedOn(law)}. Days are counted in ${law.timeZone}. **Status: ${law.status === 'draft' ? 'draft, to be confirmed by a jurist' : 'confirmed'}.** Nothing here is legal advice.`,
    'This page is made from the pack by `npm run law-matrix`: the tables by asking the very decisions that the software takes, the readings from [readings](readings). A test fails when the page and the software part. The whole matrix, every answer of it, is in [matrix/' +
      `${law.id}.txt](matrix/${law.id}.txt).`,
    'Confidence: **H** the statute or an official or municipal text was seen; **M** serious secondary text; **L** recalled or inferred, or our own choice.',
    '## Values',
    writeValues(law),
    '## Lists',
    writeLists(law),
    '## Purposes',
    writePurposes(law),
    '## Who may do what to a recording',
    '_All_: every recording of the corps. _Own_: those the person wore. _On file_: those assigned to the person, for the purpose of the assignment. Whoever may not know of a recording is told that there is none.',
    writeActs(matrix),
    '## For which purpose, and until when',
    'Each cell says what opens the recording at that moment: nothing more than the role, a _file_ (it was assigned to the person for that purpose), a _decision_ of the prosecutor on that very recording, or _no_.',
    ...purposefulActNames.map((act) => writeAges(act, matrix)),
    writeGlass(law, matrix),
    '## What stands in the way in the recording itself',
    'Asked of somebody whose role and purpose suffice.',
    writeConditions(matrix),
    '## Who can grant what is refused',
    'Every refusal of the matrix that somebody could turn, and how: by doing it in that _role_, by an _assignment_, a _mandate_ (the decision of a prosecutor) or in an _emergency_.',
    writeGranting(matrix),
    '## What people do in the corps',
    table(
      ['act', 'roles', 'rule'],
      corpsActNames.map((act) => [act, names(law.corpsActs[act].roles), law.corpsActs[act].ruleId]),
    ),
    '## What a second person approves',
    'Never the one who asked.',
    table(
      ['act', 'who approves', 'lapses after', 'rule'],
      approvedActs.map((act) => {
        const { roles, expiresAfter, ruleId } = law.approvals[act]
        return [act, names(roles), writePeriod(expiresAfter), ruleId]
      }),
    ),
    '## The rules',
    ...law.rules.map((rule) => writeRule(rule, readings.get(rule.id))),
    '',
  ].join('\n\n')
}

const basedOn = ({ basedOn: base }: Law): string =>
  base === null ? '' : `, a profile of [\`${base}\`](${base}.md) and within its bounds`

function writeValues(law: Law): string {
  const { warnings, preRecordSeconds } = law.activation
  const bounds = <T>(what: string, is: Adjustable<T>, write: (value: T) => string) => [
    what,
    write(is.value),
    write(is.least) === write(is.most) ? 'fixed' : `${write(is.least)} to ${write(is.most)}`,
    ...citation(law, is.ruleId),
  ]
  return table(
    ['value', 'is', 'a corps may set', 'rule', 'source', 'confidence'],
    [
      bounds('recordings are kept for', law.retention.keepFor, writePeriod),
      bounds('oral warnings', warnings, String),
      bounds('pre-record, in seconds', preRecordSeconds, String),
      bounds('a viewing ends after idle minutes', law.viewingIdleMinutes, String),
      bounds('the log keeps its words for', law.logRetention, writePeriod),
      [
        'a broken glass opens for',
        `${law.emergency.opensForHours} hours`,
        'fixed',
        ...citation(law, law.emergency.ruleId),
      ],
      [
        'and is justified within',
        `${law.emergency.justifyWithinHours} hours`,
        'fixed',
        ...citation(law, law.emergency.ruleId),
      ],
    ],
  )
}

function citation(law: Law, ruleId: string): readonly string[] {
  const rule = law.rules.find(({ id }) => id === ruleId)
  return [ruleId, [rule?.source.en, rule?.article].filter(Boolean).join(', '), rule?.confidence ?? '']
}

function writeLists({ activation, holdKinds }: Law): string {
  const row = (what: string, ruleId: string) => (each: Readonly<{ id: string; label: Words }>) => [
    what,
    `\`${each.id}\``,
    ...inLanguages(each.label),
    ruleId,
  ]
  return table(
    ['list', 'id', 'nl', 'fr', 'de', 'en', 'rule'],
    [
      ...activation.triggers.map(row('trigger', activation.triggersRuleId)),
      ...activation.exceptions.map(row('exception from warning', activation.exceptionsRuleId)),
      ...holdKinds.map((kind) => row('hold', kind.ruleId)(kind)),
    ],
  )
}

function writePurposes({ purposes, settings }: Law): string {
  const window = (purpose: (typeof purposes)[number]) => {
    if (purpose.window === null) return 'as long as it is kept'
    const { within, noLongerThan, afterwards, ruleId } = purpose.window
    const shorter = noLongerThan === null ? '' : `, and no longer than ${writePeriod(noLongerThan)}`
    const then = afterwards === 'closed' ? 'closed' : 'by a decision of the prosecutor'
    return `${writePeriod(within)}${shorter}; then ${then} (${ruleId})`
  }
  return table(
    ['purpose', 'nl / fr / de / en', 'legal basis', 'number asked', 'open for', 'rule'],
    purposes.map((purpose) => [
      `\`${purpose.id}\`${settings.purposes?.includes(purpose.id) === true ? ' (where the corps chose it)' : ''}`,
      inLanguages(purpose.label).join(' / '),
      purpose.legalBasis.en,
      purpose.asksReference
        ? purpose.referencePattern === null
          ? 'yes'
          : `yes, matching \`${purpose.referencePattern}\`; another is told, not refused`
        : 'no',
      window(purpose),
      purpose.ruleId,
    ]),
  )
}

/** The widest that a role ever reaches, on the day of recording. */
function writeActs({ ages, rows }: Matrix): string {
  const [fresh] = ages
  const byRole = Map.groupBy(rows, ({ role }) => role)
  const reachOf = (row: MatrixRow): string => {
    if (fresh === undefined) return ''
    const opens = (relation: Relation) => row.decide(relation, fresh, 'held').allowed
    return opens('none') ? 'all' : opens('wore') ? 'own' : opens('file') ? 'on file' : ''
  }
  const widest = (ofAct: readonly MatrixRow[]) =>
    ['all', 'own', 'on file'].find((reach) => ofAct.map(reachOf).includes(reach)) ?? '–'
  return table(
    ['', ...actNames],
    [...byRole].map(([role, ofRole]) => [
      role,
      ...actNames.map((act) => widest(ofRole.filter((row) => row.act === act))),
    ]),
  )
}

function writeAges(act: ActName, { ages, rows }: Matrix): string {
  const cell = (row: MatrixRow, age: Age): string => {
    const opens = (relation: Relation) => row.decide(relation, age, 'viewable').allowed
    if (opens('none')) return 'yes'
    if (opens('file')) return 'file'
    if (opens('mandate')) return 'decision'
    if (opens('file+mandate')) return 'file and decision'
    const decision = row.decide('file+mandate', age, 'viewable')
    return decision.allowed ? '' : `no: ${decision.because} (${decision.rules.join(', ')})`
  }
  const [fresh] = ages
  const able = rows.filter((row) => row.act === act && fresh !== undefined && /^(yes|file)/.test(cell(row, fresh)))
  return [
    `### ${act}`,
    table(
      ['purpose', 'role', ...ages.map(({ name }) => name)],
      able.map((row) => [`\`${row.purposeId}\``, row.role, ...ages.map((age) => cell(row, age))]),
    ),
  ].join('\n\n')
}

function writeGlass(law: Law, { ages, rows }: Matrix): string {
  const last = ages.at(-1)
  const opened = rows.filter(
    (row) => last !== undefined && row.decide('glass', last, 'viewable').allowed && row.act === 'view',
  )
  const who = new Set(opened.map(({ role }) => role))
  return `In danger to life ${names([...who])} may break the glass: \`view\` alone then opens, for every purpose and at every age, for ${law.emergency.opensForHours} hours (${law.emergency.ruleId}).`
}

const someConditions: readonly Readonly<{ condition: RecordingCondition; words: string }>[] = [
  { condition: 'not-probed', words: 'received, not probed yet' },
  { condition: 'viewable', words: 'viewable' },
  { condition: 'undecodable', words: 'cannot be decoded' },
  { condition: 'held', words: 'held' },
  { condition: 'erasing', words: 'being erased' },
  { condition: 'erased', words: 'erased' },
]

function writeConditions({ ages, rows }: Matrix): string {
  const [fresh] = ages
  const answer = (act: ActName, condition: RecordingCondition): string => {
    const decisions = rows
      .filter((row) => row.act === act)
      .flatMap((row): Decision[] =>
        fresh === undefined
          ? []
          : (['none', 'wore', 'file'] as const).map((relation) => row.decide(relation, fresh, condition)),
      )
    if (decisions.some(({ allowed }) => allowed)) return 'yes'
    const stateReasons = decisions.flatMap((each) => (!each.allowed && each.rules.length === 0 ? [each.because] : []))
    return stateReasons[0] ?? 'nobody'
  }
  return table(
    ['', ...actNames],
    someConditions.map(({ condition, words }) => [words, ...actNames.map((act) => answer(act, condition))]),
  )
}

function writeGranting({ ages, rows }: Matrix): string {
  const turned = rows.flatMap((row) =>
    ages.flatMap((age) =>
      relations.flatMap((relation) => {
        const decision = row.decide(relation, age, 'held')
        if (decision.allowed || decision.granting.length === 0) return []
        const how = decision.granting.map((each) => `${each.how}: ${names(each.by)}`).join('; ')
        return [{ act: row.act, because: decision.because, rules: decision.rules, how }]
      }),
    ),
  )
  const alike = Map.groupBy(turned, ({ because, how }) => `${because} ${how}`)
  const distinct = (values: readonly string[]) => [...new Set(values)].join(', ')
  return table(
    ['refused because', 'acts', 'rules', 'could be granted'],
    [...alike.values()].map((same) => [
      same[0]?.because ?? '',
      distinct(same.map(({ act }) => act)),
      distinct(same.flatMap(({ rules }) => rules)),
      same[0]?.how ?? '',
    ]),
  )
}

function writeRule(rule: LawRule, reading: string | undefined): string {
  return [
    `### ${rule.id}`,
    `> ${rule.label.en}`,
    ['nl', 'fr', 'de'].map((language) => `- ${language}: ${rule.label[language as keyof Words]}`).join('\n'),
    `Source: ${rule.source.en}${rule.article === null ? '' : `, ${rule.article}`}. Since ${rule.since}. **Confidence ${rule.confidence}.**${rule.isInformative ? ' Told, not enforced: no value rests on it.' : ''}`,
    ...(reading === undefined ? [] : [reading]),
  ].join('\n\n')
}

function writePeriod({ days = 0, months = 0 }: Period): string {
  const said = [
    months === 0 ? '' : `${months} month${months === 1 ? '' : 's'}`,
    days === 0 ? '' : `${days} day${days === 1 ? '' : 's'}`,
  ]
  return said.filter(Boolean).join(' and ') || 'none'
}

const inLanguages = (words: Words): readonly string[] => [words.nl, words.fr, words.de, words.en]
const names = (roles: readonly Role[]): string => (roles.length === 0 ? 'nobody' : roles.join(', '))

/** Laid out as the formatter does. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows].map((cells) => cells.map((cell) => cell.replaceAll('|', String.raw`\|`)))
  const widths = head.map((_name, at) => Math.max(3, ...all.map((cells) => cells[at]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, at) => (cells[at] ?? '').padEnd(width)).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  const [first = [], ...others] = all
  return [line(first), rule, ...others.map(line)].join('\n')
}
