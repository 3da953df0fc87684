import type { RecordingFilters } from '@getuige/contract'
import { Button } from '@getuige/ui'
import { t } from '../messages/translate.ts'
import type { FilterWords } from './describe-filters.ts'

/** The filters in force; each is taken away by pressing it. Nothing where none is. */
export function FilterChips({
  filters,
  onRemove,
  onClear,
}: {
  filters: readonly FilterWords[]
  onRemove: (name: keyof RecordingFilters) => void
  onClear: () => void
}) {
  if (filters.length === 0) return null
  return (
    <ul aria-label={t('search.chips')} className="flex flex-wrap items-center gap-1.5">
      {filters.map(({ name, words }) => (
        <li key={name} className="min-w-0">
          <button
            type="button"
            aria-label={t('search.chipRemove', { filter: words })}
            onClick={() => onRemove(name)}
            className="flex min-h-7 max-w-full cursor-pointer items-center gap-1.5 rounded-full border border-edge bg-accent-soft px-2.5 text-sm text-accent hover:bg-sunken max-sm:min-h-9"
          >
            <span className="truncate">{words}</span>
            <span aria-hidden="true">✕</span>
          </button>
        </li>
      ))}
      {filters.length > 1 && (
        <li>
          <Button variant="plain" size="small" onPress={onClear}>
            {t('search.clear')}
          </Button>
        </li>
      )}
    </ul>
  )
}
