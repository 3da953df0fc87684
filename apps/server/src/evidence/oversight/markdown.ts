import type { OversightDocumentText } from '@getuige/contract'

/** The document as CommonMark with tables. Words of others are text there, whatever signs they hold. */
export function toMarkdown({ title, facts, sections }: OversightDocumentText): string {
  const lines = [`# ${escape(title)}`, '', ...facts.map(({ name, value }) => `- ${escape(name)}: ${escape(value)}`)]
  for (const { heading, text, table } of sections) {
    lines.push('', `## ${escape(heading)}`, ...text.flatMap((line) => ['', escape(line)]))
    if (table !== null) {
      lines.push(
        '',
        rowOf(table.columns),
        rowOf(
          table.columns.map(() => '---'),
          false,
        ),
        ...table.rows.map((row) => rowOf(row)),
      )
    }
  }
  return `${lines.join('\n')}\n`
}

const rowOf = (cells: readonly string[], isText = true) =>
  `| ${cells.map((cell) => (isText ? escape(cell) : cell)).join(' | ')} |`

/** On one line, with every sign that means something in Markdown or HTML escaped. */
const escape = (text: string) => text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_[\]<>|#&~]/g, '\\$&')
