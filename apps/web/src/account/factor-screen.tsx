import { Button } from '@getuige/ui'
import { Screen } from '../app/screen.tsx'
import { endSession } from '../app/session.ts'
import { t } from '../messages/translate.ts'
import { PasskeyInstead } from '../sign-in-ways/passkey-instead.tsx'
import { EnrolTotp } from './enrol-totp.tsx'

/** Asked of whose role needs a second factor and who has none: nothing else is open to them until they do. */
export function FactorScreen() {
  return (
    <Screen width="narrow" title={t('account.factor.title')} lead={t('account.factor.why')}>
      <EnrolTotp onDone={() => undefined} />
      <PasskeyInstead />
      <p className="mt-6">
        <Button variant="plain" onPress={() => void endSession()}>
          {t('session.signOut')}
        </Button>
      </p>
    </Screen>
  )
}
