import { type Generated, sql } from 'kysely'
import type { Database, Reader, Tx } from '#platform/database'

declare module '#platform/database' {
  interface Tables {
    /** Tries to sign in that were not right, or are not known to be yet. Of nobody's corps: a login may be anybody's. */
    sign_in_failure: { id: Generated<number>; login: string; at: Date }
  }
}

const triesAllowed = 5
const triesMinutes = 15

/** Tries from this instant back count no more. */
function triesSince(now: Date): Date {
  return new Date(now.getTime() - triesMinutes * 60_000)
}

/** A try that was taken: which of them it is, and until when the login is closed if it was the last and fails. */
export type Try = Readonly<{ id: number; isLast: boolean; closedUntil: Date }>

/** Only one at a time, until the transaction ends: a count that is judged here stays true until it is acted on. */
async function lockSignIn(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('getuige/sign-in'))`.execute(tx)
}

/**
 * Take one of the tries that a login has left; when there is none, until when it is closed. Taken before the password is
 * looked at, so that many at once get no more tries than one after another. Tries that count no more are forgotten, and
 * so are those of a time that has not come: the clock was wrong then.
 */
export function takeTry(db: Database, login: string, now: Date): Promise<Try | Readonly<{ closedUntil: Date }>> {
  return db.everyCorps.transaction().execute(async (tx) => {
    await lockSignIn(tx)
    await tx
      .deleteFrom('sign_in_failure')
      .where((eb) => eb.or([eb('at', '<=', triesSince(now)), eb('at', '>', now)]))
      .execute()
    const taken = await tx.selectFrom('sign_in_failure').select('at').where('login', '=', login).orderBy('at').execute()
    const closedUntil = new Date((taken[0]?.at ?? now).getTime() + triesMinutes * 60_000)
    if (taken.length >= triesAllowed) return { closedUntil }
    const { id } = await tx
      .insertInto('sign_in_failure')
      .values({ login, at: now })
      .returning('id')
      .executeTakeFirstOrThrow()
    return { id, isLast: taken.length === triesAllowed - 1, closedUntil }
  })
}

/** This one was no failure; those before it stay. */
export async function giveBackTry(db: Database, id: number): Promise<void> {
  await db.everyCorps.deleteFrom('sign_in_failure').where('id', '=', id).execute()
}

/** After both factors, or by an administrator: every try is there again. */
export async function giveBackTries(db: Reader, login: string): Promise<void> {
  await db.deleteFrom('sign_in_failure').where('login', '=', login).execute()
}

/** Logins that are closed, and until when. */
export async function listClosed(db: Database, now: Date): Promise<ReadonlyMap<string, Date>> {
  const rows = await db.everyCorps
    .selectFrom('sign_in_failure')
    .select((eb) => ['login', eb.fn.min<Date>('at').as('first'), eb.fn.countAll<number>().as('count')])
    .where('at', '>', triesSince(now))
    .where('at', '<=', now)
    .groupBy('login')
    .execute()
  return new Map(
    rows.flatMap(({ login, first, count }): [string, Date][] =>
      count >= triesAllowed ? [[login, new Date(first.getTime() + triesMinutes * 60_000)]] : [],
    ),
  )
}

/** How many failures a network, and all strange ones together, have left in a window of time. */
export type Limits = Readonly<{
  /** Undefined: go on; else until when to wait. */
  waitUntil(network: string, now: Date): Date | undefined
  failed(network: string, now: Date): void
  /** Somebody signed in there: what others do elsewhere closes nothing to it any more. */
  succeeded(network: string): void
}>

/**
 * In the memory of this process, and never more than `mostNetworks` of them: the one that failed longest ago gives way.
 * A network is a whole office, so it has more tries than a login. A clock that is set back begins anew. The bound on all
 * together is for networks where nobody signed in: else whoever sends enough wrong passwords would close every door.
 */
export function openLimits({
  perNetwork = 60,
  together = 600,
  minutes = triesMinutes,
  mostNetworks = 10_000,
}: Readonly<{ perNetwork?: number; together?: number; minutes?: number; mostNetworks?: number }> = {}): Limits {
  type Window = { since: number; failures: number }
  const windows = new Map<string, Window>()
  const known = new Set<string>()
  const all: Window = { since: 0, failures: 0 }
  const isOver = (window: Window, now: number) => now < window.since || now >= window.since + minutes * 60_000
  const count = (window: Window, now: number) => {
    if (isOver(window, now)) [window.since, window.failures] = [now, 0]
    window.failures += 1
  }
  const until = (window: Window | undefined, most: number, now: number) =>
    window === undefined || isOver(window, now) || window.failures < most
      ? undefined
      : new Date(window.since + minutes * 60_000)
  return {
    waitUntil: (network, now) =>
      until(windows.get(network), perNetwork, now.getTime()) ??
      (known.has(network) ? undefined : until(all, together, now.getTime())),
    failed(network, now) {
      const window = windows.get(network) ?? { since: now.getTime(), failures: 0 }
      windows.delete(network)
      const oldest = windows.size >= mostNetworks ? windows.keys().next().value : undefined
      if (oldest !== undefined) windows.delete(oldest)
      windows.set(network, window)
      count(window, now.getTime())
      if (!known.has(network)) count(all, now.getTime())
    },
    succeeded(network) {
      known.delete(network)
      const oldest = known.size >= mostNetworks ? known.values().next().value : undefined
      if (oldest !== undefined) known.delete(oldest)
      known.add(network)
    },
  }
}
