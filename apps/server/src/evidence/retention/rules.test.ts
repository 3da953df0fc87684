import { fc, test } from '@fast-check/vitest'
import { addPeriod } from '@getuige/base'
import { expect } from 'vitest'
import { decideRetention } from './rules.ts'

const recordedAt = new Date('2026-10-24T22:30:00Z') // 00:30 in Amsterdam, the night summer time ends
const dueAt = addPeriod(recordedAt, { days: 28 }, 'Europe/Amsterdam')
const facts = { dueAt, ruleId: 'NL-DH-1', holdIds: [] }

test.each([
  ['kept until the last millisecond of its 28 days', '2026-11-21T23:29:59.999Z', 'keep'],
  ['due from the first moment after them', '2026-11-21T23:30:00.000Z', 'erase'],
])('a recording is %s', (_case, now, action) => {
  expect(decideRetention(facts, new Date(now)).action).toBe(action)
})

test.prop([fc.date({ min: recordedAt, noInvalidDate: true })])('a held recording is never erased', (now) => {
  expect(decideRetention({ ...facts, holdIds: ['hold_1'] }, now).action).toBe('keep')
})
