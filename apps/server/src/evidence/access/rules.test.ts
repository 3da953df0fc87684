import { fc, test } from '@fast-check/vitest'
import { newId, roles } from '@getuige/base'
import { describe, expect } from 'vitest'
import type { LawKey } from '@getuige/law'
import { findLawPack } from '#deployments'
import { actNames, decideAct, decidePurpose, mayKnow, type RecordingFacts } from './rules.ts'

const pack = findLawPack('nl-boa-den-haag@1' as LawKey)
const me = newId('person', new Date(0))
const other = newId('person', new Date(0))
const own: RecordingFacts = { wearerId: me, state: 'viewable', playable: true, isHeld: false }

describe('under nl-boa-den-haag', () => {
  test.each([
    ['a records officer may view', 'view', 'records-officer', {}, true],
    ['the wearer may not view what they recorded', 'view', 'enforcer', {}, 'role'],
    ['an administrator may not view', 'view', 'administrator', {}, 'role'],
    ['an administrator may not export', 'export', 'administrator', {}, 'role'],
    ['nobody views before it was probed', 'view', 'records-officer', { playable: null }, 'not-yet-viewable'],
    ['what cannot be decoded is not played', 'view', 'records-officer', { playable: false }, 'cannot-be-decoded'],
    ['what cannot be decoded may be exported', 'export', 'records-officer', { playable: false }, true],
    [
      'a hold comes too late once erasure has begun',
      'place-hold',
      'records-officer',
      { state: 'erasing' },
      'being-erased',
    ],
    ['there is no hold to lift where none is', 'lift-hold', 'records-officer', {}, 'not-held'],
    ['a hold may be lifted', 'lift-hold', 'records-officer', { isHeld: true }, true],
    ['the wearer completes the activation record', 'complete-activation', 'enforcer', {}, true],
    [
      'nobody completes that of a colleague',
      'complete-activation',
      'enforcer',
      { wearerId: other },
      'own-recordings-only',
    ],
    ['a records officer does not complete it either', 'complete-activation', 'records-officer', {}, 'role'],
  ] as const)('%s', (_case, act, role, facts, expected) => {
    const decision = decideAct(act, { id: me, roles: [role] }, { ...own, ...facts }, pack.access)
    expect(decision.allowed ? true : decision.because).toBe(expected)
  })

  const anyFacts = fc.record({
    wearerId: fc.constantFrom(me, other, null),
    state: fc.constantFrom('stored', 'viewable', 'erasing', 'erased'),
    playable: fc.constantFrom(true, false, null),
    isHeld: fc.boolean(),
  })
  test.prop([fc.constantFrom(...actNames), fc.constantFrom(...roles), anyFacts])(
    'nobody does anything to a recording whose erasure has begun',
    (act, role, facts) => {
      const decision = decideAct(act, { id: me, roles: [role] }, { ...facts, state: 'erased' }, pack.access)
      expect(decision.allowed).toBe(false)
    },
  )
  test.prop([fc.constantFrom(...actNames), fc.constantFrom(...roles), anyFacts])(
    'a refusal by role says who may, and under which rule',
    (act, role, facts) => {
      const decision = decideAct(act, { id: me, roles: [role] }, facts, pack.access)
      if (decision.allowed || decision.because !== 'role') return
      expect(decision.whoMay).not.toHaveLength(0)
      expect(decision.rule).not.toBeNull()
    },
  )

  test('both purposes are for the records officer alone', () => {
    for (const purpose of pack.access.purposes) {
      expect(decidePurpose(purpose, { id: me, roles: ['records-officer'] }).allowed).toBe(true)
      expect(decidePurpose(purpose, { id: me, roles: ['enforcer'] }).allowed).toBe(false)
    }
  })

  test('a colleague may not even know that a recording exists', () => {
    expect(mayKnow({ id: me, roles: ['enforcer'] }, { wearerId: other })).toBe(false)
    expect(mayKnow({ id: me, roles: ['enforcer'] }, { wearerId: me })).toBe(true)
    expect(mayKnow({ id: me, roles: ['administrator'] }, { wearerId: me })).toBe(false)
  })
})
