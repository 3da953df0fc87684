import { newId } from '@getuige/base'
import { AppError } from '#platform/errors'
import type { CorpsDeps } from './deps.ts'
import { insertAdoption } from './law.ts'
import { hashPassword } from './passwords.ts'
import { newToken, openSession, type OpenedSession, sha256OfToken, toActor } from './sessions.ts'
import {
  type Client,
  endSetupLinks,
  insertCorps,
  insertPerson,
  insertSetupLink,
  isSetupLinkOpen,
  listCorps,
  spendSetupLink,
} from './store.ts'

export type EstablishCorps = Readonly<{
  corpsName: string
  lawPackId: string
  administrator: Readonly<{ name: string; title?: string; login: string; password: string }>
}>

/** Whoever finds an old letter does not begin a corps. */
export const linkDays = 7

/** A new one-time link while no corps exists, else undefined. Links made before end. */
export async function offerSetup(deps: CorpsDeps): Promise<string | undefined> {
  if ((await listCorps(deps.db.everyCorps)).length > 0) return undefined
  await endSetupLinks(deps.db.everyCorps, deps.clock.now())
  return makeLink(deps)
}

/** Another corps for an installation that has one: a one-time link, good for `linkDays`. Those made before stay good. */
export async function inviteCorps(deps: CorpsDeps): Promise<string> {
  if ((await listCorps(deps.db.everyCorps)).length === 0) throw new Error('the first corps is established at the start')
  return makeLink(deps)
}

async function makeLink(deps: CorpsDeps): Promise<string> {
  const token = newToken()
  await insertSetupLink(deps.db.everyCorps, sha256OfToken(token), deps.clock.now())
  return token
}

export async function requireOpenLink(deps: CorpsDeps, token: string): Promise<void> {
  const since = new Date(deps.clock.now().getTime() - linkDays * 86_400_000)
  if (!(await isSetupLinkOpen(deps.db.everyCorps, sha256OfToken(token), since))) throw new AppError('setup/link-spent')
}

/** Make the corps and its first administrator, spend the link, sign them in. Custody: `corps-established`. */
export async function establishCorps(
  deps: CorpsDeps,
  token: string,
  request: EstablishCorps,
  client: Client,
): Promise<OpenedSession> {
  await requireOpenLink(deps, token)
  const pack = deps.lawPacks.find(({ id }) => id === request.lawPackId)
  if (pack === undefined) throw new AppError('request/invalid')
  const createdAt = deps.clock.now()
  const corps = { id: newId('corps', createdAt), name: request.corpsName, timeZone: pack.timeZone }
  const { name, title = '', login, password } = request.administrator
  const person = {
    id: newId('person', createdAt),
    corpsId: corps.id,
    name,
    login,
    title,
    roles: ['administrator'] as const,
    passwordHash: await hashPassword(password),
    mustChangePassword: false,
    createdAt,
    leftAt: null,
    passwordGiven: null,
  }
  await deps.act(toActor(person), async (tx, record) => {
    if (!(await spendSetupLink(tx, sha256OfToken(token), createdAt))) throw new AppError('setup/link-spent')
    await insertCorps(tx, corps, createdAt)
    if (!(await insertPerson(tx, person))) throw new AppError('person/login-taken')
    await insertAdoption(tx, corps.id, {
      law: pack.key,
      inForceFrom: createdAt,
      adoptedAt: createdAt,
      adoptedBy: person.id,
      approvedBy: null,
      reason: '',
      alsoExisting: false,
    })
    await record({
      type: 'corps-established',
      recordingId: null,
      details: { corpsName: corps.name, law: pack.key },
    })
  })
  return openSession(deps, person, 'password', client)
}
