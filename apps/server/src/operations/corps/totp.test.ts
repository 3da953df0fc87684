import { expect, test } from 'vitest'
import { codeOf, findStep, otpauthUri, stepAt, toBase32 } from './totp.ts'

const secret = Buffer.from('12345678901234567890')

// RFC 6238, appendix B, whose eight digits end in the six that are asked here.
test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('the code at second %i is that of the standard', (seconds, code) => {
  expect(codeOf(secret, stepAt(new Date(seconds * 1000)))).toBe(code)
})

// RFC 4226, appendix D.
test('the first ten codes are those of the standard', () => {
  expect(Array.from({ length: 10 }, (_, counter) => codeOf(secret, counter))).toEqual(
    '755224 287082 359152 969429 338314 254676 287922 162583 399871 520489'.split(' '),
  )
})

test('a code is taken one step early or late, not two', () => {
  const now = new Date('2026-11-22T12:00:10Z')
  const step = stepAt(now)
  const taken = [-2, -1, 0, 1, 2].map((away) => findStep(secret, codeOf(secret, step + away), now))
  expect(taken).toEqual([undefined, step - 1, step, step + 1, undefined])
  for (const wrong of ['', '12345', '1234567', 'abcdef']) expect(findStep(secret, wrong, now)).toBeUndefined()
})

// RFC 4648, 10.
test.each([
  ['f', 'MY'],
  ['fo', 'MZXQ'],
  ['foo', 'MZXW6'],
  ['foob', 'MZXW6YQ'],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI'],
])('%j is written %j in Base32', (text, written) => {
  expect(toBase32(Buffer.from(text))).toBe(written)
})

test('what is scanned names the account, and no part of it can be taken for another', () => {
  expect(otpauthUri(secret, 'a@b&secret=X')).toBe(
    'otpauth://totp/Getuige:a%40b%26secret%3DX?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Getuige',
  )
})
