import type { CorpsId, PasskeyId, PersonActor, PersonId } from '@getuige/base'
import type { ProviderSettings, UsedCredential } from '@getuige/contract'
import type { CorpsDeps } from './deps.ts'
import {
  prepareInvitation,
  prepareProvider,
  removeProvider,
  requireIdentityOf,
  unlinkIdentity,
  type WidenedWay,
  widenWayAlone,
} from './identity-provider.ts'
import { endSessionsByProvider } from './identity-provider-logout.ts'
import { beginProviderSignIn, endProviderSignIn } from './identity-provider-sign-in.ts'
import { findProvider, listProviders } from './identity-provider-store.ts'
import {
  addPasskey,
  beginAddPasskey,
  beginPasskeySignIn,
  listPasskeysOf,
  type NewPasskey,
  type RelyingParty,
  removePasskey,
  signInWithPasskey,
} from './passkeys.ts'
import type { Client, SessionRow } from './store.ts'

/** Ways to sign in beside login and password. */
export function openSignInWays(deps: CorpsDeps) {
  return {
    passkeys: {
      beginSignIn: (party: RelyingParty) => beginPasskeySignIn(deps, party),
      signIn: (party: RelyingParty, token: string | undefined, credential: UsedCredential, client: Client) =>
        signInWithPasskey(deps, party, token, credential, client),
      beginAdd: (party: RelyingParty, session: SessionRow) => beginAddPasskey(deps, party, session),
      add: (party: RelyingParty, session: SessionRow, token: string | undefined, request: NewPasskey, client: Client) =>
        addPasskey(deps, party, session, token, request, client),
      remove: (actor: PersonActor, personId: PersonId, passkeyId: PasskeyId) =>
        removePasskey(deps, actor, personId, passkeyId),
      list: (actor: PersonActor, personId: PersonId) => listPasskeysOf(deps, actor, personId),
    },
    identityProviders: {
      /** Those that the operator allows. */
      allowedIssuers: deps.identityProviders,
      find: (corpsId: CorpsId) => findProvider(deps.db.of(corpsId), corpsId),
      /** For who has yet to say of which corps they are. */
      listChoices: async () =>
        (await listProviders(deps.db.everyCorps))
          .filter(({ settings }) => deps.identityProviders.includes(settings.issuer))
          .map(({ corpsId, settings }) => ({ corpsId, label: settings.label })),
      prepare: (corpsId: CorpsId, settings: ProviderSettings, clientSecret: string | undefined) =>
        prepareProvider(deps, corpsId, settings, clientSecret),
      prepareInvitation: (corpsId: CorpsId, personId: PersonId, login: string) =>
        prepareInvitation(deps, corpsId, personId, login),
      /** Without a second person. */
      widenAlone: (actor: PersonActor, change: WidenedWay) => widenWayAlone(deps, actor, change),
      remove: (actor: PersonActor) => removeProvider(deps, actor),
      identityOf: (actor: PersonActor, personId: PersonId) => requireIdentityOf(deps, actor, personId),
      unlink: (actor: PersonActor, personId: PersonId) => unlinkIdentity(deps, actor, personId),
      beginSignIn: (corpsId: CorpsId, callback: string) => beginProviderSignIn(deps, corpsId, callback),
      endSignIn: (token: string | undefined, returned: URL, client: Client) =>
        endProviderSignIn(deps, token, returned, client),
      endSessions: (logoutToken: string) => endSessionsByProvider(deps, logoutToken),
    },
  }
}
