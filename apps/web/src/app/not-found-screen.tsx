import { EmptyState } from '@getuige/ui'
import { Link } from '@tanstack/react-router'
import { t } from '../messages/translate.ts'
import { Screen } from './screen.tsx'

/** No screen has this address. */
export function NotFoundScreen() {
  return (
    <Screen title={t('app.notFound.title')} width="narrow">
      <EmptyState
        title={t('app.notFound.what')}
        action={
          <Link to="/" className="text-accent underline">
            {t('app.notFound.home')}
          </Link>
        }
      >
        {t('app.notFound.why')}
      </EmptyState>
    </Screen>
  )
}
