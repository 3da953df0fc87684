import { expect, test } from 'vitest'
import { storyboardFrame } from './storyboard.ts'

test('the storyboard has a frame for every share of the recording, the very end included', () => {
  expect([0, 0.124, 0.125, 0.99, 1, 1.2, -0.1].map(storyboardFrame)).toEqual([0, 0, 1, 7, 7, 7, 0])
})
