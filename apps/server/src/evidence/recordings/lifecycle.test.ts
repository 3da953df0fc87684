import { expect, test } from 'vitest'
import { hasErasureBegun, lifecycle, mayBecome, type RecordingState } from './lifecycle.ts'

const states = Object.keys(lifecycle) as RecordingState[]

test('every recording can come to its erasure, and none comes back from it', () => {
  for (const state of states.filter((each) => !hasErasureBegun(each))) expect(mayBecome(state, 'erasing')).toBe(true)
  for (const state of states) {
    expect(mayBecome('erased', state)).toBe(false)
    if (state !== 'erased') expect(mayBecome('erasing', state)).toBe(false)
  }
})
