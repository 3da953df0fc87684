import { listOutliers } from '@getuige/contract'
import { Panel } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { EntryTable } from '../access-log/entry-table.tsx'
import { query } from '../api/index.ts'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { formatNumber } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import type { OversightNumbers } from './numbers.ts'

type Outlier = OversightNumbers['outliers'][number]

/** Accesses worth a look, by the rule that points at them. Rules and numbers in sight; names only in the entry itself. */
export function OutliersPanel({ outliers, viewings }: { outliers: readonly Outlier[]; viewings: number }) {
  return (
    <Panel title={t('oversight.outliers')} isFlush>
      <p className="px-4 py-2.5 text-sm text-pretty text-ink-2">
        {t('oversight.outliersLead', { count: viewings, days: outliers[0]?.numbers['days'] ?? 0 })}
      </p>
      {outliers.map((outlier) => (
        <OneRule key={outlier.rule} outlier={outlier} />
      ))}
    </Panel>
  )
}

function OneRule({ outlier: { count, numbers, rule } }: { outlier: Outlier }) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <details className="group border-t border-line" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary className="flex cursor-pointer list-none items-baseline gap-3 px-4 py-2.5 [&::-webkit-details-marker]:hidden">
        <span aria-hidden="true" className="text-ink-3 group-open:rotate-90">
          ›
        </span>
        <span className="min-w-0 flex-1">
          {t(`oversight.outlier.${rule}`)}
          <span className="block text-sm text-pretty text-ink-3">{t(`oversight.outlierRule.${rule}`, numbers)}</span>
        </span>
        <span className={`font-mono ${count === 0 ? 'text-ink-3' : 'font-semibold'}`}>{formatNumber(count)}</span>
      </summary>
      {isOpen && <Entries rule={rule} />}
    </details>
  )
}

function Entries({ rule }: { rule: Outlier['rule'] }) {
  const { data, error } = useQuery({ ...query(listOutliers, { params: { rule } }), staleTime: 60_000 })
  if (error !== null) return <ErrorPanel error={error} />
  if (data === undefined) return <Loading rows={2} />
  if (data.entries.length === 0) return <p className="px-4 pb-3 text-ink-2">{t('oversight.none')}</p>
  return (
    <>
      <EntryTable isFlush label={t(`oversight.outlier.${rule}`)} entries={data.entries} />
      {data.count > data.entries.length && (
        <p className="px-4 py-2 text-sm text-ink-3">
          {t('oversight.firstOf', { shown: data.entries.length, count: data.count })}
        </p>
      )}
    </>
  )
}
