import type { RecordingId } from '@getuige/base'
import {
  countRecordings,
  getLaw,
  listRecordingChoices,
  listRecordings,
  type RecordingFilters,
  type RecordingRow,
} from '@getuige/contract'
import { Button, buttonClass, classNames, EmptyState, SegmentedControl, Skeleton } from '@getuige/ui'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type RefCallback, useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { pagedQuery, query } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { type KeyBinding, useKeys } from '../app/keys.ts'
import { Screen } from '../app/screen.tsx'
import { useSession } from '../app/session.ts'
import { t } from '../messages/translate.ts'
import { Notices } from '../retention/notices.tsx'
import { BulkBar } from '../search/bulk-bar.tsx'
import { sayCount } from '../search/counts.ts'
import { describeFilters, type FilterChoices } from '../search/describe-filters.ts'
import { FilterChips } from '../search/filter-chips.tsx'
import { Loosen } from '../search/loosen.tsx'
import { SavedSearches } from '../search/saved-searches.tsx'
import { SearchField } from '../search/search-field.tsx'
import { HoldDialog } from './hold-dialog.tsx'
import { ListFilters } from './list-filters.tsx'
import { changeFilter, keepSearch } from './list-search.ts'
import { RecordingList } from './recording-list.tsx'
import type { RowLook } from './recording-list-row.tsx'
import { useRemembered } from './remembered.ts'

const pageSize = 100
const refreshMs = 4_000
const countAgainMs = 15_000
const none: ReadonlySet<RecordingId> = new Set()

/** Find a recording: one field, filters beside it, all of it in the address, and the list, which keeps itself up to date. */
export function RecordingsScreen() {
  const search = useSearch({ from: '/recordings' })
  const navigate = useNavigate({ from: '/recordings' })
  const isNarrow = useMatch('(width < 48rem)')
  const [density, setDensity] = useRemembered('list-density', ['compact', 'comfortable'], 'comfortable')
  const [folded, setFolded] = useRemembered('list-filters', ['open', 'folded'], 'open')
  const [unfoldedOnPhone, setUnfoldedOnPhone] = useState(false)
  const areFiltersShown = isNarrow ? unfoldedOnPhone : folded === 'open'
  const [frame, frameRem] = useWidthRem()
  const look = fitLook(density, frameRem)
  const searchField = useRef<HTMLInputElement>(null)
  const [held, setHeld] = useState<RecordingRow | null>(null)
  const [chosen, setChosen] = useState(none)

  const list = useInfiniteQuery({
    ...pagedQuery(listRecordings, { query: { ...search, limit: pageSize } }),
    placeholderData: keepPreviousData,
    // Every page is asked again, so the more there are the more seldom.
    refetchInterval: ({ state }) => refreshMs * Math.max(1, state.data?.pages.length ?? 1),
  })
  // Beside the list, which never waits for them.
  const counted = useQuery({
    ...query(countRecordings, { query: search }),
    placeholderData: keepPreviousData,
    refetchInterval: countAgainMs,
  })
  const first = list.data?.pages[0]
  const recordings = useMemo(() => uniqueRows(list.data?.pages.flatMap((page) => page.recordings) ?? []), [list.data])
  const latest = list.data?.pages.at(-1)
  // While another search is under way, what was found before stays, as the list that it was.
  const key = JSON.stringify(search)
  const [listKey, setListKey] = useState(key)
  if (!list.isPlaceholderData && listKey !== key) setListKey(key)
  // What is not listed is not acted on.
  const selected = useMemo(() => recordings.filter(({ id }) => chosen.has(id)), [recordings, chosen])
  const selectedIds = useMemo(() => new Set(selected.map(({ id }) => id)), [selected])

  const { data: named } = useQuery({ ...query(listRecordingChoices, {}), staleTime: 60_000 })
  const { data: law } = useQuery({ ...query(getLaw, {}), staleTime: 300_000 })
  const choices: FilterChoices = {
    cameras: named?.cameras ?? [],
    wearers: named?.wearers ?? [],
    purposes: law?.inForce.purposes ?? [],
  }
  const filters = describeFilters(search, choices)
  // What is listed to its end is counted by that.
  const isWhole = latest !== undefined && latest.next === null && !list.isPlaceholderData
  const found = isWhole ? recordings.length : first && counted.data?.counts[search.show ?? 'all']
  // As many as are listed: the number of a search is told when its list stands there.
  const [toldOfListed, setTold] = useState(found)
  if (!list.isPlaceholderData && toldOfListed !== found) setTold(found)
  const total = list.isPlaceholderData ? toldOfListed : found

  useEffect(() => keepSearch(search), [search])
  // Letters that follow one another are one step back; every other change is one of its own.
  const change = (next: RecordingFilters) => {
    const isTyping = search.q !== undefined && next.q !== undefined && search.q !== next.q
    void navigate({ search: next, replace: isTyping })
  }
  const toggleFilters = () =>
    isNarrow ? setUnfoldedOnPhone(!unfoldedOnPhone) : setFolded(folded === 'open' ? 'folded' : 'open')
  const fetchMore = list.fetchNextPage
  const onMore = useCallback(() => void fetchMore(), [fetchMore])
  const clearChosen = useCallback(() => setChosen(none), [])

  const hasChosen = selected.length > 0
  const keys = useMemo<readonly KeyBinding[]>(
    () => [
      { key: '/', label: t('recordings.keySearch'), run: () => searchField.current?.focus() },
      ...(hasChosen ? [{ key: 'Escape', label: t('search.keySelectNone'), run: clearChosen }] : []),
    ],
    [hasChosen, clearChosen],
  )
  useKeys(keys)

  // Whoever is refused the list is refused its filters: they would only offer what cannot be had.
  const isRefused = list.error !== null && list.data === undefined
  const column = areFiltersShown && !isRefused && (
    <ListFilters
      search={search}
      counts={counted.data?.counts}
      areCountsOld={counted.isPlaceholderData}
      choices={choices}
      onChange={change}
    />
  )

  return (
    <Screen
      title={t('recordings.title')}
      lead={isRefused ? undefined : <span role="status">{total === undefined ? '\u00A0' : sayCount(total)}</span>}
      actions={
        <>
          {!isRefused && (
            <Button aria-expanded={areFiltersShown} onPress={toggleFilters}>
              {areFiltersShown ? t('recordings.filtersFold') : t('recordings.filtersUnfold')}
            </Button>
          )}
          {look !== 'card' && !isRefused && (
            <SegmentedControl
              label={t('recordings.density')}
              options={[
                { id: 'compact', label: t('recordings.density.compact') },
                { id: 'comfortable', label: t('recordings.density.comfortable') },
              ]}
              value={density}
              onChange={setDensity}
            />
          )}
        </>
      }
      {...(column === false || isNarrow
        ? {}
        : {
            filters: (
              <div className="sticky top-[53px] -mx-3 -mt-2 max-h-[calc(100dvh-3.5rem)] overflow-y-auto px-3 pt-2 pb-3">
                {column}
              </div>
            ),
          })}
    >
      <Notices />
      {!isRefused && (
        <div role="search" aria-label={t('search.words')} className="flex flex-col gap-2">
          <div className="flex items-start gap-2">
            <SearchField search={search} onChange={change} field={searchField} />
            <SavedSearches
              search={search}
              choices={choices}
              onOpen={(saved) => void navigate({ search: saved, replace: false })}
            />
          </div>
          <FilterChips
            // The words stand in the field already.
            filters={filters.filter(({ name }) => name !== 'q')}
            onRemove={(name) => {
              change(changeFilter(search, name, undefined))
              searchField.current?.focus()
            }}
            onClear={() => {
              change({})
              searchField.current?.focus()
            }}
          />
        </div>
      )}
      {/* Where there is no room beside the list the one field stays first. */}
      {isNarrow && column}
      {list.error !== null && <ErrorPanel error={list.error} onRetry={() => void list.refetch()} />}
      {list.data === undefined && list.error === null && <Skeleton label={t('recordings.loading')} rows={10} />}
      {first !== undefined &&
        recordings.length === 0 &&
        !list.isPlaceholderData &&
        (filters.length > 0 ? (
          <Loosen
            search={search}
            filters={filters}
            erased={counted.isPlaceholderData ? null : (counted.data?.counts.erased ?? null)}
            onChange={change}
          />
        ) : (
          <NothingListed />
        ))}
      <div
        ref={frame}
        aria-busy={list.isPlaceholderData}
        // Only an answer that is long in coming is worth a sign.
        className={classNames('transition-opacity', list.isPlaceholderData && 'opacity-50 delay-500')}
      >
        {recordings.length > 0 && frameRem !== null && (
          <RecordingList
            // Another search is another list: nothing of it has "arrived".
            key={listKey}
            recordings={recordings}
            total={total ?? null}
            look={look}
            hasMore={list.hasNextPage && !list.isPlaceholderData}
            isFetchingMore={list.isFetchingNextPage}
            onMore={onMore}
            onOpen={(recordingId) => void navigate({ to: '/recordings/$recordingId', params: { recordingId } })}
            onHold={setHeld}
            chosen={selectedIds}
            onChoose={setChosen}
          />
        )}
      </div>
      <BulkBar selected={selected} onClear={clearChosen} />
      <p role="status" className="min-h-6 text-center text-sm text-ink-3">
        {list.isFetchingNextPage && t('recordings.loadingMore')}
        {recordings.length > pageSize / 2 && !list.hasNextPage && t('recordings.listEnd')}
      </p>
      {held !== null && <HoldDialog recordingId={held.id} onClose={() => setHeld(null)} />}
    </Screen>
  )
}

function NothingListed() {
  const { roles } = useSession().person
  const isForAll = roles.includes('records-officer') || roles.includes('data-protection-officer')
  if (!isForAll) {
    return <EmptyState title={t('recordings.emptyAssignedTitle')}>{t('recordings.emptyAssignedBody')}</EmptyState>
  }
  return (
    <EmptyState
      title={t('recordings.emptyTitle')}
      action={
        <Link to="/upload" className={buttonClass({ variant: 'primary' })}>
          {t('recordings.upload')}
        </Link>
      }
    >
      {t('recordings.emptyBody')}
    </EmptyState>
  )
}

/** A recording that moved between two pages while they were fetched is listed once. */
function uniqueRows(rows: readonly RecordingRow[]): readonly RecordingRow[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()]
}

/** What the list has room for: the chosen density if its columns fit, else fewer pictures, else a card a recording. */
function fitLook(density: 'compact' | 'comfortable', frameRem: number | null): RowLook {
  const room = frameRem ?? 0
  if (room < 46) return 'card'
  if (density === 'compact' || room < 56) return 'compact'
  return room < 75 ? 'comfortable' : 'wide'
}

/** The width of an element, in rem so that larger text counts as less room. Null before it stands on the screen. */
function useWidthRem(): [RefCallback<HTMLElement>, number | null] {
  const [widthRem, setWidthRem] = useState<number | null>(null)
  const ref = useCallback((element: HTMLElement | null) => {
    if (element === null) return undefined
    const measure = () =>
      setWidthRem(element.clientWidth / Number.parseFloat(getComputedStyle(document.documentElement).fontSize))
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return [ref, widthRem]
}

function useMatch(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = window.matchMedia(query)
      media.addEventListener('change', listener)
      return () => media.removeEventListener('change', listener)
    },
    () => window.matchMedia(query).matches,
  )
}
