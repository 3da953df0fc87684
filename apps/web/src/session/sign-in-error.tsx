import type { RefusalError } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { serverNow } from '../app/session.ts'
import { t } from '../messages/translate.ts'

/** Why it did not go, and how long to wait where that is so. */
export function SignInError({ error }: { error: RefusalError }) {
  const { until } = error.details
  const minutes = typeof until === 'string' ? Math.ceil((Date.parse(until) - serverNow().getTime()) / 60_000) : 0
  return (
    <ErrorPanel error={error}>
      {minutes > 0 && <p className="mt-1">{t('session.waitMinutes', { minutes })}</p>}
    </ErrorPanel>
  )
}
