import { Button, Menu, toast } from '@getuige/ui'
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import { languages } from '@getuige/base'
import { chooseLanguage, currentLanguage, t } from '../messages/translate.ts'
import { sayRefusal } from './faces.tsx'
import { destinationsOf } from './destinations.ts'
import { isMac, type KeyBinding, listenForKeys, useKeys } from './keys.ts'
import { languageNames } from './language-switch.tsx'
import { endSession, useSession } from './session.ts'
import { chooseTheme, themes, useTheme } from './theme.ts'

const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }))
const KeysDialog = lazy(async () => ({ default: (await import('./keys-dialog.tsx')).KeysDialog }))

/** The bar at the top and the screen under it, for who is signed in. */
export function Shell() {
  const session = useSession()
  const navigate = useNavigate()
  const theme = useTheme()
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  const [open, setOpen] = useState<'palette' | 'keys' | null>(null)
  const reachable = destinationsOf(session.person.roles)

  useEffect(listenForKeys, [])
  const current = reachable.find(({ to }) => pathname === to || pathname.startsWith(`${to}/`))?.to
  useEffect(() => {
    // On a phone the bar is wider than the screen.
    if (current === undefined) return
    document.querySelector(`nav a[href="${current}"]`)?.scrollIntoView({ inline: 'nearest', block: 'nearest' })
  }, [current])
  const keys = useMemo<readonly KeyBinding[]>(
    () => [
      ...destinationsOf(session.person.roles).map((destination) => ({
        key: `g ${destination.key}`,
        label: t('app.goTo', { screen: t(destination.label) }),
        run: () => void navigate({ to: destination.to }),
      })),
      { key: 'Mod+k', label: t('app.palette.open'), run: () => setOpen('palette') },
      { key: '?', label: t('app.keys.open'), run: () => setOpen('keys') },
    ],
    [navigate, session.person.roles],
  )
  useKeys(keys)

  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#main"
        className="sr-only rounded bg-panel px-3 py-2 font-medium focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50"
        onClick={(event) => {
          event.preventDefault()
          document.getElementById('main')?.focus()
        }}
      >
        {t('app.skip')}
      </a>
      <header className="z-30 border-b sm:sticky sm:top-0 border-line bg-panel">
        <div className="flex flex-wrap items-center gap-x-2 px-3 sm:px-5">
          <Link to="/" className="mr-2 flex min-h-11 min-w-0 flex-1 items-center gap-2 py-1 lg:flex-none">
            <span className="font-semibold tracking-tight">Getuige</span>
            <span className="truncate text-ink-3">{session.corps.name}</span>
          </Link>
          <nav
            aria-label={t('app.nav.label')}
            className="order-last -mx-3 flex w-[calc(100%+1.5rem)] gap-1 overflow-x-auto px-2 lg:order-none lg:mx-0 lg:w-auto lg:flex-1 lg:px-0"
          >
            {reachable.map((destination) => (
              <Link
                key={destination.to}
                to={destination.to}
                className={
                  'flex min-h-11 items-center border-b-2 border-transparent px-2.5 whitespace-nowrap text-ink-2 hover:text-ink ' +
                  'outline-offset-[-3px] data-[status=active]:border-accent data-[status=active]:font-medium data-[status=active]:text-ink'
                }
              >
                {t(destination.label)}
              </Link>
            ))}
          </nav>
          <div className="ml-auto flex shrink-0 items-center gap-1">
            <Button
              variant="plain"
              onPress={() => setOpen('palette')}
              aria-keyshortcuts="Control+K"
              className="max-sm:hidden"
            >
              {t('app.palette.short')}
              <kbd className="font-mono text-xs text-ink-3">{isMac ? '⌘ K' : 'Ctrl K'}</kbd>
            </Button>
            <Menu
              label={`${t('app.language')}: ${currentLanguage()}`}
              entries={languages.map((language) => ({ id: language, label: languageNames[language], lang: language }))}
              selected={currentLanguage()}
              onAction={(id) => {
                const language = languages.find((one) => one === id)
                if (language !== undefined) void chooseLanguage(language)
              }}
            >
              {currentLanguage()} <span aria-hidden="true">▾</span>
            </Menu>
            <Menu
              label={t('app.personMenu', { name: session.person.name })}
              entries={[
                ...themes.map((one) => ({
                  id: `theme:${one}`,
                  label: `${theme === one ? '✓ ' : ''}${t(`app.theme.${one}`)}`,
                })),
                { id: 'keys', label: t('app.keys.open'), keys: '?' },
                { id: 'password', label: t('session.changePassword') },
                { id: 'sign-out', label: t('session.signOut') },
              ]}
              onAction={(id) => {
                const chosen = themes.find((one) => id === `theme:${one}`)
                if (chosen !== undefined) chooseTheme(chosen)
                else if (id === 'keys') setOpen('keys')
                else if (id === 'password') void navigate({ to: '/password' })
                else endSession().catch((error: unknown) => toast(sayRefusal(error), 'refusal'))
              }}
            >
              <span className="max-w-40 truncate max-sm:sr-only">{session.person.name}</span>
              <svg viewBox="0 0 16 16" aria-hidden="true" className="size-4 sm:hidden">
                <circle cx="8" cy="5" r="3" fill="currentColor" />
                <path d="M2 15a6 6 0 0 1 12 0Z" fill="currentColor" />
              </svg>
              <span aria-hidden="true">▾</span>
            </Menu>
          </div>
        </div>
      </header>
      <main id="main" tabIndex={-1} className="flex-1">
        <Outlet />
      </main>
      <Suspense fallback={null}>
        {open === 'palette' && <Palette onClose={() => setOpen(null)} />}
        {open === 'keys' && <KeysDialog onClose={() => setOpen(null)} />}
      </Suspense>
    </div>
  )
}
