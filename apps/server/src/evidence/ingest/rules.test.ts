import { expect, test } from 'vitest'
import { decideRecordedAt } from './rules.ts'

const receivedAt = new Date('2026-11-22T18:00:00Z')
const days = (count: number) => count * 86_400_000
const dueAt = (claimed: Date | null) => (claimed === null ? null : new Date(claimed.getTime() + days(28)))

test.each([
  ['the moment in the file is believed', '2026-11-22T14:02:31Z', 'file'],
  ['a clock five minutes ahead is believed', '2026-11-22T18:05:00Z', 'file'],
  ['a moment in the future is not', '2026-11-22T18:05:01Z', 'receipt'],
  ['a recording offloaded late runs from when it was made', '2026-10-26T18:00:00Z', 'file'],
  ['a moment whose period is over does not erase on arrival', '2026-10-25T18:00:00Z', 'receipt'],
  ['a camera that believes in 1970 is not believed', '1970-01-01T00:00:00Z', 'receipt'],
  ['a file without a moment runs from receipt', null, 'receipt'],
])('%s', (_case, text, from) => {
  const claimed = text === null ? null : new Date(text)
  const decided = decideRecordedAt(claimed, receivedAt, dueAt(claimed))
  expect(decided).toEqual({ recordedAt: from === 'file' ? claimed : receivedAt, recordedAtFrom: from })
})
