import type { PersonActor } from '@getuige/base'
import { decideCorpsAct, type Law } from '@getuige/law'

/** What of the law of a corps says who has to do with requests and decisions. */
export function mandateRoles(person: PersonActor, law: Law) {
  const isOne = (roles: readonly string[]) => person.roles.some((role) => roles.includes(role))
  return {
    /** A prosecutor. */
    decides: decideCorpsAct('decide-mandates', person, law).allowed,
    /** Asks, and records and confirms what was decided on paper. */
    requests: isOne(law.acts['request-mandate'].allowances.map(({ role }) => role)),
    oversees: decideCorpsAct('see-oversight', person, law).allowed,
  }
}
