import { expect, test } from 'vitest'
import { findPack, type LawKey, makeLawKey } from '@getuige/law'
import { type Activation, decideActivation, decideAdoption } from './rules.ts'

const denHaag = findPack('nl-boa-den-haag') ?? expect.fail('no such pack')
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
  expect(decideActivation({ ...warned, ...change }, denHaag.activation, endedAt)).toEqual(expected)
})

const winterswijk = { id: 'nl-boa-winterswijk', key: 'nl-boa-winterswijk@1' as LawKey }
const shorter = { id: denHaag.id, key: makeLawKey(denHaag.id, 1, {}) }
const now = at('12:00:00')

test.each([
  ['a law from now on', { law: winterswijk, from: now }, null],
  ['a law that begins before now', { law: winterswijk, from: at('11:59:59') }, 'in-the-past'],
  ['the law that is in force', { law: shorter, from: now }, 'already-in-force'],
  ['another pack for what is here already', { law: winterswijk, from: now, alsoExisting: true }, 'not-for-existing'],
  [
    'another setting for what is here already',
    { law: { ...shorter, key: 'nl-boa-den-haag@2' as LawKey }, from: now, alsoExisting: true },
    null,
  ],
] as const)('%s', (_case, change, expected) => {
  expect(decideAdoption({ before: shorter, now, alsoExisting: false, ...change })).toBe(expected)
})
