import { Button, Menu, toast } from '@getuige/ui'
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import { languages } from '@getuige/base'
import { lazyPart, noteMissingPart } from './newer-version.tsx'
import { chooseLanguage, currentLanguage, t } from '../messages/translate.ts'
import { BarLinks } from './bar-links.tsx'
import { sayRefusal } from './faces.tsx'
import { destinationsOf } from './destinations.ts'
import { isMac, type KeyBinding, listenForKeys, useKeys } from './keys.ts'
import { TaskIndicator } from '../tasks/task-indicator.tsx'
import { languageNames } from './language-switch.tsx'
import { endSession, useSession } from './session.ts'
import { chooseTheme, themes, useTheme } from './theme.ts'

const Palette = lazyPart(async () => (await import('./palette.tsx')).Palette)
const KeysDialog = lazyPart(async () => (await import('./keys-dialog.tsx')).KeysDialog)

/** The bar at the top and the screen under it, for who is signed in. */
export function Shell() {
  const session = useSession()
  const navigate = useNavigate()
  const theme = useTheme()
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  const [open, setOpen] = useState<'palette' | 'keys' | null>(null)
  const reachable = destinationsOf(session)

  useEffect(listenForKeys, [])
  const current = reachable.find(({ to }) => pathname === to || pathname.startsWith(`${to}/`))?.to
  const keys = useMemo<readonly KeyBinding[]>(
    () => [
      ...destinationsOf(session).map((destination) => ({
        key: `g ${destination.key}`,
        label: t('app.goTo', { screen: t(destination.label) }),
        run: () => void navigate({ to: destination.to }),
      })),
      { key: 'g .', label: t('app.goTo', { screen: t('app.account') }), run: () => void navigate({ to: '/account' }) },
      { key: 'Mod+k', label: t('app.palette.open'), run: () => setOpen('palette') },
      { key: '?', label: t('app.keys.open'), run: () => setOpen('keys') },
    ],
    [navigate, session],
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
            className="order-last flex w-full min-w-0 lg:order-none lg:w-auto lg:flex-1"
          >
            <BarLinks key={reachable.length} reachable={reachable} current={current} />
          </nav>
          <div className="ml-auto flex shrink-0 items-center gap-1">
            <TaskIndicator />
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
                if (language !== undefined) void chooseLanguage(language).catch(noteMissingPart)
              }}
            >
              {currentLanguage()} <span aria-hidden="true">▾</span>
            </Menu>
            <Menu
              label={t('app.personMenu', { name: session.person.name })}
              entries={[
                { id: 'account', label: t('app.account'), keys: 'G .' },
                { id: 'keys', label: t('app.keys.open'), keys: '?' },
                ...themes.map((one) => ({
                  id: `theme:${one}`,
                  label: `${theme === one ? '✓ ' : ''}${t(`app.theme.${one}`)}`,
                })),
                { id: 'sign-out', label: t('session.signOut') },
              ]}
              heading={
                <>
                  <p className="font-medium">{session.person.name}</p>
                  {session.person.title !== '' && <p className="text-sm text-ink-2">{session.person.title}</p>}
                  <p className="max-w-64 text-sm text-ink-2 first-letter:uppercase">
                    {session.person.roles.length === 0
                      ? t('app.noRoles')
                      : session.person.roles.map((role) => t(`app.role.${role}`)).join(', ')}
                  </p>
                  <p className="text-sm text-ink-3">{session.corps.name}</p>
                </>
              }
              onAction={(id) => {
                const chosen = themes.find((one) => id === `theme:${one}`)
                if (chosen !== undefined) chooseTheme(chosen)
                else if (id === 'keys') setOpen('keys')
                else if (id === 'account') void navigate({ to: '/account' })
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
      {open === 'palette' && <Palette onClose={() => setOpen(null)} />}
      {open === 'keys' && <KeysDialog onClose={() => setOpen(null)} />}
    </div>
  )
}
