import { Banner, Button } from '@getuige/ui'
import { t } from '../messages/translate.ts'

/** A defect of ours in the browser. Nothing was changed on the server by it. */
export function CrashScreen({ reset }: { reset: () => void }) {
  return (
    <div className="mx-auto max-w-xl p-6">
      <Banner
        tone="refusal"
        title={t('app.crash.title')}
        actions={
          <>
            <Button onPress={reset}>{t('app.tryAgain')}</Button>
            <Button onPress={() => location.assign('/')}>{t('app.notFound.home')}</Button>
          </>
        }
      >
        {t('app.crash.what')}
      </Banner>
    </div>
  )
}
