import type { Page } from 'playwright-core'
import { codeShown } from '../setup/authenticator.ts'
import type { Product } from './product.ts'

export const password = 'four words are stronger'

/** Somebody's telephone: what their authenticator was told, once it was. */
export type Phone = { secret: string | null }

/** The first step, and the second where the person has an authenticator. */
export async function signIn(
  page: Page,
  product: Product,
  login: string,
  phone: Phone,
  secret = password,
): Promise<void> {
  await page.getByLabel('Login').fill(login)
  await page.getByLabel('Password').fill(secret)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  if (phone.secret === null) return
  await page.getByRole('heading', { name: 'Second step' }).waitFor()
  // The six digits are enough: nothing need be pressed.
  await page.getByLabel('Code of your authenticator').fill(codeShown(phone.secret, product.clock.now()))
}

/** With a one-time password, to a password of one's own. Whoever needs a second factor is asked for it next. */
export async function signInFirst(page: Page, product: Product, login: string, oneTimePassword: string): Promise<void> {
  await signIn(page, product, login, { secret: null }, oneTimePassword)
  await page.getByLabel('One-time password').fill(oneTimePassword)
  await page.getByLabel('New password', { exact: true }).fill(password)
  await page.getByLabel(/once more/).fill(password)
  await page.getByRole('button', { name: 'Change password' }).click()
}

/** Type the secret into an authenticator, and its first code into the page. */
export async function addAuthenticator(page: Page, product: Product): Promise<Phone> {
  await page.getByText('Cannot scan?').click()
  const shown = page.locator('code').and(page.getByLabel('Secret of the authenticator'))
  const secret = ((await shown.textContent()) ?? '').trim()
  await page.getByLabel('Code of your authenticator').fill(codeShown(secret, product.clock.now()))
  await page.getByRole('button', { name: 'Use this authenticator' }).click()
  return { secret }
}
