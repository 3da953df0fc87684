import type { RecordingId } from '@getuige/base'
import { countedUpTo, type RecordingRow } from '@getuige/contract'
import { Button, classNames } from '@getuige/ui'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { type KeyBinding, useKeys } from '../app/keys.ts'
import { t } from '../messages/translate.ts'
import { countArrivals, scrollShift } from './arrivals.ts'
import { storyboard } from './storyboard.ts'
import { columns, columnsClass, RecordingListRow, rowHeightRem, type RowLook, sayRow } from './recording-list-row.tsx'

const columnWords = {
  picture: 'recordings.columnPicture',
  when: 'recordings.columnWhen',
  who: 'recordings.columnWho',
  state: 'recordings.columnState',
  kept: 'recordings.columnKept',
  activation: 'recordings.columnActivation',
} as const

/** The recording that was opened last from the list: coming back, the list stands where it was. */
let lastOpened: RecordingId | null = null

function remPx(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
}

/**
 * The rows, of which only those in view exist. One row is selected and takes the focus; the arrow keys, J and K move it,
 * left and right scrub its pictures. What arrives above pushes nothing out of sight.
 */
export function RecordingList({
  recordings,
  total,
  look,
  hasMore,
  isFetchingMore,
  onMore,
  onOpen,
  onHold,
}: {
  recordings: readonly RecordingRow[]
  total: number
  look: RowLook
  hasMore: boolean
  isFetchingMore: boolean
  onMore: () => void
  onOpen: (recordingId: RecordingId) => void
  onHold: (recording: RecordingRow) => void
}) {
  const ids = useMemo(() => recordings.map((recording) => recording.id), [recordings])
  const [selectedId, setSelectedId] = useState<RecordingId | null>(lastOpened)
  const [frame, setFrame] = useState<number | null>(null)
  const [arrivals, setArrivals] = useState(0)
  const body = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const wantsFocus = useRef(lastOpened !== null)
  const rowHeightPx = Math.round(rowHeightRem[look] * remPx())

  useLayoutEffect(() => {
    setTop(body.current === null ? 0 : body.current.getBoundingClientRect().top + window.scrollY)
  }, [look])

  const virtualizer = useWindowVirtualizer({
    count: recordings.length,
    estimateSize: () => rowHeightPx,
    getItemKey: (index) => ids[index] ?? index,
    overscan: 6,
    scrollMargin: top,
    scrollPaddingStart: 100,
    scrollPaddingEnd: 16,
  })
  const items = virtualizer.getVirtualItems()
  const lastIndex = items.at(-1)?.index ?? 0
  // Each picture shown is entered in the custody trail: none is asked for that does not stand on the screen.
  const viewTop = virtualizer.scrollOffset ?? 0
  const viewBottom = viewTop + (virtualizer.scrollRect?.height ?? 0)
  const isInView = ({ start, end }: Readonly<{ start: number; end: number }>) => end > viewTop && start < viewBottom

  useEffect(() => virtualizer.measure(), [virtualizer, rowHeightPx])

  useEffect(() => {
    if (hasMore && !isFetchingMore && lastIndex >= recordings.length - 15) onMore()
  }, [hasMore, isFetchingMore, lastIndex, recordings.length, onMore])

  const before = useRef(ids)
  useLayoutEffect(() => {
    if (before.current === ids) return
    const scrolledPx = window.scrollY - top
    const shift = scrollShift(before.current, ids, scrolledPx, rowHeightPx)
    const count = countArrivals(before.current, ids)
    before.current = ids
    if (shift !== 0) window.scrollBy({ top: shift, behavior: 'instant' })
    if (scrolledPx > 0 && count > 0) setArrivals((known) => known + count)
  }, [ids, top, rowHeightPx])

  const selectedIndex = Math.max(0, selectedId === null ? 0 : ids.indexOf(selectedId))

  const select = (index: number) => {
    const next = Math.min(recordings.length - 1, Math.max(0, index))
    const id = ids[next]
    if (id === undefined) return
    setFrame(null)
    setSelectedId(id)
    wantsFocus.current = true
    virtualizer.scrollToIndex(next, { align: 'auto' })
  }
  const open = (index: number) => {
    const id = ids[index]
    if (id === undefined) return
    lastOpened = id
    onOpen(id)
  }
  const scrub = (by: number) =>
    setFrame((now) => Math.min(storyboard.frames - 1, Math.max(0, now === null ? (by > 0 ? 0 : 7) : now + by)))

  // A row that has just come into being cannot take the focus in the act that selects it; it does once it stands there.
  useEffect(() => {
    if (!wantsFocus.current) return
    const row = body.current?.querySelector<HTMLElement>('[role=row][aria-selected=true]')
    if (row === null || row === undefined) {
      virtualizer.scrollToIndex(selectedIndex, { align: 'auto' })
      return
    }
    wantsFocus.current = false
    row.focus({ preventScroll: true })
  })

  const live = useRef({ select, open, onHold, recordings, selectedIndex })
  useEffect(() => {
    live.current = { select, open, onHold, recordings, selectedIndex }
  })
  const keys = useMemo<readonly KeyBinding[]>(() => {
    const move = (by: number) => live.current.select(live.current.selectedIndex + by)
    const hold = () => {
      const recording = live.current.recordings[live.current.selectedIndex]
      if (recording !== undefined) live.current.onHold(recording)
    }
    return [
      { key: 'ArrowDown', label: t('recordings.keyDown'), run: () => move(1) },
      { key: 'ArrowUp', label: t('recordings.keyUp'), run: () => move(-1) },
      { key: 'j', label: '', run: () => move(1) },
      { key: 'k', label: '', run: () => move(-1) },
      { key: 'Home', label: '', run: () => live.current.select(0) },
      { key: 'End', label: '', run: () => live.current.select(live.current.recordings.length - 1) },
      { key: 'Enter', label: t('recordings.keyOpen'), run: () => live.current.open(live.current.selectedIndex) },
      { key: 'h', label: t('recordings.keyHold'), run: hold },
    ]
  }, [])
  useKeys(keys)

  // The arrows of the focused row work also for who switched single keys off.
  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.target instanceof HTMLElement) || event.target.role !== 'row') return
    const acts: Record<string, () => void> = {
      ArrowDown: () => select(selectedIndex + 1),
      ArrowUp: () => select(selectedIndex - 1),
      PageDown: () => select(selectedIndex + 8),
      PageUp: () => select(selectedIndex - 8),
      Home: () => select(0),
      End: () => select(recordings.length - 1),
      Enter: () => open(selectedIndex),
      ArrowRight: () => scrub(1),
      ArrowLeft: () => scrub(-1),
    }
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : acts[event.key]
    if (act === undefined) return
    event.preventDefault()
    act()
  }

  return (
    <div
      role="grid"
      aria-label={t('recordings.listLabel')}
      aria-rowcount={total > countedUpTo ? -1 : total + 1}
      aria-colcount={columns.length}
      onKeyDown={onKeyDown}
      className="rounded border border-line bg-panel"
    >
      <div role="rowgroup" className={look === 'card' ? 'sr-only' : 'z-10 lg:sticky lg:top-[45px]'}>
        <div
          role="row"
          aria-rowindex={1}
          className={classNames(
            'grid gap-x-4 border-b border-line bg-sunken px-3 py-1.5 text-sm font-medium text-ink-2',
            look !== 'card' && columnsClass[look],
          )}
        >
          {columns.map((column) => (
            <div key={column} role="columnheader" className="truncate">
              {t(columnWords[column])}
            </div>
          ))}
        </div>
      </div>
      {arrivals > 0 && (
        <div className="pointer-events-none sticky top-20 z-10 flex h-0 justify-center" role="presentation">
          <Button
            size="small"
            variant="primary"
            className="pointer-events-auto mt-2 shadow-float"
            onPress={() => {
              setArrivals(0)
              window.scrollTo({ top: 0 })
              select(0)
            }}
          >
            ↑ {t('recordings.arrivals', { count: arrivals })}
          </Button>
        </div>
      )}
      <div ref={body} role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {items.map((item) => {
          const recording = recordings[item.index]
          if (recording === undefined) return null
          const isSelected = item.index === selectedIndex
          return (
            <div
              key={item.key}
              role="row"
              aria-rowindex={item.index + 2}
              aria-selected={isSelected}
              aria-label={sayRow(recording)}
              tabIndex={isSelected ? 0 : -1}
              className="absolute inset-x-0 top-0 outline-offset-[-2px]"
              style={{ height: item.size, transform: `translateY(${item.start - virtualizer.options.scrollMargin}px)` }}
              onFocus={() => {
                if (recording.id === selectedId) return
                setFrame(null)
                setSelectedId(recording.id)
              }}
              onClick={(event) => {
                if (event.target instanceof Element && event.target.closest('button,a') !== null) {
                  lastOpened = recording.id
                  return
                }
                open(item.index)
              }}
            >
              <RecordingListRow
                recording={recording}
                look={look}
                index={item.index}
                isSelected={isSelected && selectedId !== null}
                frame={isSelected ? frame : null}
                isWanted={!virtualizer.isScrolling && isInView(item)}
              />
            </div>
          )
        })}
      </div>
    </div>
  )
}
