import type { Role } from '@getuige/base'
import { type ActName, purposefulActNames } from './acts.ts'
import type { PersonFacts } from './facts.ts'
import type { Allowance, Law, Purpose, Window } from './pack.ts'
import { rememberCutOff } from './windows.ts'

/** A window with the instant from which recordings are within it. */
export type WindowInTime = Window & Readonly<{ cutOff(now: Date): Date }>
type PurposeInTime = Purpose & Readonly<{ window: WindowInTime | null }>

/** One way in which a law lets a role do an act: how far it reaches and, where the act asks one, for which purpose. */
export type Way = Readonly<{ allowance: Allowance; purpose: PurposeInTime | null }>

/** Who may break the glass may then view by it, as far as that reaches. */
export const breakingTheGlass: ActName = 'break-glass'

/** The ways open to the roles of a person, in the order of the pack; none: no role of theirs may, or not for this purpose. */
export function waysTo(act: ActName, person: PersonFacts, law: Law, purposeId?: string): readonly Way[] {
  const [first, ...others] = person.roles
  if (first === undefined) return []
  const ofAct = compiled(law)[act]
  const ways = others.length === 0 ? (ofAct.get(first) ?? []) : person.roles.flatMap((role) => ofAct.get(role) ?? [])
  if (purposeId === undefined) return ways
  return ways.filter(({ purpose }) => purpose === null || purpose.id === purposeId)
}

type WaysOfRoles = ReadonlyMap<Role, readonly Way[]>
const known = new WeakMap<Law, Readonly<Record<ActName, WaysOfRoles>>>()

function compiled(law: Law): Readonly<Record<ActName, WaysOfRoles>> {
  let ways = known.get(law)
  if (ways === undefined) {
    ways = compile(law)
    known.set(law, ways)
  }
  return ways
}

function compile(law: Law): Readonly<Record<ActName, WaysOfRoles>> {
  const purposes = law.purposes.map((purpose): PurposeInTime => {
    const { window } = purpose
    if (window === null) return { ...purpose, window }
    const periods = [window.within, window.noLongerThan ?? window.within]
    return { ...purpose, window: { ...window, cutOff: rememberCutOff(periods, law.timeZone) } }
  })
  const waysOf = (act: ActName): WaysOfRoles => {
    const serving = purposefulActNames.find((each) => each === act)
    const ways = law.acts[act].allowances.flatMap((allowance): Way[] => {
      if (serving === undefined) return [{ allowance, purpose: null }]
      return purposes
        .filter((purpose) => purpose.acts.includes(serving) && purpose.roles.includes(allowance.role))
        .map((purpose) => ({ allowance, purpose }))
    })
    return Map.groupBy(ways, ({ allowance }) => allowance.role)
  }
  return {
    know: waysOf('know'),
    preview: waysOf('preview'),
    view: waysOf('view'),
    'place-hold': waysOf('place-hold'),
    'lift-hold': waysOf('lift-hold'),
    export: waysOf('export'),
    'complete-activation': waysOf('complete-activation'),
    assign: waysOf('assign'),
    'request-mandate': waysOf('request-mandate'),
    'break-glass': waysOf('break-glass'),
    'erase-early': waysOf('erase-early'),
  }
}
