/**
 * The life of a recording once it was received: each state, the module that sets it, and what may follow. Before, it is
 * an upload of `ingest`, which no list shows. Holding, viewing and exporting are acts, not states.
 */
export const lifecycle = {
  stored: { setBy: 'ingest', next: ['viewable', 'erasing'] }, //    sealed in the vault, entered in the custody log
  viewable: { setBy: 'media', next: ['erasing'] }, //               probed; what can be shown of it is made
  erasing: { setBy: 'retention', next: ['erased'] }, //             key destroyed, bytes being removed
  erased: { setBy: 'retention', next: [] }, //                      only the custody trail remains
} as const satisfies Record<string, { setBy: string; next: readonly string[] }>

export type RecordingState = keyof typeof lifecycle

/** From here on nothing brings the recording back: holds come too late, and nobody views it. */
export function hasErasureBegun(state: RecordingState): boolean {
  return state === 'erasing' || state === 'erased'
}

/** Whether `next` may follow `state`. */
export function mayBecome(state: RecordingState, next: RecordingState): boolean {
  return (lifecycle[state].next as readonly string[]).includes(next)
}
