import { CopyText } from '@getuige/ui'
import { t } from '../messages/translate.ts'

/** A password or token that is shown now and never again. */
export function Secret({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <p className="mb-1 text-sm font-medium">{label}</p>
      <CopyText label={label} value={value} copyLabel={t('app.copy')} copiedLabel={t('app.copied')} isBlock />
    </div>
  )
}
