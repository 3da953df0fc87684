import { Screen } from '../app/screen.tsx'
import { t } from '../messages/translate.ts'
import { PasswordForm } from './password-form.tsx'

/** A password of one's own: asked of who has only a one-time one. */
export function PasswordScreen() {
  return (
    <Screen width="narrow" title={t('session.choosePassword')} lead={t('session.chooseWhy')}>
      <PasswordForm onDone={() => undefined} />
    </Screen>
  )
}
