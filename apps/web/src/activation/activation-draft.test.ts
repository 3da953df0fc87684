import { expect, test } from 'vitest'
import { openDraft, readDraft } from './activation-draft.ts'

const context = { recordedAt: new Date('2026-11-20T13:02:40Z'), timeZone: 'Europe/Amsterdam', warningsAsked: 2 }
const complete = { ...openDraft(null, context), trigger: 'threat', effect: 'calmed' } as const

test('two warnings with their times make a record, in the order in which they were given', () => {
  expect(readDraft({ ...complete, first: '14:02:11', second: '14:02:31', note: ' calm again ' }, context)).toEqual({
    record: {
      firstWarningAt: '2026-11-20T13:02:11.000Z',
      secondWarningAt: '2026-11-20T13:02:31.000Z',
      exception: null,
      trigger: 'threat',
      effect: 'calmed',
      note: 'calm again',
    },
  })
})

test('a second warning before the first is refused', () => {
  expect(readDraft({ ...complete, first: '14:02:31', second: '14:02:11' }, context)).toEqual({
    problems: { second: 'activation.timeOrder' },
  })
})

test('a missing time, trigger and effect are each named', () => {
  const draft = { ...complete, second: '', trigger: null, effect: null }
  expect(readDraft(draft, context)).toEqual({
    problems: {
      second: 'activation.timeMissing',
      trigger: 'activation.triggerMissing',
      effect: 'activation.effectMissing',
    },
  })
})

test('an exception stands for the warnings; times proposed for them are not recorded', () => {
  const result = readDraft({ ...complete, how: 'exception', exception: 'immediate-danger' }, context)
  expect(result).toMatchObject({
    record: { firstWarningAt: null, secondWarningAt: null, exception: 'immediate-danger' },
  })
})

test('an exception keeps the first warning that was given before it', () => {
  const draft = {
    ...complete,
    how: 'exception',
    exception: 'immediate-danger',
    firstBeforeException: '14:02:11',
  } as const
  expect(readDraft(draft, context)).toMatchObject({ record: { firstWarningAt: '2026-11-20T13:02:11.000Z' } })
})

test('an exception must be named', () => {
  expect(readDraft({ ...complete, how: 'exception' }, context)).toEqual({
    problems: { exception: 'activation.exceptionMissing' },
  })
})

test('where one warning is asked, no second is recorded', () => {
  expect(readDraft(complete, { ...context, warningsAsked: 1 })).toMatchObject({ record: { secondWarningAt: null } })
})

test('a correction opens with what was recorded, and saves the same when nothing is changed', () => {
  const record = {
    firstWarningAt: '2026-11-20T13:01:05.000Z',
    secondWarningAt: null,
    exception: 'impracticable',
    trigger: 'insult',
    effect: 'escalated',
    note: 'noise',
  } as const
  expect(readDraft(openDraft(record, context), context)).toEqual({ record })
})
