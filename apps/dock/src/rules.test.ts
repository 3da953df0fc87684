import { errorCatalog } from '@getuige/contract'
import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { decideEnd, decideFile, decideNext, pairSidecars, type Failure, type Reason } from './rules.ts'

test.each([
  ['GX010001.MP4', 'recording'],
  ['a.b.m2ts', 'recording'],
  ['interview.flac', 'recording'],
  ['.mp4', 'hidden'],
  ['._GX010001.MP4', 'hidden'],
  ['mp4', 'other'],
  ['GX010001.THM', 'other'],
  ['clip.mp4.part', 'other'],
  ['clip.constructor', 'other'],
])('by its name, %s is %s', (name, kind) => {
  expect(decideFile(name)).toBe(kind)
})

test('a file of places lies beside the recording of its name and folder, and of nothing else', () => {
  const others = ['a/ONE.gpx', 'a/one.JSON', 'b/ONE.srt', 'a/two.gpx', 'a/ONE.txt', 'gpx']
  expect([...pairSidecars(['a/ONE.MP4', 'a/one.mov'], others)]).toEqual([
    ['a/ONE.gpx', 'a/ONE.MP4'],
    ['a/one.JSON', 'a/ONE.MP4'],
  ])
})

describe('trying again', () => {
  /** Seconds waited, one after another, until it is given up. */
  function waits(failure: Failure, patienceMs: number): number[] {
    const delays: number[] = []
    for (let waitedMs = 0; delays.length < 10_000;) {
      const next = decideNext(failure, { tries: delays.length, waitedMs }, patienceMs)
      if (next.action === 'give-up') break
      delays.push(next.delayMs / 1000)
      waitedMs += next.delayMs
    }
    return delays
  }
  const refused = (code: string): Failure => ({ kind: 'refused', code })

  test('an absent server is waited for, ever more patiently, as long as asked and no longer', () => {
    expect(waits({ kind: 'away' }, 120_000)).toEqual([1, 2, 4, 8, 15, 30, 30, 30])
    expect(waits({ kind: 'away' }, 0)).toEqual([])
  })

  test('a refusal that may pass is tried three times, one that stands not at all', () => {
    expect(waits(refused('ingest/disk-full'), 120_000)).toEqual([1, 2, 4])
    expect(waits(refused('ingest/not-media'), 120_000)).toEqual([])
    expect(waits(refused('ingest/digest-mismatch'), 120_000)).toEqual([])
    expect(waits(refused('toString'), 120_000)).toEqual([])
  })

  property.prop([fc.integer({ min: 0, max: 999_999_000 }), fc.constantFrom('away', ...Object.keys(errorCatalog))])(
    'whatever fails, trying ends, and takes no longer than the patience for an absent server',
    (patienceMs, code) => {
      const delays = waits(code === 'away' ? { kind: 'away' } : refused(code), Math.min(patienceMs, 3_600_000))
      const waitedMs = delays.reduce((sum, delay) => sum + delay * 1000, 0)
      expect(Math.round(waitedMs)).toBeLessThanOrEqual(Math.max(7000, patienceMs))
    },
  )
})

test.each<[string, Reason, ReturnType<typeof decideEnd>]>([
  ['a server that is gone ends the run', { kind: 'away' }, { ends: true, exitCode: 2 }],
  [
    'a token refused on the way ends the run',
    { kind: 'refused', code: 'dock/token-refused', because: undefined },
    { ends: true, exitCode: 2 },
  ],
  [
    'a full server ends the run',
    { kind: 'refused', code: 'ingest/disk-full', because: undefined },
    { ends: true, exitCode: 1 },
  ],
  [
    'a file that is no recording leaves the others their turn',
    { kind: 'refused', code: 'ingest/not-media', because: 'text' },
    { ends: false },
  ],
  ['a file that is still written leaves the others their turn', { kind: 'changed' }, { ends: false }],
])('%s', (_case, reason, end) => {
  expect(decideEnd(reason)).toEqual(end)
})
