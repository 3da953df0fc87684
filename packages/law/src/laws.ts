import { canonicalJson, type JsonValue, type Period } from '@getuige/base'
import type { Adjustable, CorpsSettings, Law, LawKey, LawPack, LawRule } from './pack.ts'
import { packs } from './packs/index.ts'
import { periodSchema, settingsSchema } from './schemas.ts'
import { isNeverLonger } from './windows.ts'

/** A value that the rule does not leave to the corps. */
export class SettingOutOfBounds extends Error {
  readonly setting: keyof CorpsSettings
  readonly ruleId: string
  readonly least: JsonValue
  readonly most: JsonValue

  constructor(setting: keyof CorpsSettings, bounds: Readonly<{ ruleId: string; least: JsonValue; most: JsonValue }>) {
    super(`${setting} is out of the bounds of ${bounds.ruleId}`)
    this.name = 'SettingOutOfBounds'
    this.setting = setting
    this.ruleId = bounds.ruleId
    this.least = bounds.least
    this.most = bounds.most
  }
}

/** The pack of that id in that version; without one, in its newest. */
export function findPack(id: string, version?: number): LawPack | undefined {
  return packs
    .filter((pack) => pack.id === id && (version === undefined || pack.version === version))
    .toSorted((a, b) => b.version - a.version)[0]
}

/** The rule of that id. Throws when the pack has none: a pack that names a rule it lacks is a defect. */
export function requireRule(law: LawPack, ruleId: string): LawRule {
  const rule = law.rules.find(({ id }) => id === ruleId)
  if (rule === undefined) throw new Error(`pack ${law.id} has no rule ${ruleId}`)
  return rule
}

/**
 * The key of a pack with settings; what equals the pack is left out, so one law has one key. Throws `SettingOutOfBounds`,
 * and `Error` when there is no such pack.
 */
export function makeLawKey(packId: string, version: number, settings: CorpsSettings): LawKey {
  return writeKey(requirePack(packId, version), settings)
}

const known = new Map<LawKey, Law>()
/** How many laws are remembered: far more than corps ever adopted; a simulation makes new ones. */
const mostKnown = 1000

/** The law that a key names. Throws when it names none: keys come from rows, or from `makeLawKey`. */
export function resolveLaw(key: LawKey): Law {
  let law = known.get(key)
  if (law === undefined) {
    law = readKey(key)
    if (known.size >= mostKnown) known.clear()
    known.set(key, law)
  }
  return law
}

function requirePack(id: string, version: number): LawPack {
  const pack = findPack(id, version)
  if (pack === undefined) throw new Error(`no law pack ${id}@${version}`)
  return pack
}

function readKey(key: LawKey): Law {
  const parts = /^([a-z0-9-]+)@([1-9][0-9]*)(\{.*\})?$/.exec(key)
  if (parts === null) throw new Error(`not the key of a law: ${key}`)
  const [, id = '', version = '', json = '{}'] = parts
  const pack = requirePack(id, Number(version))
  const settings = settingsSchema.parse(JSON.parse(json))
  if (writeKey(pack, settings) !== key) throw new Error(`not the key of a law as it is written: ${key}`)
  return applySettings(pack, settings, key)
}

function writeKey(pack: LawPack, settings: CorpsSettings): LawKey {
  const kept = keepWhatDiffers(pack, settings)
  const json = Object.keys(kept).length === 0 ? '' : canonicalJson(kept)
  return `${pack.id}@${pack.version}${json}` as LawKey
}

function keepWhatDiffers(pack: LawPack, settings: CorpsSettings): Record<string, JsonValue> {
  const kept: Record<string, JsonValue> = {}
  const keepNumber = (setting: 'warnings' | 'preRecordSeconds' | 'viewingIdleMinutes', is: Adjustable<number>) => {
    const value = settings[setting]
    if (value === undefined) return
    if (!Number.isInteger(value) || value < is.least || value > is.most) throw new SettingOutOfBounds(setting, is)
    if (value !== is.value) kept[setting] = value
  }
  const keepPeriod = (setting: 'keepFor' | 'logRetention', is: Adjustable<Period>) => {
    const value = settings[setting]
    if (value === undefined) return
    const isPeriod = periodSchema.safeParse(value).success
    if (!isPeriod || !isNeverLonger(is.least, value) || !isNeverLonger(value, is.most))
      throw new SettingOutOfBounds(setting, is)
    const plain = plainPeriod(value)
    if (canonicalJson(plain) !== canonicalJson(plainPeriod(is.value))) kept[setting] = plain
  }
  keepPeriod('keepFor', pack.retention.keepFor)
  keepNumber('warnings', pack.activation.warnings)
  keepNumber('preRecordSeconds', pack.activation.preRecordSeconds)
  keepNumber('viewingIdleMinutes', pack.viewingIdleMinutes)
  keepPeriod('logRetention', pack.logRetention)

  const optional = pack.purposes.filter(({ isOptional }) => isOptional)
  const chosen = settings.purposes ?? []
  if (chosen.some((chosenId) => !optional.some(({ id }) => id === chosenId))) {
    const ruleId = (optional[0] ?? pack.purposes[0])?.ruleId ?? pack.acts.view.ruleId
    throw new SettingOutOfBounds('purposes', { ruleId, least: [], most: optional.map(({ id }) => id) })
  }
  if (chosen.length > 0) kept['purposes'] = [...new Set(chosen)].toSorted()
  return kept
}

/** Without members that say nothing. */
function plainPeriod({ days, months }: Period): Record<string, number> {
  return {
    ...(days !== undefined && days !== 0 && { days }),
    ...(months !== undefined && months !== 0 && { months }),
  }
}

function applySettings(pack: LawPack, settings: CorpsSettings, key: LawKey): Law {
  const put = <T>(is: Adjustable<T>, value: T | undefined): Adjustable<T> => ({ ...is, value: value ?? is.value })
  return {
    ...pack,
    key,
    settings,
    retention: { keepFor: put(pack.retention.keepFor, settings.keepFor) },
    activation: {
      ...pack.activation,
      warnings: put(pack.activation.warnings, settings.warnings),
      preRecordSeconds: put(pack.activation.preRecordSeconds, settings.preRecordSeconds),
    },
    viewingIdleMinutes: put(pack.viewingIdleMinutes, settings.viewingIdleMinutes),
    logRetention: put(pack.logRetention, settings.logRetention),
    purposes: pack.purposes.filter(({ id, isOptional }) => !isOptional || settings.purposes?.includes(id) === true),
  }
}
