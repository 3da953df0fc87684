import { countRecordings, type RecordingFilters, type ReturnsOf } from '@getuige/contract'
import { Button, EmptyState, ShapeMark } from '@getuige/ui'
import { useQueries } from '@tanstack/react-query'
import { query } from '../api/index.ts'
import { Loading } from '../app/faces.tsx'
import { t } from '../messages/translate.ts'
import { changeFilter } from '../recordings/list-search.ts'
import { sayCount } from './counts.ts'
import type { FilterWords } from './describe-filters.ts'

/** Nothing meets all filters: which of them, taken away, would let something be found, and how much. */
export function Loosen({
  search,
  filters,
  erased,
  onChange,
}: {
  search: RecordingFilters
  filters: readonly FilterWords[]
  /** How many erased recordings meet the other filters; null when that is not known. */
  erased: number | null
  onChange: (next: RecordingFilters) => void
}) {
  const without = filters.map(({ name, words }) => ({ words, search: changeFilter(search, name, undefined) }))
  const answers = useQueries({
    queries: without.map((one) => ({
      ...query(countRecordings, { query: { ...one.search, only: 'show' } }),
      staleTime: 30_000,
    })),
  })
  const isAsking = answers.some(({ isPending }) => isPending)
  const found = without
    .map((one, i) => ({ ...one, total: countOf(answers[i]?.data?.counts, one.search) }))
    .filter(({ total }) => total !== 0)
    .toSorted((a, b) => (a.total ?? Infinity) - (b.total ?? Infinity))
  const showErased = erased !== null && erased > 0 && search.show !== 'erased'

  return (
    <EmptyState
      title={t('search.loosenTitle')}
      action={<Button onPress={() => onChange({})}>{t('search.clear')}</Button>}
    >
      {isAsking && found.length === 0 && <Loading rows={1} />}
      {!isAsking && found.length === 0 && !showErased && <p>{t('search.loosenNone')}</p>}
      {(found.length > 0 || showErased) && (
        <>
          {found.length > 0 && <p>{t('search.loosenBody')}</p>}
          <ul className="my-1.5 flex flex-col items-start gap-1.5">
            {found.map((one) => (
              <li key={one.words}>
                <Button
                  size="small"
                  onPress={() => onChange(one.search)}
                  className="h-auto py-1 text-left whitespace-normal"
                >
                  <span>
                    {t('search.loosenWithout', { filter: one.words })}{' '}
                    <span className="font-normal text-ink-2">{sayCount(one.total)}</span>
                  </span>
                </Button>
              </li>
            ))}
            {showErased && (
              <li>
                <Button size="small" onPress={() => onChange(changeFilter(search, 'show', 'erased'))}>
                  <ShapeMark shape="ring" />
                  {t('search.loosenErased', { count: erased })}
                </Button>
              </li>
            )}
          </ul>
        </>
      )}
    </EmptyState>
  )
}

/** None while there is no answer: what it would say is not offered yet. */
function countOf(counts: ReturnsOf<typeof countRecordings>['counts'] | undefined, { show }: RecordingFilters) {
  return counts === undefined ? 0 : counts[show ?? 'all']
}
