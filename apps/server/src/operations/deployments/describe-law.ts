import type { LawDescription, LawPackSummary, PackSummary } from '@getuige/contract'
import {
  type Adjustable,
  approvedActs,
  findPack,
  type Law,
  type LawPack,
  makeLawKey,
  packs,
  resolveLaw,
} from '@getuige/law'

/** A law for people to read: every value, and the rule each comes from. */
export function describeLaw(law: Law): LawDescription {
  const pack = findPack(law.id, law.version)
  if (pack === undefined) throw new Error(`no law pack ${law.id}@${law.version}`)
  const setting = <T extends LawDescription['settings'][number]['value']>(
    name: LawDescription['settings'][number]['name'],
    of: (from: LawPack) => Adjustable<T>,
  ) => {
    const { value, least, most, ruleId } = of(law)
    return { name, value, ofPack: of(pack).value, least, most, ruleId }
  }
  const choices = (all: readonly LawDescription['triggers'][number][]) => all.map(({ id, label }) => ({ id, label }))
  const inUse = new Set(law.purposes.map(({ id }) => id))
  return {
    key: law.key,
    packId: law.id,
    version: law.version,
    basedOn: law.basedOn,
    since: law.since,
    status: law.status,
    label: law.label,
    timeZone: law.timeZone,
    rules: law.rules.map((rule) => ({ ...rule })),
    settings: [
      setting('keepFor', ({ retention }) => retention.keepFor),
      setting('warnings', ({ activation }) => activation.warnings),
      setting('preRecordSeconds', ({ activation }) => activation.preRecordSeconds),
      setting('viewingIdleMinutes', ({ viewingIdleMinutes }) => viewingIdleMinutes),
      setting('logRetention', ({ logRetention }) => logRetention),
    ],
    holdKinds: choices(law.holdKinds),
    triggers: choices(law.activation.triggers),
    exceptions: choices(law.activation.exceptions),
    purposes: pack.purposes.map((purpose) => ({
      id: purpose.id,
      label: purpose.label,
      legalBasis: purpose.legalBasis,
      asksReference: purpose.asksReference,
      isOptional: purpose.isOptional,
      isInUse: inUse.has(purpose.id),
      roles: [...purpose.roles],
      acts: [...purpose.acts],
      window:
        purpose.window === null
          ? null
          : { within: purpose.window.within, afterwards: purpose.window.afterwards, ruleId: purpose.window.ruleId },
      ruleId: purpose.ruleId,
    })),
    approvals: approvedActs.map((act) => {
      const { roles, expiresAfter, ruleId } = law.approvals[act]
      return { act, roles: [...roles], expiresAfter, ruleId }
    }),
    emergency: { ...law.emergency, roles: [...law.emergency.roles] },
  }
}

export function summarisePack({ id, version, basedOn, label, status, since }: LawPack): PackSummary {
  return { id, version, basedOn, label, status, since }
}

/** The newest version of every pack; those of one family together, base first. */
export function listNewestPacks(): readonly LawPack[] {
  const ids = new Set(packs.map(({ id }) => id))
  const newest = [...ids].map((id) => findPack(id)).filter((pack) => pack !== undefined)
  const familyOf = (pack: LawPack) => `${pack.basedOn ?? pack.id} ${pack.basedOn === null ? 0 : 1} ${pack.id}`
  return newest.toSorted((a, b) => (familyOf(a) < familyOf(b) ? -1 : 1))
}

/** The law of a corps that sets nothing. */
export function lawOfPack(pack: LawPack): Law {
  return resolveLaw(makeLawKey(pack.id, pack.version, {}))
}

/** What a pack asks, a sentence a rule. */
export function describePack({ id, label, status, rules }: LawPack): LawPackSummary {
  return { id, label, status, rules: rules.map((rule) => ({ ...rule })) }
}
