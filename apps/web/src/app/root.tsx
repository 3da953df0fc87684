import { Outlet, useRouterState } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { lazyPart } from './newer-version.tsx'
import { SignInScreen } from '../session/sign-in-screen.tsx'
import { ErrorPanel, Loading } from './faces.tsx'
import { OutsideFrame } from './outside-frame.tsx'
import { sessionQuery } from './session.ts'

const Shell = lazyPart(async () => (await import('./shell.tsx')).Shell)
const FactorScreen = lazyPart(async () => (await import('../account/factor-screen.tsx')).FactorScreen)
const PasswordScreen = lazyPart(async () => (await import('../session/password-screen.tsx')).PasswordScreen)

/**
 * What stands at an address: set-up for who has its link; else sign-in for who is not known, in place, so that the same
 * address shows its screen after; else a new password for who has only a one-time one, and a
 * second factor for whose role needs one; else the screen.
 */
export function Root() {
  const isSetup = useRouterState({ select: (state) => state.location.pathname.startsWith('/setup/') })
  const { data: session, error, refetch } = useQuery({ ...sessionQuery, enabled: !isSetup })

  if (isSetup) {
    return (
      <OutsideFrame>
        <Outlet />
      </OutsideFrame>
    )
  }
  if (session === undefined) {
    return (
      <OutsideFrame>
        <div className="mx-auto max-w-xl p-4">
          {error === null ? <Loading /> : <ErrorPanel error={error} onRetry={() => void refetch()} />}
        </div>
      </OutsideFrame>
    )
  }
  if (session === null) {
    return (
      <OutsideFrame>
        <SignInScreen />
      </OutsideFrame>
    )
  }
  if (session.mustChangePassword || session.mustAddFactor) {
    return <OutsideFrame>{session.mustChangePassword ? <PasswordScreen /> : <FactorScreen />}</OutsideFrame>
  }
  return <Shell />
}
