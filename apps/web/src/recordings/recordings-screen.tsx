import { countedUpTo, listRecordings, type RecordingFilters, type RecordingRow } from '@getuige/contract'
import { Button, buttonClass, EmptyState, SegmentedControl, Skeleton } from '@getuige/ui'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type RefCallback, useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { pagedQuery } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { type KeyBinding, useKeys } from '../app/keys.ts'
import { Screen } from '../app/screen.tsx'
import { useSession } from '../app/session.ts'
import { t } from '../messages/translate.ts'
import { Notices } from '../retention/notices.tsx'
import { HoldDialog } from './hold-dialog.tsx'
import { ListFilters } from './list-filters.tsx'
import { countFilters, keepSearch } from './list-search.ts'
import { RecordingList } from './recording-list.tsx'
import type { RowLook } from './recording-list-row.tsx'
import { useRemembered } from './remembered.ts'

const pageSize = 100
const refreshMs = 4_000

/** Find a recording: filters on the left, every one of them in the address, and the list, which keeps itself up to date. */
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

  const list = useInfiniteQuery({
    ...pagedQuery(listRecordings, { query: { ...search, limit: pageSize } }),
    placeholderData: keepPreviousData,
    // Every page is asked again, so the more there are the more seldom.
    refetchInterval: ({ state }) => refreshMs * Math.max(1, state.data?.pages.length ?? 1),
  })
  const first = list.data?.pages[0]
  const recordings = useMemo(() => uniqueRows(list.data?.pages.flatMap((page) => page.recordings) ?? []), [list.data])
  const latest = list.data?.pages.at(-1)

  useEffect(() => keepSearch(search), [search])
  const change = (next: RecordingFilters) => void navigate({ search: next, replace: true })
  const toggleFilters = () =>
    isNarrow ? setUnfoldedOnPhone(!unfoldedOnPhone) : setFolded(folded === 'open' ? 'folded' : 'open')
  const fetchMore = list.fetchNextPage
  const onMore = useCallback(() => void fetchMore(), [fetchMore])

  const focusSearch = useRef(() => {})
  useEffect(() => {
    focusSearch.current = () => {
      if (!areFiltersShown) toggleFilters()
      // The field exists from the next paint on when the filters were folded.
      requestAnimationFrame(() => searchField.current?.focus())
    }
  })
  const keys = useMemo<readonly KeyBinding[]>(
    () => [{ key: '/', label: t('recordings.keySearch'), run: () => focusSearch.current() }],
    [],
  )
  useKeys(keys)

  const filterCount = countFilters(search)
  // Whoever is refused the list is refused its filters: they would only offer what cannot be had.
  const isRefused = list.error !== null && list.data === undefined
  const filters =
    areFiltersShown && !isRefused ? (
      <div className="md:sticky md:top-[53px] md:-mx-3 md:-mt-2 md:max-h-[calc(100dvh-3.5rem)] md:overflow-y-auto md:px-3 md:pt-2 md:pb-3">
        <ListFilters
          search={search}
          choices={{ counts: first?.counts, cameras: first?.cameras ?? [], wearers: first?.wearers ?? [] }}
          onChange={change}
          searchField={searchField}
        />
      </div>
    ) : undefined

  return (
    <Screen
      title={t('recordings.title')}
      lead={latest !== undefined ? describeTotal(latest.total) : isRefused ? undefined : '\u00A0'}
      actions={
        <>
          {!isRefused && (
            <Button aria-expanded={areFiltersShown} onPress={toggleFilters}>
              {areFiltersShown ? t('recordings.filtersFold') : t('recordings.filtersUnfold')}
              {!areFiltersShown && filterCount > 0 && (
                <span className="rounded bg-accent-soft px-1.5 text-sm text-accent">
                  {t('recordings.filtersOn', { count: filterCount })}
                </span>
              )}
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
      {...(filters === undefined ? {} : { filters })}
    >
      <Notices />
      {list.error !== null && <ErrorPanel error={list.error} onRetry={() => void list.refetch()} />}
      {list.data === undefined && list.error === null && <Skeleton label={t('recordings.loading')} rows={10} />}
      {list.data !== undefined && recordings.length === 0 && (
        <NothingListed isFiltered={filterCount > 0 || search.show !== undefined} onClear={() => change({})} />
      )}
      <div ref={frame}>
        {recordings.length > 0 && frameRem !== null && (
          <RecordingList
            // Another search is another list: nothing of it has "arrived".
            key={JSON.stringify(search)}
            recordings={recordings}
            total={latest?.total ?? recordings.length}
            look={look}
            hasMore={list.hasNextPage}
            isFetchingMore={list.isFetchingNextPage}
            onMore={onMore}
            onOpen={(recordingId) => void navigate({ to: '/recordings/$recordingId', params: { recordingId } })}
            onHold={setHeld}
          />
        )}
      </div>
      <p role="status" className="min-h-6 text-center text-sm text-ink-3">
        {list.isFetchingNextPage && t('recordings.loadingMore')}
        {recordings.length > pageSize / 2 && !list.hasNextPage && t('recordings.listEnd')}
      </p>
      {held !== null && <HoldDialog recordingId={held.id} onClose={() => setHeld(null)} />}
    </Screen>
  )
}

function NothingListed({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  const { roles } = useSession().person
  const isForAll = roles.includes('records-officer') || roles.includes('data-protection-officer')
  if (isFiltered) {
    return (
      <EmptyState
        title={t('recordings.emptyFilteredTitle')}
        action={<Button onPress={onClear}>{t('recordings.filtersClear')}</Button>}
      >
        {t('recordings.emptyFilteredBody')}
      </EmptyState>
    )
  }
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
function describeTotal(total: number): string {
  if (total > countedUpTo) return t('recordings.countMore', { least: countedUpTo })
  return t('recordings.count', { total })
}

function uniqueRows(rows: readonly RecordingRow[]): readonly RecordingRow[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()]
}

/** What the list has room for: the chosen density if its columns fit, else fewer pictures, else a card a recording. */
function fitLook(density: 'compact' | 'comfortable', frameRem: number | null): RowLook {
  const room = frameRem ?? 0
  if (room < 44) return 'card'
  if (density === 'compact' || room < 54) return 'compact'
  return room < 73 ? 'comfortable' : 'wide'
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
