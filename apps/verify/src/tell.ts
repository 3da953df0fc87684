import type { Language } from '@getuige/base'
import type { Report } from './check-package.ts'
import type { Problem } from './problems.ts'
import { otherWords, problemWords } from './words.ts'

/** Names come from a file that nobody vouches for: what could steer a terminal, or how a text reads, is written out. */
export function safe(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`)
}

/** Capitals are kept where a name begins the sentence. */
export function tellProblem({ code, subject }: Problem, language: Language): string {
  const words = problemWords[code][language]
  return subject === '' ? words : `${safe(subject)}: ${words}`
}

/** What the package says of who signed and who saw it, whether that could be established or not: name and value. */
export function tellFacts({ key, seenBy, signer, stamp }: Report, language: Language): [name: string, value: string][] {
  const say = (word: keyof typeof otherWords) => otherWords[word][language]
  const facts: [string, string][] = []
  if (signer !== null) {
    const { accordingTo, fingerprint, hasExpiredSince, issuer, name, signedAt, validUntil } = signer
    facts.push(
      [say('signedBy'), `${safe(name)} (${say('issuedBy')} ${safe(issuer)})`],
      [say('certificate'), fingerprint],
    )
    const who = say(accordingTo === 'time-stamp' ? 'accordingToStamp' : 'accordingToSigner')
    if (signedAt !== null) facts.push([say('signedAt'), `${signedAt} (${who})`])
    if (hasExpiredSince) facts.push([say('expiredSince'), validUntil])
  }
  if (stamp !== null) facts.push([say('stamp'), `${stamp.at} (${say('by')} ${safe(stamp.authority)})`])
  if (key !== null) facts.push([say('key'), key.vkey], [say('fingerprint'), key.fingerprint])
  for (const { at, origin, size, witness } of seenBy) {
    facts.push([say('seenBy'), `${safe(witness)}: ${safe(origin)}, ${size} ${say('seenEntries')}, ${at}`])
  }
  return facts
}
