import { t } from '../messages/translate.ts'

/**
 * Why the wearer sees no picture here, and who may.
 * @law The Hague: not viewed or erased on the spot, used only for a report or a complaint; see docs/law/
 */
export function WhoMayView() {
  return (
    <section className="border-t border-line pt-3">
      <h2 className="font-semibold">{t('activation.whoMayViewSummary')}</h2>
      <p className="text-pretty text-ink-2">{t('activation.whoMayView')}</p>
    </section>
  )
}
