import { ToastRegion } from '@getuige/ui'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { Fragment } from 'react'
import { I18nProvider } from 'react-aria-components/I18nProvider'
import { queryClient } from '../api/index.ts'
import { currentLocale, t, useLanguage } from '../messages/translate.ts'
import { NewerVersionBar } from './newer-version.tsx'
import { router } from './router.tsx'

/** Everything starts anew in another language, so no screen need ask for the one in force. */
export function App() {
  const language = useLanguage()
  return (
    <I18nProvider locale={currentLocale()}>
      <QueryClientProvider client={queryClient}>
        <Fragment key={language}>
          <NewerVersionBar />
          <RouterProvider router={router} />
          <ToastRegion label={t('app.toasts')} closeLabel={t('app.close')} />
        </Fragment>
      </QueryClientProvider>
    </I18nProvider>
  )
}
