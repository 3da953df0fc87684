import { accessLogFilters } from '@getuige/contract'
import type { z } from 'zod'

/** What of a search stands in the address: days and ids. Names and words do not. */
export const logAddress = accessLogFilters
  .pick({ from: true, to: true, verb: true, type: true, personId: true, recordingId: true, purpose: true })
  .extend({ scope: accessLogFilters.shape.scope.unwrap().optional() })
export type LogAddress = z.output<typeof logAddress>

/** What stands in the address no more than in anybody's history. */
export type LogWords = Readonly<{ person: string; recipient: string; words: string }>
export const noWords: LogWords = { person: '', recipient: '', words: '' }

/** The body of a search: what is empty is not asked for. */
export function toFilters(address: LogAddress, said: LogWords) {
  const given = Object.entries(said).flatMap(([name, text]) => (text.trim() === '' ? [] : [[name, text.trim()]]))
  return { ...address, ...(Object.fromEntries(given) as Partial<LogWords>) }
}

export function countFilters(address: LogAddress, said: LogWords): number {
  return Object.keys(toFilters(address, said)).length
}
