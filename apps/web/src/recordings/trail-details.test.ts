import type { PurposeChoice } from '@getuige/contract'
import { beforeAll, expect, test } from 'vitest'
import english from '../messages/recordings.en.json' with { type: 'json' }
import { loadLanguage } from '../messages/translate.ts'
import { namedDetails, sayDetails } from './trail-details.ts'

const purposes: readonly PurposeChoice[] = []

beforeAll(async () => {
  // The language is also set on the document, which a test has none of.
  Object.assign(globalThis, { document: { documentElement: {} } })
  await loadLanguage('fr')
})

test('every detail with words is named, and nothing else has words', () => {
  const keys = Object.keys(english).filter((key) => key.startsWith('detail.'))
  expect(keys.map((key) => key.replace('detail.', '')).toSorted()).toEqual([...namedDetails])
})

test('details are said in the language of the reader, the reason and what is empty left out', () => {
  const details = {
    sizeBytes: 113_000,
    reference: null,
    legalBasis: { nl: 'wet', fr: 'loi', de: 'Gesetz', en: 'law' },
    keyDestroyed: true,
    reason: 'stands in the sentence',
    kind: 'complaint',
  }
  expect(sayDetails(details, purposes).map(({ name, value }) => `${name}=${value.replace(/\s/, ' ')}`)).toEqual([
    'Taille=113 ko',
    'Base juridique=loi',
    'Clé détruite=oui',
    'Pour=Plainte',
  ])
})

test('what a later version adds is shown as the log has it', () => {
  const details = { kind: 'judicial-order', colour: { of: 'blue' } }
  expect(sayDetails(details, purposes)).toEqual([
    { name: 'Pour', value: 'judicial-order', isCode: true },
    { name: 'colour', value: '{"of":"blue"}', isCode: true },
  ])
})

test('whom a package was encrypted for, what was damaged and where it was restored from are said', () => {
  const details = {
    encryptedFor: { kind: 'certificate', name: 'Parquet', issuerName: 'CA', fingerprint: '00' },
    object: 'payload',
    what: 'truncated',
    from: 'other-store',
  }
  expect(sayDetails(details, purposes).map(({ value }) => value)).toEqual([
    'Parquet',
    'enregistrement',
    'tronqué',
    'le second stockage',
  ])
  const [later] = sayDetails({ encryptedFor: { kind: 'of a later version' } }, purposes)
  expect(later).toMatchObject({ value: '{"kind":"of a later version"}', isCode: true })
})
