import { type BulkAct, mostInBulk, mostTogether, type RecordingRow } from '@getuige/contract'
import { Button, buttonClass } from '@getuige/ui'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { t } from '../messages/translate.ts'
import { BulkDialog } from './bulk-dialog.tsx'

export const bulkActs = ['add-tags', 'remove-tags', 'place-hold'] as const satisfies readonly BulkAct['act'][]

/** What can be done to the rows that are selected, at the foot of the screen for as long as there are any. */
export function BulkBar({ selected, onClear }: { selected: readonly RecordingRow[]; onClear: () => void }) {
  const [act, setAct] = useState<BulkAct['act'] | null>(null)
  const refusal = selected.length > mostInBulk ? t('search.tooMany', { most: mostInBulk }) : null
  const mayWatch = selected.length >= 2 && selected.length <= mostTogether
  if (selected.length === 0) return null
  return (
    <>
      <div
        role="region"
        aria-label={t('search.selectedActs')}
        className="sticky bottom-2 z-20 flex flex-wrap items-center gap-2 rounded border border-edge bg-panel px-3 py-2 shadow-float"
      >
        <p role="status" className="font-medium">
          {t('search.selected', { count: selected.length })}
        </p>
        <Button
          variant="plain"
          onPress={onClear}
          aria-keyshortcuts="Escape"
          aria-label={t('search.selectNone')}
          className="mr-auto"
        >
          <span aria-hidden="true">✕</span>
        </Button>
        {mayWatch ? (
          <Link
            to="/together"
            search={{ ids: selected.map(({ id }) => id).join(',') }}
            className={buttonClass({ variant: 'primary' })}
          >
            {t('search.watchTogether')}
          </Link>
        ) : (
          <Button refusal={t('search.watchTogetherHow', { most: mostTogether })}>{t('search.watchTogether')}</Button>
        )}
        {bulkActs.map((one) => (
          <Button key={one} refusal={refusal} onPress={() => setAct(one)}>
            {t(`search.act.${one}`)}
          </Button>
        ))}
      </div>
      {act !== null && <BulkDialog act={act} recordings={selected} onClose={() => setAct(null)} />}
    </>
  )
}
