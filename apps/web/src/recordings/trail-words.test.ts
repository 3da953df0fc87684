import { trailEntryTypes } from '@getuige/contract'
import { expect, test } from 'vitest'
import english from '../messages/recordings.en.json' with { type: 'json' }
import { describeEntry } from './trail-words.ts'

test.each(trailEntryTypes)('an entry of type %s has words even when it carries no details', (type) => {
  const { key } = describeEntry({ type, details: {} })
  expect(Object.keys(english)).toContain(key.replace('recordings.', ''))
})

test('a viewing says what for, and why', () => {
  const details = { purpose: 'report', reference: 'PL1500 2023123456-1', reason: 'Writing the report' }
  expect(describeEntry({ type: 'viewing-started', details })).toEqual({
    key: 'recordings.trail.viewing-started',
    purpose: 'report',
    reason: 'Writing the report',
  })
})

test('a hold names what it is for', () => {
  const details = { kind: 'complaint', number: 'K-2026-7', reason: 'Complaint received' }
  expect(describeEntry({ type: 'hold-placed', details }).heldFor).toEqual({ kind: 'complaint', number: 'K-2026-7' })
})

test('a hold of a kind not known here is still told, without the number it is for', () => {
  const details = { kind: 'judicial-order', number: '7' }
  expect(describeEntry({ type: 'hold-lifted', details })).toEqual({
    key: 'recordings.trailPlain.hold-lifted',
    reason: null,
  })
})

test('an activation record entered again is a correction', () => {
  const entry = { type: 'activation-completed', details: {} } as const
  expect(describeEntry(entry).key).toBe('recordings.trail.activation-completed')
  expect(describeEntry(entry, true).key).toBe('recordings.trail.activation-corrected')
})

test('a blank reason is no reason', () => {
  expect(describeEntry({ type: 'recording-received', details: { reason: ' ' } }).reason).toBeNull()
})
