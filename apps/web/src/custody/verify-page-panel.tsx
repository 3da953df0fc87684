import { buttonClass, Panel } from '@getuige/ui'
import { t } from '../messages/translate.ts'

/** The page that checks packages: served here, and as good when kept on a disk. */
export function VerifyPagePanel() {
  return (
    <Panel title={t('custody.verifyPage')}>
      <p className="mb-3 text-pretty text-ink-2">{t('custody.verifyPageBody')}</p>
      <a href="/verify.html" target="_blank" rel="noreferrer" className={buttonClass({ size: 'small' })}>
        {t('custody.verifyPageOpen')} ↗
      </a>
    </Panel>
  )
}
