import type { Task } from '@getuige/contract'
import { expect, test } from 'vitest'
import { listUnder, mergeTask } from './task-words.ts'

const task = (id: string, state: Task['state'], minute: number): Task => ({
  id: id as Task['id'],
  kind: 'pictures',
  recordingId: 'rec_1' as Task['recordingId'],
  recordedAt: '2026-11-20T10:00:00.000Z',
  cameraLabel: 'VB-014',
  state,
  percent: null,
  remainingMs: null,
  problem: null,
  madeRecordingId: null,
  askedAt: `2026-11-20T10:${minute}:00.000Z`,
  startedAt: null,
  endedAt: state === 'done' ? `2026-11-20T11:${minute}:00.000Z` : null,
  askedBy: null,
  may: { cancel: false, retry: false },
})

test('a task that ends goes below those that still run, and stands there once', () => {
  const before = [task('b', 'running', 20), task('a', 'running', 10), task('c', 'done', 10)]
  expect(mergeTask(before, task('b', 'done', 20)).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
})

test('a task nobody knew of is listed where its moment puts it', () => {
  expect(mergeTask([task('a', 'running', 10)], task('n', 'waiting', 30)).map(({ id }) => id)).toEqual(['n', 'a'])
})

test('what runs stands before what waits, which stands in its turn', () => {
  const listed = [task('c', 'waiting', 30), task('b', 'waiting', 20), task('d', 'done', 5), task('a', 'running', 10)]
  expect(listUnder(listed).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
})
