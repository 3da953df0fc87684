import { Banner, Button, buttonClass, Skeleton } from '@getuige/ui'
import { Link, useRouterState } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { mayRetry, RefusalError } from '../api/index.ts'
import { t } from '../messages/translate.ts'
import { destinations } from './destinations.ts'
import { sayPermission, sayRoles } from './permission.ts'
import { useSessionOrNone } from './session.ts'

/** What was refused, why, and what one can do, in the words of the person. */
export function sayRefusal(error: unknown): string {
  if (!(error instanceof RefusalError)) return t('errors.server/defect')
  const words = error.permission === null ? null : sayPermission(error.permission)
  // Nobody finds it by looking, so it is said wherever the refusal is.
  if (error.fields.some(({ problem }) => problem === 'unseen')) return t('errors.field.unseen')
  return words ?? t(`errors.${error.code}`)
}

/** How a screen is refused to a role that it is not for. Whether the thing asked for exists is then not said either. */
const screenRefusals: readonly string[] = ['access/denied', 'recording/not-found']

/** Everything that went wrong while asking or acting; says it in words and, where that can help, offers to try again. */
export function ErrorPanel({
  error,
  onRetry,
  children,
}: {
  error: unknown
  onRetry?: () => void
  children?: ReactNode
}) {
  const requestId = error instanceof RefusalError ? error.requestId : null
  const own = useSessionOrNone()?.person.roles
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  const roles = destinations.find(({ to }) => pathname === to || pathname.startsWith(`${to}/`))?.roles
  const isRefused = error instanceof RefusalError && screenRefusals.some((code) => code === error.code)
  if (isRefused && own !== undefined && roles?.some((role) => own.includes(role)) === false) {
    return (
      <Banner
        tone="refusal"
        title={t('errors.notYourRole')}
        actions={
          <Link to="/" className={buttonClass({ size: 'small' })}>
            {t('app.notFound.home')}
          </Link>
        }
      >
        <p>{t('errors.roleRule')}</p>
        <p>
          {t('errors.whoMay', { roles: sayRoles(roles) })} {t('errors.whoGrants')}
        </p>
      </Banner>
    )
  }
  return (
    <Banner
      tone="refusal"
      {...(onRetry !== undefined && mayRetry(error)
        ? {
            actions: (
              <Button size="small" onPress={onRetry}>
                {t('app.tryAgain')}
              </Button>
            ),
          }
        : {})}
    >
      <p>{sayRefusal(error)}</p>
      {requestId !== null && <p className="mt-1 font-mono text-xs">{t('errors.requestId', { requestId })}</p>}
      {children}
    </Banner>
  )
}

/** The face of a screen while its data is on the way. */
export function Loading({ rows = 6 }: { rows?: number }) {
  return <Skeleton label={t('app.loading')} rows={rows} />
}
