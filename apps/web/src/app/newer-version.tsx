import { Button } from '@getuige/ui'
import { type ComponentType, type FunctionComponent, useEffect, useState, useSyncExternalStore } from 'react'
import { t } from '../messages/translate.ts'

/** Why a part of the app did not come: the server has another build of it, or nothing could be asked of it. */
type Missing = 'newer-version' | 'no-answer'

let missing: Missing | null = null
const listeners = new Set<() => void>()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function tell(now: Missing | null): void {
  missing = now
  for (const listener of listeners) listener()
}

/** The page that the server sends now names other files than the one that runs here. */
async function findWhy(): Promise<Missing> {
  try {
    const answer = await fetch('/', { cache: 'no-store', headers: { accept: 'text/html' } })
    const sent = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const own = document.querySelector('script[type=module][src]')?.getAttribute('src')
    const theirs = sent.querySelector('script[type=module][src]')?.getAttribute('src')
    return answer.ok && theirs !== undefined && theirs !== own ? 'newer-version' : 'no-answer'
  } catch {
    return 'no-answer'
  }
}

/** Something that is loaded by itself did not come: says so. */
export async function noteMissingPart(): Promise<void> {
  tell(await findWhy())
}

/**
 * A part of the app that is loaded when it is first shown, or before by `preload`. What cannot be loaded shows nothing
 * and takes nothing else away: the bar says why. Shown again, it is asked for again.
 */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): FunctionComponent<Props> & { preload: () => Promise<void> } {
  let Part: ComponentType<Props> | null = null
  const preload = async () => {
    if (Part !== null) return
    try {
      Part = await load()
      if (missing === 'no-answer') tell(null)
    } catch {
      await noteMissingPart()
    }
  }
  function LazyPart(props: Props) {
    const [isThere, setIsThere] = useState(Part !== null)
    useEffect(() => {
      if (!isThere) void preload().then(() => setIsThere(Part !== null))
    }, [isThere])
    return Part === null ? null : <Part {...props} />
  }
  return Object.assign(LazyPart, { preload })
}

/** Over all else, when a part of the app could not be loaded. Nothing is loaded anew before the person says so. */
export function NewerVersionBar() {
  const why = useSyncExternalStore(subscribe, () => missing)
  return (
    <div role="status" className="sticky top-0 z-40">
      {why !== null && (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line bg-accent-soft px-3 py-2 sm:px-5">
          <p className="min-w-0 flex-1 basis-80 text-pretty">
            {t(why === 'newer-version' ? 'app.newerVersion' : 'app.partMissing')}
          </p>
          <Button onPress={() => location.reload()}>
            {t(why === 'newer-version' ? 'app.newerVersionLoad' : 'app.partMissingLoad')}
          </Button>
        </div>
      )}
    </div>
  )
}
