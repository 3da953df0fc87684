import { fc, test } from '@fast-check/vitest'
import { addPeriod } from '@getuige/base'
import { findPack, makeLawKey, resolveLaw } from '@getuige/law'
import { expect } from 'vitest'
import { dueAgain, dueUnder } from '#deployments'
import { decideIfLifted, decideNotice, decideRetention } from './rules.ts'

const recordedAt = new Date('2026-10-24T22:30:00Z') // 00:30 in Amsterdam, the night summer time ends
const dueAt = addPeriod(recordedAt, { days: 28 }, 'Europe/Amsterdam')
const facts = { dueAt, ruleId: 'NL-DH-1', holdIds: [], order: null }
const order = { number: '2026/12', ruleId: 'NL-4' }

test.each([
  ['kept until the last millisecond of its 28 days', '2026-11-21T23:29:59.999Z', 'keep'],
  ['due from the first moment after them', '2026-11-21T23:30:00.000Z', 'erase'],
])('a recording is %s', (_case, now, action) => {
  expect(decideRetention(facts, new Date(now)).action).toBe(action)
})

test.prop([fc.date({ min: recordedAt, noInvalidDate: true }), fc.boolean()])(
  'a held recording is never erased, not on an order either',
  (now, isOrdered) => {
    const held = { ...facts, holdIds: ['hold_1'], order: isOrdered ? order : null }
    expect(decideRetention(held, now).action).toBe('keep')
  },
)

test('an order of a court erases within the period, by its own rule; after it the period does', () => {
  const ordered = { ...facts, order }
  expect(decideRetention(ordered, recordedAt)).toEqual({
    action: 'erase',
    because: 'ordered',
    orderNumber: '2026/12',
    ruleId: 'NL-4',
  })
  expect(decideRetention(ordered, dueAt)).toMatchObject({ because: 'period-over', ruleId: 'NL-DH-1' })
})

const nextRunAt = new Date('2026-11-22T02:15:00Z')
test.each([
  ['others keep it', { holds: 3 }, { follows: 'held-by-others', holds: 2 }],
  ['its day is to come', { dueAt: new Date('2026-11-22T02:15:00.001Z') }, { follows: 'erased-on', on: '2026-11-22' }],
  ['its period is over', {}, { follows: 'erased-next-run', at: nextRunAt.toISOString() }],
  [
    'its erasure is ordered',
    { hasOrder: true, dueAt: new Date('2027-01-01') },
    { follows: 'erased-next-run', at: nextRunAt.toISOString() },
  ],
])('what follows when a hold is lifted and %s', (_case, change, then) => {
  const held = { dueAt, dueOn: '2026-11-22', holds: 1, hasOrder: false, ...change }
  expect(decideIfLifted(held, nextRunAt)).toEqual(then)
})

test.each([
  ['2026-12-01', '2026-11-23', null],
  ['2026-11-30', '2026-11-23', 'erasure-within-7-days'],
  ['2026-11-25', '2026-11-23', 'erasure-within-7-days'],
  ['2026-11-24', '2026-11-23', 'erasure-within-1-day'],
  ['2026-11-23', '2026-11-23', 'erasure-within-1-day'],
  ['2026-11-01', '2026-11-23', 'erasure-within-1-day'],
])('of what is due on %s, people with a file are told on %s: %s', (dueOn, today, kind) => {
  expect(decideNotice(dueOn, today)).toBe(kind)
})

const denHaag = findPack('nl-boa-den-haag') ?? expect.fail('no such pack')
const gpi = findPack('be-gpi') ?? expect.fail('no such pack')
const monthly = resolveLaw(makeLawKey(gpi.id, gpi.version, { keepFor: { months: 2 } }))

test.each([
  ['two months from 31 December are 28 February', '2026-12-31T09:00:00Z', '2027-02-28T09:00:00.000Z'],
  ['two months over the beginning of summer time keep the hour', '2026-03-20T23:30:00Z', '2026-05-20T22:30:00.000Z'],
])('%s', (_case, from, until) => {
  expect(dueUnder(monthly, new Date(from)).dueAt.toISOString()).toBe(until)
})

const instants = fc.date({
  min: new Date('2020-01-01T00:00:00Z'),
  max: new Date('2035-01-01T00:00:00Z'),
  noInvalidDate: true,
})
test.prop([instants, instants])(
  'a shorter law never makes a recording due before it was received',
  (made, received) => {
    const law = resolveLaw(makeLawKey(denHaag.id, denHaag.version, {}))
    const receivedAt = new Date(Math.max(made.getTime(), received.getTime()))
    expect(dueAgain(law, made, receivedAt).dueAt > receivedAt).toBe(true)
  },
)
