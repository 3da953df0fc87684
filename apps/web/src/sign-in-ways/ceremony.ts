import {
  addPasskey,
  beginAddPasskey,
  beginPasskeySignIn,
  newCredential,
  type Passkey,
  signInWithPasskey,
  usedCredential,
} from '@getuige/contract'
import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser'
import { call } from '../api/index.ts'
import { startSession } from '../app/session.ts'

/** Sign in with whichever passkey the person chooses. Throws what the browser throws when they choose none. */
export async function showPasskey(): Promise<void> {
  const { options } = await call(beginPasskeySignIn, {})
  const optionsJSON = options as unknown as PublicKeyCredentialRequestOptionsJSON
  const credential = usedCredential.parse(await startAuthentication({ optionsJSON }))
  startSession(await call(signInWithPasskey, { body: { credential } }))
}

/** Make a passkey on this device or a key. The person's other sessions end. */
export async function makePasskey(name: string): Promise<Passkey> {
  const { options } = await call(beginAddPasskey, {})
  const optionsJSON = options as unknown as PublicKeyCredentialCreationOptionsJSON
  const credential = newCredential.parse(await startRegistration({ optionsJSON }))
  const { passkey, session } = await call(addPasskey, { body: { name, credential } })
  startSession(session)
  return passkey
}
