import { Banner } from '@getuige/ui'
import { RefusalError } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { t } from '../messages/translate.ts'

/** What went wrong with a passkey: the server said no, or the browser did, or the person. */
export function WayError({ error }: { error: Error }) {
  if (error instanceof RefusalError) return <ErrorPanel error={error} />
  const isKnown = error.name === 'InvalidStateError'
  return <Banner tone="refusal">{t(isKnown ? 'ways.passkey.already' : 'ways.passkey.stopped')}</Banner>
}
