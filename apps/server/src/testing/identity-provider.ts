import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { type AccountClaims, type KoaContextWithOIDC, Provider } from 'oidc-provider'

/** Somebody at the provider, by what it says of them; `amr` is how they sign in there. */
type Account = Readonly<{ claims: Omit<AccountClaims, 'sub'>; amr?: readonly string[] }>

export type TestIdentityProvider = AsyncDisposable &
  Readonly<{
    issuer: string
    clientId: string
    clientSecret: string
    /** By subject. */
    accounts: Map<string, Account>
    /** Who is signed in there by whoever comes next, without a page; undefined: the page of the provider asks. */
    signInAs(subject: string | undefined): void
    /** What the token endpoint answers instead. */
    tamper(change: ((answer: Record<string, unknown>) => Promise<Record<string, unknown>>) | undefined): void
    /** A token by the provider's own key. */
    sign(claims: JWTPayload): Promise<string>
    /** It answers nobody any more. */
    stop(): Promise<void>
  }>

/** A real OpenID provider on this machine, with one client. For tests. */
export async function startIdentityProvider(callback: string): Promise<TestIdentityProvider> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const key = { ...(await exportJWK(privateKey)), kid: 'test', alg: 'RS256', use: 'sig' }
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const [clientId, clientSecret] = ['getuige', 'a-secret-of-the-test-alone']
  const accounts = new Map<string, Account>()
  let next: string | undefined
  let change: Parameters<TestIdentityProvider['tamper']>[0]

  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [callback],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    jwks: { keys: [key] },
    cookies: { keys: ['of-the-test'] },
    claims: { openid: ['sub', 'amr', 'acr'], profile: ['name', 'preferred_username'], groups: ['groups'] },
    scopes: ['openid', 'profile', 'groups'],
    conformIdTokenClaims: false,
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    findAccount: (_context: KoaContextWithOIDC, subject: string) => ({
      accountId: subject,
      claims: () => Promise.resolve({ ...accounts.get(subject)?.claims, sub: subject }),
    }),
    // Nobody is asked whether this client may know who they are.
    async loadExistingGrant({ oidc }: KoaContextWithOIDC) {
      const grant = new provider.Grant({ clientId, accountId: oidc.session?.accountId ?? '' })
      grant.addOIDCScope('openid profile groups')
      await grant.save()
      return grant
    },
  })
  const handle = provider.callback()
  server.on('request', (request, response) => {
    const path = request.url?.split('?')[0] ?? ''
    if (path === '/token' && change !== undefined) rewrite(response, change)
    if (path.startsWith('/interaction/') && next !== undefined) {
      const { amr } = accounts.get(next) ?? {}
      const login = { accountId: next, ...(amr === undefined ? {} : { amr: [...amr] }) }
      void provider.interactionFinished(request, response, { login })
    } else void handle(request, response)
  })
  const stop = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return {
    issuer,
    clientId,
    clientSecret,
    accounts,
    signInAs: (subject) => (next = subject),
    tamper: (to) => (change = to),
    sign: (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'test' }).sign(privateKey),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

function rewrite(
  response: ServerResponse,
  change: (answer: Record<string, unknown>) => Promise<Record<string, unknown>>,
): void {
  const end = response.end.bind(response)
  response.end = (body: unknown) => {
    void change(JSON.parse(String(body)) as Record<string, unknown>).then((changed) => {
      response.removeHeader('content-length')
      end(JSON.stringify(changed))
    })
    return response
  }
}
