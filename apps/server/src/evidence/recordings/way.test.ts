import { expect, test } from 'vitest'
import { sql } from 'kysely'
import type { Listed } from './sought.ts'
import { chooseWay, enoughToKnow, type Measure } from './way.ts'

const now = Date.parse('2026-11-22T12:00:00Z')
const dayMs = 86_400_000

/** So many a day, of which the newest were looked at. */
const aDay = (perDay: number): Measure => ({
  count: enoughToKnow,
  newest: new Date(now),
  back: new Date(now - (enoughToKnow / perDay) * dayMs),
  isAll: false,
})
const inAll = (count: number): Measure => ({
  count,
  newest: new Date(now),
  back: new Date(now - 1000 * dayMs),
  isAll: true,
})
const lists = (count = 1): Listed => ({
  holds: sql<boolean>`true`,
  lists: [
    {
      from: sql`recording_term`,
      match: sql`true`,
      id: sql`t.recording_id`,
      rows: { column: sql`t.term`, type: 'text', values: Array.from({ length: count }, (_nothing, i) => `word ${i}`) },
    },
  ],
})
const register = aDay(8000)
const all = aDay(80_000)

test('what only few recordings have is read, and nothing is read beside it', () => {
  const [few, common] = [lists(), lists()]
  const way = chooseWay(
    {
      all,
      register: register,
      each: [
        { one: common, measure: aDay(300) },
        { one: few, measure: inAll(12) },
      ],
    },
    51,
  )
  expect(way).toMatchObject({ lead: few, beside: [], each: 20 })
})

test('of two things that are common each, both are read over the same time, and enough at once', () => {
  const [one, other] = [lists(), lists()]
  const way = chooseWay(
    {
      all,
      register: register,
      each: [
        { one, measure: aDay(100) },
        { one: other, measure: aDay(80) },
      ],
    },
    51,
  )
  expect(way).toMatchObject({ lead: other, beside: [one], lookedUp: [] })
  // One of eighty has the other too.
  expect(way.each).toBeGreaterThan(51 * 80)
})

test('what nearly all have is looked up for each that is found, not read beside', () => {
  const [seldom, nearlyAll] = [lists(), lists()]
  const way = chooseWay(
    {
      all,
      register: aDay(80_000),
      each: [
        { one: seldom, measure: aDay(20) },
        { one: nearlyAll, measure: aDay(8000) },
      ],
    },
    51,
  )
  expect(way).toMatchObject({ lead: seldom, beside: [], lookedUp: [nearlyAll] })
})

test('many lists are not looked up one by one', () => {
  const [seldom, many] = [lists(), lists(60)]
  const way = chooseWay(
    {
      all,
      register: aDay(80_000),
      each: [
        { one: seldom, measure: aDay(5) },
        { one: many, measure: aDay(8000) },
      ],
    },
    51,
  )
  expect(way).toMatchObject({ lead: seldom, beside: [], lookedUp: [] })
})

test('whoever may know of few recordings is shown those of them that fit', () => {
  const common = lists()
  expect(chooseWay({ all, register: inAll(40), each: [{ one: common, measure: aDay(300) }] }, 51)).toMatchObject({
    lead: null,
  })
})
