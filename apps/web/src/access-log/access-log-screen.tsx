import { searchAccessLog } from '@getuige/contract'
import { Banner, Button, EmptyState } from '@getuige/ui'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../api/index.ts'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { Screen } from '../app/screen.tsx'
import { formatNumber } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { EntryTable } from './entry-table.tsx'
import { ExportDialog } from './export-dialog.tsx'
import { LogFilters } from './log-filters.tsx'
import { type LogAddress, noWords, toFilters } from './log-search.ts'

const route = getRouteApi('/access-log')
/** A few wait for the second that they take. */
const manyWaiting = 20

/** Who did what with recordings, and why: the log of art. 25, for those who oversee. */
export function AccessLogScreen() {
  const address = route.useSearch()
  const navigate = route.useNavigate()
  const [words, setWords] = useState(noWords)
  const [isExporting, setIsExporting] = useState(false)
  const filters = toFilters(address, words)
  const found = useInfiniteQuery({
    queryKey: [searchAccessLog.path, filters],
    queryFn: ({ signal, pageParam }) =>
      call(searchAccessLog, { body: { ...filters, ...(pageParam === null ? {} : { after: pageParam }) } }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
    staleTime: 60_000,
  })
  const [first] = found.data?.pages ?? []
  const entries = found.data?.pages.flatMap((page) => page.entries) ?? []
  const go = (search: LogAddress) => void navigate({ search, replace: true })

  return (
    <Screen
      title={t('oversight.logTitle')}
      lead={t('oversight.logLead')}
      actions={
        <Button variant="primary" isDisabled={entries.length === 0} onPress={() => setIsExporting(true)}>
          {t('oversight.export')}
        </Button>
      }
      filters={
        <LogFilters
          address={address}
          words={words}
          purposes={first?.purposes ?? []}
          types={first?.types ?? []}
          onAddress={go}
          onWords={setWords}
        />
      }
    >
      {found.error !== null && <ErrorPanel error={found.error} onRetry={() => void found.refetch()} />}
      {(address.personId !== undefined || address.recordingId !== undefined) && (
        <Banner
          actions={
            <Button
              size="small"
              onPress={() => {
                const { personId: _person, recordingId: _recording, ...rest } = address
                go(rest)
              }}
            >
              {t('oversight.showAll')}
            </Button>
          }
        >
          <span className="font-mono text-xs break-all">{address.personId ?? address.recordingId}</span>
        </Banner>
      )}
      {first === undefined && found.error === null && <Loading />}
      {first !== undefined && first.waiting > manyWaiting && (
        <Banner tone="refusal">{t('oversight.waiting', { count: first.waiting })}</Banner>
      )}
      {first !== undefined && entries.length === 0 && (
        <EmptyState title={t('oversight.nothingFound')}>{t('oversight.nothingFoundBody')}</EmptyState>
      )}
      {entries.length > 0 && (
        <>
          <EntryTable
            label={t('oversight.logTitle')}
            entries={entries}
            onPerson={({ id }) => go({ ...address, personId: id })}
            onRecording={(recordingId) => go({ ...address, recordingId })}
          />
          <p className="flex flex-wrap items-center gap-3 text-sm text-ink-3" role="status">
            {t('oversight.shown', { count: formatNumber(entries.length) })}
            {found.hasNextPage && (
              <Button size="small" isDisabled={found.isFetchingNextPage} onPress={() => void found.fetchNextPage()}>
                {t('oversight.more')}
              </Button>
            )}
          </p>
        </>
      )}
      {isExporting && <ExportDialog address={address} words={words} onClose={() => setIsExporting(false)} />}
    </Screen>
  )
}
