import { roles } from '@getuige/base'
import { z } from 'zod'
import { actNames, corpsActNames, purposefulActNames } from './acts.ts'
import { citedRuleIds } from './cited-rules.ts'
import { approvedActs, type LawPack } from './pack.ts'
import { isNeverLonger } from './windows.ts'

/** A calendar period of whole days, whole months, or both. */
export const periodSchema = z
  .strictObject({ days: z.int().min(0).max(36_600).exactOptional(), months: z.int().min(0).max(1200).exactOptional() })
  .readonly()

/** The settings of a corps as they stand in a key. Bounds are the pack's. */
export const settingsSchema = z
  .strictObject({
    keepFor: periodSchema.exactOptional(),
    warnings: z.int().exactOptional(),
    preRecordSeconds: z.int().exactOptional(),
    viewingIdleMinutes: z.int().exactOptional(),
    logRetention: periodSchema.exactOptional(),
    purposes: z.array(z.string()).readonly().exactOptional(),
  })
  .readonly()

const text = z.string().trim().min(1)
const words = z.strictObject({ nl: text, fr: text, de: text, en: text }).readonly()
const id = z.string().regex(/^[a-z][a-z0-9-]*$/)
const ruleId = z.string().regex(/^[A-Z]+(-[A-Z]+)?-[0-9]+$/)
const day = z.iso.date()
const pattern = z.string().refine(isPattern, 'is no regular expression').nullable()
const role = z.enum(roles)
const someRoles = z.array(role).refine(areDistinct, 'says a role twice').readonly()
const listOf = <T extends z.ZodType<{ readonly id: string }>>(item: T) =>
  z
    .array(item)
    .refine((items) => areDistinct(items.map((each) => each.id)), 'has an id twice')
    .readonly()

const adjustableNumber = z
  .strictObject({ value: z.int().min(0), least: z.int().min(0), most: z.int(), ruleId })
  .refine(({ value, least, most }) => least <= value && value <= most, 'is out of its own bounds')
  .readonly()
const adjustablePeriod = z
  .strictObject({ value: periodSchema, least: periodSchema, most: periodSchema, ruleId })
  .refine(
    ({ value, least, most }) => isNeverLonger(least, value) && isNeverLonger(value, most),
    'is out of its own bounds',
  )
  .readonly()

const choice = z.strictObject({ id, label: words }).readonly()
const allowance = z.strictObject({ role, reach: z.enum(['all', 'own', 'assigned']) }).readonly()
const actRule = z
  .strictObject({
    allowances: z
      .array(allowance)
      .refine((all) => areDistinct(all.map((each) => each.role)), 'allows a role twice')
      .readonly(),
    ruleId,
  })
  .readonly()

const shape = z
  .strictObject({
    id,
    version: z.int().min(1),
    basedOn: id.nullable(),
    since: day,
    status: z.enum(['draft', 'confirmed']),
    label: words,
    timeZone: z.string().refine(isTimeZone, 'is no time zone'),
    rules: listOf(
      z
        .strictObject({
          id: ruleId,
          label: words,
          source: words,
          article: text.nullable(),
          since: day,
          confidence: z.enum(['H', 'M', 'L']),
          isInformative: z.boolean(),
        })
        .readonly(),
    ),
    retention: z.strictObject({ keepFor: adjustablePeriod }).readonly(),
    holdKinds: listOf(z.strictObject({ id, label: words, numberPattern: pattern, ruleId }).readonly()),
    activation: z
      .strictObject({
        warnings: adjustableNumber,
        exceptions: listOf(choice),
        exceptionsRuleId: ruleId,
        triggers: listOf(choice),
        triggersRuleId: ruleId,
        preRecordSeconds: adjustableNumber,
      })
      .readonly(),
    purposes: listOf(
      z
        .strictObject({
          id,
          label: words,
          legalBasis: words,
          asksReference: z.boolean(),
          referencePattern: pattern,
          roles: someRoles,
          acts: z.array(z.enum(purposefulActNames)).min(1).refine(areDistinct, 'says an act twice').readonly(),
          window: z
            .strictObject({
              within: periodSchema,
              noLongerThan: periodSchema.nullable(),
              afterwards: z.enum(['closed', 'mandate']),
              ruleId,
            })
            .readonly()
            .nullable(),
          isOptional: z.boolean(),
          ruleId,
        })
        .readonly(),
    ),
    acts: z.record(z.enum(actNames), actRule).readonly(),
    corpsActs: z.record(z.enum(corpsActNames), z.strictObject({ roles: someRoles, ruleId }).readonly()).readonly(),
    approvals: z
      .record(
        z.enum(approvedActs),
        z
          .strictObject({
            roles: someRoles.refine((all) => all.length > 0, 'nobody approves'),
            expiresAfter: periodSchema.refine((after) => !isNeverLonger(after, {}), 'is over at once'),
            ruleId,
          })
          .readonly(),
      )
      .readonly(),
    viewingIdleMinutes: adjustableNumber,
    emergency: z
      .strictObject({
        roles: someRoles,
        opensForHours: z.int().min(1),
        justifyWithinHours: z.int().min(1),
        ruleId,
      })
      .readonly(),
    logRetention: adjustablePeriod,
  })
  .readonly() satisfies z.ZodType<LawPack>

/** A pack that is whole in itself: every value in bounds and in four languages, every rule it names there, none of its rules idle. */
export const packSchema = shape.superRefine((pack, context) => {
  for (const message of findFaults(pack)) context.addIssue({ code: 'custom', message })
})

function findFaults(pack: LawPack): readonly string[] {
  const cited = citedRuleIds(pack)
  const has = (ruleIdNamed: string) => pack.rules.some((rule) => rule.id === ruleIdNamed)
  const rolesTo = (act: (typeof actNames)[number]) => pack.acts[act].allowances.map((each) => each.role)
  const known = new Map(pack.acts.know.allowances.map((each) => [each.role, each.reach]))
  const unknowing = actNames.flatMap((act) =>
    pack.acts[act].allowances
      .filter((each) => known.get(each.role) !== 'all' && known.get(each.role) !== each.reach)
      .map((each) => `${each.role} may ${act} what that role may not know`),
  )
  const opensByMandate = pack.purposes.some(({ window }) => window?.afterwards === 'mandate')
  const mandates = [rolesTo('request-mandate'), pack.corpsActs['decide-mandates'].roles]
  return [
    ...[...cited].filter((each) => !has(each)).map((each) => `there is no rule ${each}`),
    ...pack.rules
      .filter((rule) => rule.isInformative === cited.has(rule.id))
      .map((rule) => `rule ${rule.id} is ${rule.isInformative ? 'informative, yet named' : 'named by no value'}`),
    ...unknowing,
    ...pack.purposes.flatMap((purpose) =>
      purpose.roles
        .filter((each) => !purpose.acts.some((act) => rolesTo(act).includes(each)))
        .map((each) => `purpose ${purpose.id} is for ${each}, who may do none of its acts`),
    ),
    ...(mandates.some((each) => each.length > 0 !== opensByMandate)
      ? ['mandates are asked and decided where they open a purpose, and nowhere else']
      : []),
    ...(isSame(pack.corpsActs['list-recordings'].roles, rolesTo('know'))
      ? []
      : ['those who may know of recordings list them, and nobody else']),
    ...(isSame(pack.emergency.roles, rolesTo('break-glass')) ? [] : ['who breaks the glass is said in two ways']),
  ]
}

/** Every pack there is: each whole, none twice, and no profile beyond its base. */
export const packsSchema = z.array(packSchema).superRefine((packs, context) => {
  const report = (message: string) => context.addIssue({ code: 'custom', message })
  if (!areDistinct(packs.map((pack) => `${pack.id}@${pack.version}`))) report('a version of a pack is there twice')
  for (const pack of packs) {
    if (pack.basedOn === null) continue
    const base = packs
      .filter((each) => each.id === pack.basedOn && each.since <= pack.since)
      .toSorted((a, b) => b.version - a.version)[0]
    if (base === undefined) report(`${pack.id} rests on ${pack.basedOn}, which is not there`)
    else for (const message of findExcesses(pack, base)) report(`${pack.id}: ${message}`)
  }
})

/** A profile narrows what its base lets a corps choose, and widens nothing. */
function findExcesses(pack: LawPack, base: LawPack): readonly string[] {
  const numbers = (of: LawPack) => [of.activation.warnings, of.activation.preRecordSeconds, of.viewingIdleMinutes]
  const periods = (of: LawPack) => [of.retention.keepFor, of.logRetention]
  const excess: string[] = []
  const expect = (isWithin: boolean, message: string) => void (isWithin || excess.push(message))

  expect(pack.basedOn === base.id && base.basedOn === null, 'a profile rests on a base')
  expect(pack.timeZone === base.timeZone, 'another time zone')
  numbers(pack).forEach((number, at) => {
    const bound = numbers(base)[at]
    expect(bound !== undefined && number.least >= bound.least && number.most <= bound.most, `beyond ${bound?.ruleId}`)
  })
  periods(pack).forEach((own, at) => {
    const bound = periods(base)[at]
    const isWithin = bound && isNeverLonger(bound.least, own.least) && isNeverLonger(own.most, bound.most)
    expect(isWithin === true, `beyond ${bound?.ruleId}`)
  })
  for (const list of ['exceptions', 'triggers'] as const) {
    expect(isSubset(pack.activation[list], base.activation[list]), `${list} that the base does not name`)
  }
  expect(isSubset(pack.holdKinds, base.holdKinds), 'kinds of hold that the base does not name')
  for (const act of actNames) {
    const allowances = new Map(base.acts[act].allowances.map((each) => [each.role, each.reach]))
    const isWithin = pack.acts[act].allowances.every(
      (each) => allowances.get(each.role) === 'all' || allowances.get(each.role) === each.reach,
    )
    expect(isWithin, `${act} for more than in the base`)
  }
  for (const act of corpsActNames) {
    const isWithin = pack.corpsActs[act].roles.every((each) => base.corpsActs[act].roles.includes(each))
    expect(isWithin, `${act} for more than in the base`)
  }
  for (const purpose of pack.purposes) {
    const bound = base.purposes.find((each) => each.id === purpose.id)
    expect(bound !== undefined && isNarrower(purpose, bound), `purpose ${purpose.id} for more than in the base`)
  }
  return excess
}

type Purpose = LawPack['purposes'][number]

function isNarrower(purpose: Purpose, bound: Purpose): boolean {
  const { window } = purpose
  const isForLess =
    purpose.roles.every((each) => bound.roles.includes(each)) && purpose.acts.every((each) => bound.acts.includes(each))
  if (!isForLess || (bound.isOptional && !purpose.isOptional)) return false
  if (bound.window === null) return true
  if (window === null || (window.afterwards === 'mandate' && bound.window.afterwards === 'closed')) return false
  const longest = bound.window.within
  return isNeverLonger(window.within, longest) || isNeverLonger(window.noLongerThan ?? window.within, longest)
}

type Named = readonly Readonly<{ id: string }>[]
const isSubset = (some: Named, all: Named) => some.every((each) => all.some((other) => other.id === each.id))
const isSame = (a: readonly string[], b: readonly string[]) => a.toSorted().join(' ') === b.toSorted().join(' ')

function areDistinct(values: readonly string[]): boolean {
  return new Set(values).size === values.length
}

function isPattern(source: string): boolean {
  try {
    return new RegExp(source, 'u').source !== ''
  } catch {
    return false
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
