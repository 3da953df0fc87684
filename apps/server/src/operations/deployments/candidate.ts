import type { Period, Words } from '@getuige/base'
import {
  type CorpsSettings,
  findPack,
  type Law,
  makeLawKey,
  requireRule,
  resolveLaw,
  SettingOutOfBounds,
} from '@getuige/law'
import { AppError } from '#platform/errors'

export type Candidate = Readonly<{ packId: string; settings: CorpsSettings }>

/**
 * The law that a corps would have with that pack, in its newest version, and those settings. A value outside the bounds is
 * refused with the rule that draws them, never brought within. Throws `law/pack-unknown`, `law/setting-out-of-bounds`.
 */
export function requireCandidate({ packId, settings }: Candidate): Law {
  const pack = findPack(packId)
  if (pack === undefined) throw new AppError('law/pack-unknown')
  try {
    return resolveLaw(makeLawKey(pack.id, pack.version, settings))
  } catch (error) {
    if (!(error instanceof SettingOutOfBounds)) throw error
    const { setting, ruleId, least, most } = error
    const { article, source } = requireRule(pack, ruleId)
    const where = (language: keyof Words) => (article === null ? source[language] : `${source[language]}, ${article}`)
    throw new AppError(
      'law/setting-out-of-bounds',
      {
        setting,
        ruleId,
        least: sayBound(least),
        most: sayBound(most),
        article: article ?? ruleId,
        sourceNl: where('nl'),
        sourceFr: where('fr'),
        sourceDe: where('de'),
        sourceEn: where('en'),
      },
      { cause: error },
    )
  }
}

/** A number as it is; a period as ISO 8601 writes it, such as `P30D`, `P12M`. */
function sayBound(bound: unknown): string {
  if (typeof bound === 'number') return String(bound)
  if (Array.isArray(bound)) return bound.join(', ')
  const { months = 0, days = 0 } = bound as Period
  return `P${months > 0 ? `${months}M` : ''}${days > 0 || months === 0 ? `${days}D` : ''}`
}
