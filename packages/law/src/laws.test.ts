import { describe, expect, test } from 'vitest'
import {
  type CorpsSettings,
  countryOf,
  findPack,
  type LawKey,
  type LawPack,
  makeLawKey,
  packs,
  packSchema,
  packsSchema,
  requireRule,
  resolveLaw,
  SettingOutOfBounds,
} from './index.ts'
import { beGpi } from './packs/be-gpi.ts'
import { nlBoaDenHaag } from './packs/nl-boa-den-haag.ts'

test('the id of every pack begins with the country whose law it is', () => {
  expect(new Set(packs.map(({ id }) => countryOf(id)))).toEqual(new Set(['be', 'nl']))
})

test('every pack is whole, and no profile goes beyond its base', () => {
  expect(packsSchema.safeParse(packs).error?.issues ?? []).toEqual([])
})

describe('a pack is refused', () => {
  const { acts, purposes, retention } = beGpi
  const [judicial] = purposes
  if (judicial === undefined) throw new Error('the pack has no purposes')
  test.each<[string, Partial<LawPack>, RegExp]>([
    [
      'that names a rule it lacks',
      { retention: { keepFor: { ...retention.keepFor, ruleId: 'BE-99' } } },
      /no rule BE-99/,
    ],
    [
      'with a rule that nothing rests on',
      {
        activation: { ...beGpi.activation, preRecordSeconds: { ...beGpi.activation.preRecordSeconds, ruleId: 'BE-3' } },
      },
      /BE-2 is named by no value/,
    ],
    ['with an empty word', { label: { ...beGpi.label, fr: ' ' } }, /Too small/],
    [
      'with a value beyond its own bounds',
      { retention: { keepFor: { ...retention.keepFor, value: { days: 29 } } } },
      /own bounds/,
    ],
    [
      'where somebody views what they may not know',
      { acts: { ...acts, know: { ...acts.know, allowances: [{ role: 'records-officer', reach: 'all' }] } } },
      /investigator may view what that role may not know/,
    ],
    [
      'with a purpose for somebody who can do nothing by it',
      { purposes: [{ ...judicial, roles: ['auditor'] }] },
      /judicial-police is for auditor/,
    ],
    [
      'where a decision of the prosecutor opens a window and nobody decides',
      { corpsActs: { ...beGpi.corpsActs, 'decide-mandates': { roles: [], ruleId: 'BE-7' } } },
      /mandates/,
    ],
  ])('%s', (_case, change, fault) => {
    const messages = packSchema.safeParse({ ...beGpi, ...change }).error?.issues.map(({ message }) => message) ?? []
    expect(messages.join('\n')).toMatch(fault)
  })

  test.each<[string, Partial<LawPack>, RegExp]>([
    [
      'keeps longer than its base lets a corps choose',
      { retention: { keepFor: { ...nlBoaDenHaag.retention.keepFor, value: { days: 29 }, most: { days: 29 } } } },
      /beyond NL-1/,
    ],
    [
      'lets somebody view whom its base does not',
      {
        acts: {
          ...nlBoaDenHaag.acts,
          preview: { allowances: [{ role: 'enforcer', reach: 'own' }], ruleId: 'NL-DH-3' },
        },
      },
      /preview for more than in the base/,
    ],
  ])('as a profile, when it %s', (_case, change, fault) => {
    const changed = packs.map((pack) => (pack === nlBoaDenHaag ? { ...pack, ...change } : pack))
    const messages = packsSchema.safeParse(changed).error?.issues.map(({ message }) => message) ?? []
    expect(messages.join('\n')).toMatch(fault)
  })
})

describe('settings of a corps', () => {
  test.each<[string, string, CorpsSettings, string]>([
    ['a Belgian zone cannot keep for less than 30 days', 'be-gpi', { keepFor: { days: 29 } }, 'BE-6'],
    ['nor for more than 12 months', 'be-gpi', { keepFor: { months: 13 } }, 'BE-6'],
    ['nor for 366 days, which a year may not have', 'be-gpi', { keepFor: { days: 366 } }, 'BE-6'],
    ['nor for a month, which may have 28', 'be-gpi', { keepFor: { months: 1 } }, 'BE-6'],
    ['nor leave out the warning', 'be-gpi', { warnings: 0 }, 'BE-4'],
    ['nor record another time before', 'be-gpi', { preRecordSeconds: 60 }, 'BE-2'],
    ['a municipality cannot keep for more than 28 days', 'nl-boa', { keepFor: { days: 29 } }, 'NL-1'],
    ['The Hague keeps for 28 days, no others', 'nl-boa-den-haag', { keepFor: { days: 14 } }, 'NL-DH-1'],
    ['The Hague warns twice, never once', 'nl-boa-den-haag', { warnings: 1 }, 'NL-DH-2'],
    ['nor for a day and a half over', 'be-gpi', { keepFor: { days: 31.5 } }, 'BE-6'],
    ['nor for longer than there are days', 'be-gpi', { keepFor: { days: 1e15 } }, 'BE-6'],
    ['a viewing is not left open for the day', 'nl-boa', { viewingIdleMinutes: 600 }, 'EU-6'],
    ['half a minute is no number of minutes', 'nl-boa', { viewingIdleMinutes: 7.5 }, 'EU-6'],
    ['no municipality trains with recordings', 'nl-boa', { purposes: ['training'] }, 'NL-10'],
  ])('%s', (_case, packId, settings, ruleId) => {
    let refused: unknown
    try {
      makeLawKey(packId, 1, settings)
    } catch (error) {
      refused = error
    }
    expect(refused).toBeInstanceOf(SettingOutOfBounds)
    expect(refused).toMatchObject({ ruleId, setting: Object.keys(settings)[0] })
    const pack = findPack(packId, 1)
    expect(pack && requireRule(pack, ruleId).source.nl).not.toBe('')
  })

  test('within the bounds make a law of their own, and its key says them', () => {
    const key = makeLawKey('be-gpi', 1, { viewingIdleMinutes: 10, keepFor: { months: 12 }, purposes: ['training'] })
    expect(key).toBe('be-gpi@1{"keepFor":{"months":12},"purposes":["training"],"viewingIdleMinutes":10}')
    const law = resolveLaw(key)
    expect(law.retention.keepFor).toEqual({
      value: { months: 12 },
      least: { days: 30 },
      most: { months: 12 },
      ruleId: 'BE-6',
    })
    expect(law.purposes.map(({ id }) => id)).toContain('training')
    expect(resolveLaw(key)).toBe(law)
  })
  test('that say what the pack says anyway are not in the key: one law, one key', () => {
    expect(makeLawKey('be-gpi', 1, { keepFor: { days: 30, months: 0 }, warnings: 1, purposes: [] })).toBe('be-gpi@1')
  })
  test.each([
    'be-gpi',
    'be-gpi@2',
    'nowhere@1',
    'be-gpi@1{"keepFor":{"days":10}}',
    'be-gpi@1{"warnings":1}',
    'be-gpi@1{"colour":"red"}',
    'be-gpi@1{ }',
  ])('no law is named by %s', (key) => {
    expect(() => resolveLaw(key as LawKey)).toThrow(Error)
  })
})
