import type { ReactNode } from 'react'
import { LanguageSwitch } from './language-switch.tsx'

/** Round the screens before the corps is known: set-up, sign-in, a first password. */
export function OutsideFrame({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex items-center gap-3 border-b border-line bg-panel px-4 py-2">
        <span className="flex-1 font-semibold tracking-tight">Getuige</span>
        <LanguageSwitch />
      </header>
      <main id="main" tabIndex={-1} className="flex-1">
        {children}
      </main>
    </div>
  )
}
