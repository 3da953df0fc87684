import { addPerson } from '@getuige/contract'
import { expect, test } from 'vitest'
import { loginOf } from './login-of.ts'

test.each([
  ['Anneke van den Bergh', 'anneke.van.den.bergh'],
  ['  José-María  Núñez ', 'jose.maria.nunez'],
  ['A. Peeters', 'a.peeters'],
])('the login proposed for %o is one the contract accepts', (name, login) => {
  expect(loginOf(name)).toBe(login)
  expect(addPerson.body.shape.login.safeParse(login).success).toBe(true)
})
