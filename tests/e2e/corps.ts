import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { addPeriod, dayOf, type PersonActor, type RecordingId, type Role } from '@getuige/base'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { clips } from '../../apps/server/src/demo/clips/clips.ts'
import { personaliseClip } from '../../apps/server/src/demo/personalise-clip.ts'
import { codeShown } from '../setup/authenticator.ts'
import { getuige, type Product } from './product.ts'
import { password, type Phone, signIn } from './sign-in.ts'

type Someone = Readonly<{ name: string; title?: string; roles: readonly Role[] }>
/** Who works there, by their login; each with a password of their own and, but for an enforcer alone, a telephone. */
export type Corps<Login extends string> = Readonly<{
  dockToken: string
  phones: Readonly<Record<Login | 'ada', Phone>>
  actors: Readonly<Record<Login | 'ada', PersonActor>>
}>

const cameraSerial = 'CAM-7'

/** A corps at work: administrator Ada, these people, and a camera that the first enforcer among them wears. */
export async function makeCorps<Login extends string>(
  { running, clock }: Product,
  lawPackId: string,
  people: Readonly<Record<Login, Someone>>,
): Promise<Corps<Login>> {
  const { corps, devices } = running.server.modules
  const setup = await corps.offerSetup()
  const administrator = { name: 'Ada Beheer', login: 'ada', password }
  const opened = await corps.establish(setup ?? '', { corpsName: 'Zone Testdam', lawPackId, administrator })
  const { sessionId: _sessionId, ...ada } = corps.toCaller(opened.session)
  const added = []
  for (const login of Object.keys(people) as Login[]) {
    const { name, title = '', roles } = people[login]
    added.push({ login, ...(await corps.addPerson(ada, { name, login, title, roles })) })
  }
  const actors: Record<string, PersonActor> = { ada }
  const enroll = async ({ session }: typeof opened): Promise<Phone> => {
    if (!corps.isHalf(session)) return { secret: null }
    const { secret } = await corps.beginTotp(session)
    await corps.addTotp(session, codeShown(secret, clock.now()))
    return { secret }
  }
  const phones: Record<string, Phone> = { ada: await enroll(opened) }
  for (const { login, oneTimePassword } of added) {
    const step = await corps.signIn(login, oneTimePassword)
    if (step.step !== 'signed-in') throw new Error(`${login} has a second factor already`)
    const own = await corps.changePassword(step.opened.session, oneTimePassword, password)
    const { sessionId: _own, ...actor } = corps.toCaller(own.session)
    actors[login] = actor
    phones[login] = await enroll(own)
  }
  // A code serves once.
  clock.advance(60_000)

  const wearer = added.find(({ person }) => person.roles.includes('enforcer'))?.person.id ?? null
  await devices.add(ada, { label: 'VB-007', serial: cameraSerial, wearerId: wearer })
  const { token } = await devices.addDock(ada, 'Balie')
  return {
    dockToken: token,
    phones: phones as Corps<Login>['phones'],
    actors: actors as Corps<Login>['actors'],
  }
}

/** That many recordings of the day before, as cameras make them, handed over by a dock; all can be played afterwards. */
export async function dockRecordings(
  product: Product,
  { dockToken }: Pick<Corps<never>, 'dockToken'>,
  count: number,
  timeZone: string,
): Promise<RecordingId[]> {
  const camera = join(product.folder, 'camera')
  await mkdir(camera)
  const recordedOn = dayOf(addPeriod(product.clock.now(), { days: -1 }, timeZone), timeZone)
  for (const [i, clip] of clips.slice(0, count).entries()) {
    const bytes = await personaliseClip(clip, { recordedOn, timeZone, cameraSerial, nonce: `${i}` })
    await writeFile(join(camera, `${i}.mp4`), bytes)
  }
  const args = ['dock', camera, '--camera', cameraSerial, '--server', product.address]
  const sent = await getuige(product, args, { GETUIGE_DOCK_TOKEN: dockToken })
  expect(sent.code, sent.output).toBe(0)
  const { db } = product.running.server
  const rows = await db.everyCorps.selectFrom('recording').select('id').orderBy('recorded_at').execute()
  return rows.map(({ id }) => id as RecordingId)
}

/** As a records officer does on the screen of each: it is kept for a procedure, beyond its period. */
export async function holdForProcedure<Login extends string>(
  { running }: Product,
  { actors }: Corps<Login>,
  by: Login,
  recordingIds: readonly RecordingId[],
): Promise<void> {
  const hold = { kind: 'judicial-procedure', number: 'BR.20.L7.004512/26', reason: 'Onderzoek loopt.' } as const
  for (const recordingId of recordingIds) {
    await running.server.modules.retention.placeHold(actors[by], { ...hold, recordingId })
  }
}

/** Somebody of the corps at their own browser, signed in, where they asked to be. */
export async function arrive<Login extends string>(
  product: Product,
  { phones }: Corps<Login>,
  login: Login | 'ada',
  path = '/',
  options: Parameters<Product['open']>[1] = {},
): Promise<Page> {
  // Whoever comes again shows another code.
  product.clock.advance(60_000)
  const page = await product.open(path, options)
  await signIn(page, product, login, phones[login])
  await page.getByRole('navigation').first().waitFor()
  return page
}
