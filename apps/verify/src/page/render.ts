import type { Language } from '@getuige/base'
import type { Report } from '../check-package.ts'
import type { Finding } from '../finding.ts'
import { safe, tellFacts, tellProblem } from '../tell.ts'
import { checkWords, statusWords, verdictWords } from '../words.ts'
import { pageWords } from './page-words.ts'

const marks = { ok: '✓', broken: '✗', 'not-checked': '–' } as const
const verdictMarks = { intact: '✓', altered: '✗', 'not-checked': '–' } as const

/** An element with text, or with children, in which text is never read as markup. */
export function element(
  tag: string,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly (Node | string)[]
): HTMLElement {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.append(...children)
  return made
}

/** The verdict, the checks in their order, and what the package says of itself. */
export function renderReport(report: Report, fileName: string, language: Language): HTMLElement[] {
  const { findings, signer, verdict } = report
  const say = (word: keyof typeof pageWords) => pageWords[word][language]
  const hint =
    verdict === 'intact'
      ? `${say('intactHint')}${signer?.established === true ? '' : ` ${say('notEstablishedHint')}`}`
      : say('alteredHint')
  return [
    element(
      'div',
      { class: `verdict is-${verdict}` },
      element('span', { class: 'mark', 'aria-hidden': 'true' }, verdictMarks[verdict]),
      element('h2', { id: 'verdict', tabindex: '-1' }, verdictWords[verdict][language]),
      element('p', { class: 'file' }, safe(fileName)),
      element('p', {}, hint),
    ),
    element(
      'div',
      { class: 'panel' },
      element('h2', { id: 'checks-title' }, say('checks')),
      element(
        'ol',
        { class: 'checks', 'aria-labelledby': 'checks-title' },
        ...findings.map((finding) => renderFinding(finding, language)),
      ),
    ),
    element('div', { class: 'panel' }, element('h2', {}, say('facts')), renderFacts(report, language)),
  ]
}

function renderFinding({ check, problems, status }: Finding, language: Language): HTMLElement {
  const told = problems.map((problem) => element('li', {}, tellProblem(problem, language)))
  return element(
    'li',
    { class: `is-${status}`, 'data-check': check, 'data-status': status },
    element('span', { class: 'mark', 'aria-hidden': 'true' }, marks[status]),
    element('span', {}, checkWords[check][language]),
    element('span', { class: 'status' }, statusWords[status][language]),
    ...(told.length === 0 ? [] : [element('ul', {}, ...told)]),
  )
}

function renderFacts(report: Report, language: Language): HTMLElement {
  return element(
    'dl',
    { class: 'facts' },
    ...tellFacts(report, language).flatMap(([name, value]) => [
      element('dt', {}, name),
      element('dd', /^[0-9a-f]{64}$|\+[0-9a-f]{8}\+/.test(value) ? { class: 'code' } : {}, value),
    ]),
  )
}
