import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { startIdentityProvider } from '../../apps/server/src/testing/identity-provider.ts'
import { expectAccessible, type Product, startProduct } from './product.ts'

const password = 'four words are stronger'

/** A passkey belongs to an address, and a number has none. */
const atName = ({ address }: Product) => address.replace('127.0.0.1', 'localhost')

async function makeCorps({ running }: Product) {
  const { corps } = running.server.modules
  const setup = await corps.offerSetup()
  const { session } = await corps.establish(setup ?? '', {
    corpsName: 'Handhaving Testdam',
    lawPackId: 'nl-boa-den-haag',
    administrator: { name: 'Ada Beheer', login: 'ada', password },
  })
  const { sessionId: _sessionId, ...ada } = corps.toCaller(session)
  return ada
}

/** A security key in the browser, which shows who holds it without being asked. */
async function insertKey(page: Page): Promise<void> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const options = {
    protocol: 'ctap2' as const,
    transport: 'internal' as const,
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  }
  await cdp.send('WebAuthn.addVirtualAuthenticator', { options })
}

test('an administrator adds a passkey and from then on signs in with it alone', async () => {
  await using product = await startProduct(new Date())
  await makeCorps(product)
  const page = await product.open('/')
  await page.goto(atName(product))
  await insertKey(page)
  await page.getByRole('textbox', { name: 'Login' }).fill('ada')
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()

  // The role asks for a second factor, and a passkey is one.
  await page.getByRole('heading', { name: 'Add a second factor' }).waitFor()
  await page.getByRole('button', { name: 'Add a passkey instead' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Work laptop')
  await page.getByRole('button', { name: 'Make the passkey' }).click()
  await page.getByRole('button', { name: /Ada Beheer/ }).waitFor()

  await page.goto(`${atName(product)}/account`)
  await page.getByText('Work laptop').waitFor()
  await page.getByText('with a password and a passkey').waitFor()
  await expectAccessible(page)

  await page.context().clearCookies()
  await page.goto(atName(product))
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.getByRole('button', { name: /Ada Beheer/ }).waitFor()
  await page.goto(`${atName(product)}/account`)
  await page.getByText(/^with a passkey/).waitFor()
  expect(await page.getByText(/^with a passkey/).count()).toBe(1)
})

test('somebody signs in at the identity provider of the corps', async () => {
  await using product = await startProduct(new Date())
  const ada = await makeCorps(product)
  const { port } = new URL(product.address)
  await using provider = await startIdentityProvider(`http://localhost:${port}/api/sign-in/callback`)
  await product.restart({ PORT: port, GETUIGE_IDENTITY_PROVIDERS: provider.issuer })
  const { identityProviders } = product.running.server.modules.corps
  const change = await identityProviders.prepare(
    ada.corpsId,
    {
      label: 'City of Testdam',
      issuer: provider.issuer,
      clientId: provider.clientId,
      scopes: ['profile', 'groups'],
      loginClaim: 'preferred_username',
      rolesClaim: 'groups',
      roleMapping: [{ value: 'street', role: 'enforcer' }],
      addsPeople: true,
      strongAcr: [],
      acceptsOneFactor: true,
    },
    provider.clientSecret,
  )
  await identityProviders.widenAlone(ada, change)
  const claims = { name: 'Wim Straat', preferred_username: 'wim', groups: ['street'] }
  provider.accounts.set('wim', { claims })
  provider.accounts.set('stranger', { claims: { ...claims, preferred_username: 'stranger', groups: [] } })

  const page = await product.open('/')
  await page.goto(atName(product))
  const signInAs = async (login: string) => {
    await page.getByRole('button', { name: 'Sign in with City of Testdam' }).click()
    await page.getByPlaceholder('Enter any login').fill(login)
    await page.getByPlaceholder('and password').fill('anything')
    await page.getByRole('button', { name: 'Sign-in' }).click()
  }
  await signInAs('stranger')
  await page.getByText('The identity provider gives you no role in Getuige').waitFor()
  await expectAccessible(page)

  await page.context().clearCookies()
  await page.goto(atName(product))
  await signInAs('wim')
  await page.getByRole('button', { name: /Wim Straat/ }).waitFor()
  const names = await product.running.server.modules.corps.listPeople(ada.corpsId)
  expect(names.map(({ login }) => login).toSorted()).toEqual(['ada', 'wim'])
})
