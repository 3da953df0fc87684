import { Banner } from '@getuige/ui'
import { EnrolTotp } from '../account/enrol-totp.tsx'
import { t } from '../messages/translate.ts'
import { PasskeyInstead } from '../sign-in-ways/passkey-instead.tsx'
import { change } from './draft.ts'

const goOn = () => change({ step: 'officer' })

/** The administrator's second factor: without it the corps is there, but nothing in it is open to them. */
export function FactorStep() {
  return (
    <div className="flex flex-col gap-4">
      <Banner tone="done">{t('setup.created')}</Banner>
      <h2 tabIndex={-1} ref={(heading) => heading?.focus()} className="text-lg font-semibold outline-none">
        {t('account.factor.title')}
      </h2>
      <p className="max-w-prose text-ink-2">{t('account.factor.why')}</p>
      <EnrolTotp onDone={goOn} />
      <PasskeyInstead onDone={goOn} />
    </div>
  )
}
