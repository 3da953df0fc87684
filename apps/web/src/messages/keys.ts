import type account from './account.en.json'
import type activation from './activation.en.json'
import type app from './app.en.json'
import type approvals from './approvals.en.json'
import type corps from './corps.en.json'
import type custody from './custody.en.json'
import type devices from './devices.en.json'
import type emergency from './emergency.en.json'
import type errors from './errors.en.json'
import type ingest from './ingest.en.json'
import type law from './law.en.json'
import type mandates from './mandates.en.json'
import type oversight from './oversight.en.json'
import type player from './player.en.json'
import type recordings from './recordings.en.json'
import type retention from './retention.en.json'
import type search from './search.en.json'
import type session from './session.en.json'
import type setup from './setup.en.json'
import type tasks from './tasks.en.json'
import type together from './together.en.json'
import type ways from './ways.en.json'

/** Each area of the app and the file of its English messages; the other languages have the same keys (a test). */
type Areas = {
  account: typeof account
  activation: typeof activation
  app: typeof app
  approvals: typeof approvals
  corps: typeof corps
  custody: typeof custody
  devices: typeof devices
  emergency: typeof emergency
  errors: typeof errors
  ingest: typeof ingest
  law: typeof law
  mandates: typeof mandates
  oversight: typeof oversight
  player: typeof player
  recordings: typeof recordings
  retention: typeof retention
  search: typeof search
  session: typeof session
  setup: typeof setup
  tasks: typeof tasks
  together: typeof together
  ways: typeof ways
}

/** `area.key` of every message. */
export type MessageKey = { [Area in keyof Areas]: `${Area}.${Extract<keyof Areas[Area], string>}` }[keyof Areas]
