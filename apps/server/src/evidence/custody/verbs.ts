import type { EntryType } from './entries.ts'

/**
 * What art. 25 asks to be logged.
 * @law Directive (EU) 2016/680, art. 25 (1)
 */
export const verbs = ['collect', 'alter', 'consult', 'disclose', 'combine', 'erase'] as const
export type Verb = (typeof verbs)[number]

/**
 * What each type of entry is in the words of art. 25; null: about people, settings or keys, or about nothing that was
 * processed. A new type does not compile until it has its verb.
 */
export const verbOf: Readonly<Record<EntryType, Verb | null>> = {
  'recording-received': 'collect',
  'sidecar-received': 'collect',
  'recording-probed': 'collect', // facts and pictures are read out of it
  'proxy-made': 'alter', // a second form of it, which people see in its place
  'preview-shown': 'consult',
  'viewing-started': 'consult',
  'viewing-ended': null,
  'access-refused': null, // nothing was shown
  'recording-assigned': null, // opens it; what is then looked at is entered as such
  'assignment-ended': null,
  'hold-placed': 'alter',
  'hold-lifted': 'alter',
  'activation-completed': 'alter',
  'clip-made': 'alter', // a part of it, as a recording of its own
  'tags-changed': 'alter',
  'marker-added': 'alter',
  'marker-changed': 'alter',
  'marker-removed': 'alter',
  'clock-corrected': 'alter',
  'package-exported': 'disclose',
  'recording-damaged': null,
  'recording-restored': 'alter',
  'law-changed': 'alter',
  'erasure-announced': null, // told, nothing of the recording is looked at
  'erasure-ordered': 'alter',
  'law-adopted': null,
  'erasure-begun': 'erase',
  'recording-erased': 'erase',
  'approval-asked': null,
  'approval-given': null,
  'approval-refused': null,
  'approval-withdrawn': null,
  'approval-expired': null,
  'mandate-requested': null,
  'mandate-request-withdrawn': null,
  'mandate-recorded': null,
  'mandate-granted': null,
  'mandate-refused': null,
  'mandate-withdrawn': null,
  'glass-broken': null,
  'glass-justified': null,
  'glass-judged': null,
  'mandate-document-opened': 'consult',
  'corps-established': null,
  'person-added': null,
  'password-reset': null,
  'session-started': null,
  'session-ended': null,
  'person-changed': null,
  'roles-changed': null,
  'roles-widened': null,
  'person-left': null,
  'person-returned': null,
  'password-changed': null,
  'second-factor-added': null,
  'second-factor-removed': null,
  'passkey-added': null,
  'passkey-removed': null,
  'identity-invited': null,
  'identity-linked': null,
  'identity-unlinked': null,
  'identity-provider-changed': null,
  'sign-in-locked': null,
  'sign-in-unlocked': null,
  'account-recovered': null,
  'recovery-taken': null,
  'founding-ended': null,
  'founding-reopened': null,
  'camera-added': null,
  'camera-assigned': null,
  'dock-added': null,
  'dock-removed': null,
  'upload-refused': null, // nothing was kept of it
  'expiry-key-destroyed': 'erase',
  'log-continued': null,
  'certificate-issued': null,
  'root-key-rotated': null,
  'recipients-changed': null,
  'recipients-retired': null,
  'escrow-identity-written': null,
  'escrow-exported': 'disclose',
  'log-searched': 'consult',
  'log-exported': 'disclose',
  'words-erased': 'erase',
  'report-made': null, // numbers and settings
}
