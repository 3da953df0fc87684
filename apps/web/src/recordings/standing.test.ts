import { expect, test } from 'vitest'
import { marksOf } from './standing.ts'

const sound = { durationMs: 10_000, damage: 'none', playable: true, hasStoryboard: true, rendition: 'direct' } as const
const kept = { because: 'within-period', daysLeft: 20 } as const

type Standing = Parameters<typeof marksOf>[0]
const words = (standing: Omit<Standing, 'isDamaged'>, isDamaged = false) =>
  marksOf({ ...standing, isDamaged }).map((mark) => mark.word.replace(/^.*\./, ''))

test('a sound recording within its period is viewable, and nothing else', () => {
  expect(words({ state: 'viewable', media: sound, keptUntil: kept })).toEqual(['viewable'])
})

test.each([
  [8, ['viewable']],
  [7, ['due-soon']],
  [0, ['due-soon']],
])('with %i days left it is marked %j', (daysLeft, expected) => {
  expect(words({ state: 'viewable', media: sound, keptUntil: { ...kept, daysLeft } })).toEqual(expected)
})

test('a held recording is held, however far past its period', () => {
  expect(words({ state: 'viewable', media: sound, keptUntil: { because: 'held', daysLeft: -40 } })).toEqual(['held'])
})

test('a damaged recording that is held says both', () => {
  const media = { ...sound, damage: 'no-index', playable: false } as const
  expect(words({ state: 'stored', media, keptUntil: { because: 'held', daysLeft: 3 } })).toEqual(['held', 'damaged'])
})

test('bytes that were damaged since are said before what was received damaged, and hide that it was viewable', () => {
  expect(words({ state: 'viewable', media: sound, keptUntil: kept }, true)).toEqual(['bytes-damaged'])
  const media = { ...sound, damage: 'truncated' } as const
  expect(words({ state: 'viewable', media, keptUntil: kept }, true)).toEqual(['bytes-damaged'])
})

test('whole but not decodable is not called damaged', () => {
  expect(words({ state: 'stored', media: { ...sound, playable: false }, keptUntil: kept })).toEqual(['not-decodable'])
})

test('what cannot be played until its copy is made is being prepared', () => {
  const media = { ...sound, playable: false, rendition: 'making' } as const
  expect(words({ state: 'viewable', media, keptUntil: kept })).toEqual(['waiting'])
})

test('not yet examined is waiting', () => {
  expect(words({ state: 'stored', media: { ...sound, playable: null }, keptUntil: kept })).toEqual(['waiting'])
})

test('of an erased recording nothing else is said', () => {
  const media = { ...sound, damage: 'truncated' } as const
  expect(words({ state: 'erased', media, keptUntil: { because: 'erased', daysLeft: -1 } })).toEqual(['erased'])
})
