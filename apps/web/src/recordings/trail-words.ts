import { type Hold, holdKind, type TrailEntry } from '@getuige/contract'
import type { MessageKey } from '../messages/translate.ts'

/** What an act was, as a message and what fills it in. `purpose` and `kind` are ids whose words the caller looks up. */
export type TrailWords = Readonly<{
  key: MessageKey
  purpose?: string
  heldFor?: Readonly<{ kind: Hold['kind']; number: string }>
  recipient?: string
  name?: string
  reason: string | null
}>

type Details = TrailEntry['details']

/** A detail that people gave in words or that is an id; null when it is absent, empty or something else. */
export function textOf(details: Details, name: string): string | null {
  const value = details[name]
  return typeof value === 'string' && value.trim() !== '' ? value : null
}

/**
 * The sentence of a trail entry. An entry of another version may lack a detail: it is then said more plainly, never
 * left out. `isLaterVersion`: the same was entered before, so this one corrects it.
 */
export function describeEntry(entry: Pick<TrailEntry, 'type' | 'details'>, isLaterVersion = false): TrailWords {
  const { type, details } = entry
  const reason = textOf(details, 'reason')
  switch (type) {
    case 'activation-completed':
      return {
        key: isLaterVersion ? 'recordings.trail.activation-corrected' : 'recordings.trail.activation-completed',
        reason,
      }
    case 'viewing-started': {
      const purpose = textOf(details, 'purpose')
      return purpose === null
        ? { key: 'recordings.trailPlain.viewing-started', reason }
        : { key: 'recordings.trail.viewing-started', purpose, reason }
    }
    case 'hold-placed':
    case 'hold-lifted': {
      const number = textOf(details, 'number')
      const kind = holdKind.options.find((each) => each === details['kind'])
      return number === null || kind === undefined
        ? { key: `recordings.trailPlain.${type}`, reason }
        : { key: `recordings.trail.${type}`, heldFor: { kind, number }, reason }
    }
    case 'package-exported': {
      const recipient = textOf(details, 'recipient')
      return recipient === null
        ? { key: 'recordings.trailPlain.package-exported', reason }
        : { key: 'recordings.trail.package-exported', recipient, reason }
    }
    case 'recording-assigned':
    case 'assignment-ended': {
      const name = textOf(details, 'name')
      return name === null
        ? { key: `recordings.trailPlain.${type}`, reason }
        : { key: `recordings.trail.${type}`, name, reason }
    }
    case 'recording-received':
    case 'recording-probed':
    case 'proxy-made':
    case 'preview-shown':
    case 'viewing-ended':
    case 'access-refused':
    case 'sidecar-received':
    case 'clip-made':
    case 'tags-changed':
    case 'marker-added':
    case 'marker-changed':
    case 'marker-removed':
    case 'clock-corrected':
    case 'recording-damaged':
    case 'recording-restored':
    case 'law-changed':
    case 'erasure-announced':
    case 'erasure-ordered':
    case 'erasure-begun':
    case 'recording-erased':
    case 'approval-asked':
    case 'approval-given':
    case 'approval-refused':
    case 'approval-withdrawn':
    case 'approval-expired':
    case 'mandate-requested':
    case 'mandate-request-withdrawn':
    case 'mandate-recorded':
    case 'mandate-granted':
    case 'mandate-refused':
    case 'mandate-withdrawn':
    case 'glass-broken':
    case 'glass-justified':
    case 'glass-judged':
      return { key: `recordings.trail.${type}`, reason }
  }
}
