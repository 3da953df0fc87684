import { expect, test } from 'vitest'
import { nlBoaDenHaag } from './nl-boa-den-haag.ts'
import { requireRule } from './law-pack.ts'
import { type Activation, decideActivation } from './rules.ts'

const endedAt = new Date('2026-11-22T14:05:00Z')
const at = (time: string) => new Date(`2026-11-22T${time}Z`)
const warned: Activation = {
  firstWarningAt: at('14:02:11'),
  secondWarningAt: at('14:02:31'),
  exception: null,
  trigger: 'threat',
}

test.each([
  ['two warnings in order are enough', {}, { standing: 'warned' }],
  ['one warning is not enough', { secondWarningAt: null }, { refused: 'incomplete' }],
  [
    'no warning and no exception is not enough',
    { firstWarningAt: null, secondWarningAt: null },
    { refused: 'incomplete' },
  ],
  [
    'a named exception explains a missing warning',
    { secondWarningAt: null, exception: 'immediate-danger' },
    { standing: 'exception' },
  ],
  ['an exception of no pack is refused', { exception: 'did-not-feel-like-it' }, { refused: 'not-in-pack' }],
  ['a trigger of no pack is refused', { trigger: 'boredom' }, { refused: 'not-in-pack' }],
  [
    'the second warning does not come before the first',
    { secondWarningAt: at('14:02:10') },
    { refused: 'times-out-of-order' },
  ],
  ['a second warning needs a first', { firstWarningAt: null }, { refused: 'times-out-of-order' }],
  [
    'a warning after the recording has ended warned nobody',
    { secondWarningAt: at('14:05:01') },
    { refused: 'times-out-of-order' },
  ],
])('%s', (_case, change, expected) => {
  expect(decideActivation({ ...warned, ...change }, nlBoaDenHaag.activation, endedAt)).toEqual(expected)
})

test('every value of the pack names a rule that the pack has, with its source', () => {
  const { retention, activation, access } = nlBoaDenHaag
  const named = [
    retention.ruleId,
    activation.ruleId,
    ...Object.values(access.acts).map(({ rule }) => rule.id),
    ...access.purposes.map(({ rule }) => rule.id),
  ]
  for (const id of named) expect(requireRule(nlBoaDenHaag, id).source.nl).not.toBe('')
})
