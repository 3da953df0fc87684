import type { RecordingId } from '@getuige/base'
import { countedUpTo, type RecordingRow } from '@getuige/contract'
import { Button, classNames } from '@getuige/ui'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { type KeyBinding, useKeys } from '../app/keys.ts'
import { t } from '../messages/translate.ts'
import { allOrNone, toggled, withRange } from '../search/selection.ts'
import { countArrivals, scrollShift } from './arrivals.ts'
import { storyboard } from './storyboard.ts'
import { columns, columnsClass, RecordingListRow, rowHeightRem, type RowLook, sayRow } from './recording-list-row.tsx'

const columnWords = {
  select: 'search.columnSelect',
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

/** The keys scrub so finely at most, and by a frame of the storyboard where there is no more than that. */
const finestShare = 1 / 40

/**
 * The rows, of which only those in view exist. One row is current and takes the focus; the arrow keys, J and K move it,
 * left and right scrub its pictures, X chooses it. What arrives above pushes nothing out of sight.
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
  chosen,
  onChoose,
}: {
  recordings: readonly RecordingRow[]
  /** Null while it is not known. */
  total: number | null
  look: RowLook
  hasMore: boolean
  isFetchingMore: boolean
  onMore: () => void
  onOpen: (recordingId: RecordingId) => void
  onHold: (recording: RecordingRow) => void
  /** What the acts at the foot are for. */
  chosen: ReadonlySet<RecordingId>
  onChoose: (chosen: ReadonlySet<RecordingId>) => void
}) {
  const ids = useMemo(() => recordings.map((recording) => recording.id), [recordings])
  const [currentId, setCurrentId] = useState<RecordingId | null>(lastOpened)
  const [share, setShare] = useState<number | null>(null)
  const [arrivals, setArrivals] = useState(0)
  const body = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const wantsFocus = useRef(lastOpened !== null)
  // Once: a list that comes of another search takes the focus from nobody.
  useEffect(() => {
    lastOpened = null
  }, [])
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

  const currentIndex = Math.max(0, currentId === null ? 0 : ids.indexOf(currentId))

  // Where a range begins: the row that was chosen or gone to last without Shift.
  const anchor = useRef<RecordingId | null>(null)
  const choose = (index: number, isRange: boolean) => {
    const id = ids[index]
    if (id === undefined) return
    const from = anchor.current === null ? -1 : ids.indexOf(anchor.current)
    if (isRange && from !== -1) onChoose(withRange(chosen, ids, from, index))
    else {
      anchor.current = id
      onChoose(toggled(chosen, id))
    }
  }
  const extend = (by: number) => {
    const next = Math.min(recordings.length - 1, Math.max(0, currentIndex + by))
    if (anchor.current === null || !chosen.has(anchor.current)) anchor.current = ids[currentIndex] ?? null
    const from = anchor.current === null ? currentIndex : Math.max(0, ids.indexOf(anchor.current))
    onChoose(withRange(chosen, ids, from, next))
    select(next)
  }

  const select = (index: number) => {
    const next = Math.min(recordings.length - 1, Math.max(0, index))
    const id = ids[next]
    if (id === undefined) return
    setShare(null)
    setCurrentId(id)
    wantsFocus.current = true
    virtualizer.scrollToIndex(next, { align: 'auto' })
  }
  const open = (index: number) => {
    const id = ids[index]
    if (id === undefined) return
    lastOpened = id
    onOpen(id)
  }
  const scrub = (by: number) => {
    const sheet = recordings[currentIndex]?.media.scrub ?? null
    const step = sheet === null ? 1 / storyboard.frames : Math.max(finestShare, 1 / sheet.frames)
    // In the middle of what a picture stands for: a border belongs to either.
    setShare((now) => Math.min(1 - step / 2, Math.max(step / 2, now === null ? (by > 0 ? 0 : 1) : now + by * step)))
  }

  // A row that has just come into being cannot take the focus in the act that selects it; it does once it stands there.
  useEffect(() => {
    if (!wantsFocus.current) return
    const row = body.current?.querySelector<HTMLElement>('[role=row][tabindex="0"]')
    if (row === null || row === undefined) {
      virtualizer.scrollToIndex(currentIndex, { align: 'auto' })
      return
    }
    wantsFocus.current = false
    row.focus({ preventScroll: true })
  })

  const chooseAll = () => onChoose(allOrNone(chosen, ids))
  const acts = { select, open, onHold, choose, extend, chooseAll, recordings, currentIndex }
  const live = useRef(acts)
  useEffect(() => {
    live.current = acts
  })
  const keys = useMemo<readonly KeyBinding[]>(() => {
    const move = (by: number) => live.current.select(live.current.currentIndex + by)
    const hold = () => {
      const recording = live.current.recordings[live.current.currentIndex]
      if (recording !== undefined) live.current.onHold(recording)
    }
    return [
      { key: 'ArrowDown', label: t('recordings.keyDown'), run: () => move(1) },
      { key: 'ArrowUp', label: t('recordings.keyUp'), run: () => move(-1) },
      { key: 'j', label: '', run: () => move(1) },
      { key: 'k', label: '', run: () => move(-1) },
      { key: 'Home', label: '', run: () => live.current.select(0) },
      { key: 'End', label: '', run: () => live.current.select(live.current.recordings.length - 1) },
      { key: 'Enter', label: t('recordings.keyOpen'), run: () => live.current.open(live.current.currentIndex) },
      { key: 'h', label: t('recordings.keyHold'), run: hold },
      { key: 'x', label: t('search.keySelect'), run: () => live.current.choose(live.current.currentIndex, false) },
      { key: 'Shift+ArrowDown', label: t('search.keyExtend'), run: () => live.current.extend(1) },
      { key: 'Shift+ArrowUp', label: '', run: () => live.current.extend(-1) },
      { key: '*', label: t('search.keySelectAll'), run: () => live.current.chooseAll() },
    ]
  }, [])
  useKeys(keys)
  const onRowChoose = useCallback((index: number, isRange: boolean) => live.current.choose(index, isRange), [])

  // The arrows of the focused row work also for who switched single keys off.
  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.target instanceof HTMLElement) || event.target.role !== 'row') return
    const step = event.shiftKey ? extend : (by: number) => select(currentIndex + by)
    const moves: Record<string, () => void> = {
      ArrowDown: () => step(1),
      ArrowUp: () => step(-1),
      PageDown: () => select(currentIndex + 8),
      PageUp: () => select(currentIndex - 8),
      Home: () => select(0),
      End: () => select(recordings.length - 1),
      Enter: () => open(currentIndex),
      ArrowRight: () => scrub(1),
      ArrowLeft: () => scrub(-1),
    }
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : moves[event.key]
    if (act === undefined) return
    event.preventDefault()
    act()
  }

  return (
    <div
      role="grid"
      aria-label={t('recordings.listLabel')}
      aria-rowcount={total === null || total > countedUpTo ? -1 : total + 1}
      aria-colcount={columns.length}
      aria-multiselectable="true"
      onKeyDown={onKeyDown}
      // What was scrubbed to stands over other things: it goes with the focus.
      onBlur={() => setShare(null)}
      className="rounded border border-line bg-panel"
    >
      <div role="rowgroup" className={look === 'card' ? 'sr-only' : 'z-10 lg:sticky lg:top-[45px]'}>
        <div
          role="row"
          aria-rowindex={1}
          className={classNames(
            'grid border-b border-line bg-sunken px-3 py-1.5 text-sm font-medium text-ink-2',
            look !== 'card' && columnsClass[look],
          )}
        >
          {columns.map((column) => (
            <div key={column} role="columnheader" className="truncate">
              <span className={column === 'select' ? 'sr-only' : ''}>{t(columnWords[column])}</span>
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
          const isCurrent = item.index === currentIndex
          const isChosen = chosen.has(recording.id)
          return (
            <div
              key={item.key}
              role="row"
              aria-rowindex={item.index + 2}
              aria-selected={isChosen}
              aria-label={sayRow(recording)}
              tabIndex={isCurrent ? 0 : -1}
              className="absolute inset-x-0 top-0 outline-offset-[-2px]"
              style={{ height: item.size, transform: `translateY(${item.start - virtualizer.options.scrollMargin}px)` }}
              onFocus={() => {
                if (recording.id === currentId) return
                setShare(null)
                setCurrentId(recording.id)
              }}
              onClick={(event) => {
                const within = event.target instanceof Element ? event.target : null
                if (within?.closest('label') != null) return
                if (within?.closest('button,a') != null) {
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
                isCurrent={isCurrent && currentId !== null}
                isChosen={isChosen}
                share={isCurrent ? share : null}
                isWanted={!virtualizer.isScrolling && isInView(item)}
                onChoose={onRowChoose}
              />
            </div>
          )
        })}
      </div>
    </div>
  )
}
