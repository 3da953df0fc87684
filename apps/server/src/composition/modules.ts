import type { Access, Emergencies, Mandates } from '#access'
import type { Approvals } from '#approvals'
import type { Authority } from '#authority'
import type { Cases } from '#cases'
import type { Clips } from '#clips'
import type { Corps } from '#corps'
import type { Custody } from '#custody'
import type { Deployments } from '#deployments'
import type { Devices } from '#devices'
import type { Ingest } from '#ingest'
import type { Markers } from '#markers'
import type { Media } from '#media'
import type { Oversight } from '#oversight'
import type { Recordings } from '#recordings'
import type { Retention } from '#retention'
import type { Search } from '#search'
import type { Tasks } from '#tasks'
import type { Together } from '#together'
import type { Vault } from '#vault'

/** Every module of the server, built once. */
export type Modules = Readonly<{
  corps: Corps
  custody: Custody
  authority: Authority
  recordings: Recordings
  vault: Vault
  access: Access
  mandates: Mandates
  emergencies: Emergencies
  approvals: Approvals
  deployments: Deployments
  devices: Devices
  ingest: Ingest
  tasks: Tasks
  media: Media
  markers: Markers
  clips: Clips
  together: Together
  retention: Retention
  cases: Cases
  search: Search
  oversight: Oversight
}>
