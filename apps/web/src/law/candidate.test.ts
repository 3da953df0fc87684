import type { LawDescription } from '@getuige/contract'
import { expect, test } from 'vitest'
import { draftOf, settingsOf } from './candidate.ts'

const pack = {
  settings: [
    { name: 'keepFor', value: { days: 30 }, ofPack: { days: 30 } },
    { name: 'logRetention', value: { months: 60 }, ofPack: { months: 60 } },
    { name: 'warnings', value: 1, ofPack: 1 },
  ],
  purposes: [
    { id: 'report', isOptional: false },
    { id: 'training', isOptional: true },
  ],
} as unknown as LawDescription
const asPack = draftOf(pack)

test.each([
  ['nothing was changed', asPack, [], {}],
  ['a period was', { ...asPack, keepFor: { amount: '45', unit: 'days' } }, [], { keepFor: { days: 45 } }],
  ['a unit was', { ...asPack, keepFor: { amount: '12', unit: 'months' } }, [], { keepFor: { months: 12 } }],
  ['a number was', { ...asPack, warnings: { amount: '2', unit: 'days' } }, [], { warnings: 2 }],
  ['an optional purpose was chosen', asPack, ['training', 'report'], { purposes: ['training'] }],
  ['a field is empty', { ...asPack, warnings: { amount: '', unit: 'days' } }, [], null],
  ['a field is no whole number', { ...asPack, keepFor: { amount: '1.5', unit: 'days' } }, [], null],
] as const)('the server is asked for what differs from the pack: %s', (_case, draft, purposes, settings) => {
  expect(settingsOf(pack, draft, purposes)).toEqual(settings)
})
