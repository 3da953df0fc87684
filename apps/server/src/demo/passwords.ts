import { type PersonActor, roles as everyRole } from '@getuige/base'
import type { Corps } from '#corps'
import { demoCorps } from './corps.ts'

/**
 * How everybody signs in, by corps, then role: a fresh one-time password for whoever has not chosen one. `known` are those
 * that were given out a moment ago, by login.
 */
export async function sayPasswords(
  corps: Corps,
  known: ReadonlyMap<string, string>,
  say: (line: string) => void,
): Promise<void> {
  const plans = new Map(demoCorps.map((plan) => [plan.name, plan]))
  const lines: string[] = []
  const place = (name: string) => demoCorps.findIndex((plan) => plan.name === name)
  const all = (await corps.list()).toSorted((a, b) => place(a.name) - place(b.name))
  for (const { id: corpsId, name } of all) {
    const plan = plans.get(name)
    const shows = new Map(plan?.people.map((person) => [person.login, person.shows]))
    const staff = (await corps.listPeople(corpsId)).filter(({ leftAt }) => leftAt === null)
    const administrator = staff.find(({ roles }) => roles.includes('administrator'))
    if (administrator === undefined) continue
    const actor: PersonActor = { kind: 'person', ...administrator }
    lines.push(
      '',
      `${name}${plan === undefined ? '' : ` (${plan.described})`}`,
      row('sign in as', 'one-time password', 'role', 'to see'),
    )
    for (const { id, login, roles, mustChangePassword } of staff.toSorted(byRole)) {
      const fresh = async () => (mustChangePassword ? corps.resetPassword(actor, id) : '(of their own)')
      const password = known.get(login) ?? (await fresh())
      lines.push(row(login, password, roles.join(', ').replaceAll('-', ' '), shows.get(login) ?? ''))
    }
  }
  say('Two invented corps. Sign in with a name and its one-time password below; you then choose one of your own.')
  say('A password is shown once; the next start makes others for whoever has not signed in.')
  for (const line of lines) say(line)
  say('')
}

const row = (login: string, password: string, role: string, shows: string): string =>
  `  ${login.padEnd(10)}  ${password.padEnd(19)}  ${role.padEnd(23)}  ${shows}`.trimEnd()

/** Where the tour begins first. */
const order = ['records-officer', 'prosecutor', 'data-protection-officer', 'auditor', 'enforcer'] as const

function byRole(a: Pick<PersonActor, 'roles'> & { login: string }, b: typeof a): number {
  return rank(a.roles) - rank(b.roles) || a.login.localeCompare(b.login, 'en')
}

function rank(roles: PersonActor['roles']): number {
  const ranks = roles.map((role) => {
    const first = order.findIndex((each) => each === role)
    return first === -1 ? order.length + everyRole.indexOf(role) : first
  })
  return Math.min(...ranks)
}
