import type { RecordingRow } from '@getuige/contract'
import { classNames } from '@getuige/ui'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { formatDay, formatDuration, formatInstant, formatTime } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { RowTags } from '../search/row-tags.tsx'
import { ActivationMark } from './activation-mark.tsx'
import { KeptUntil } from './kept-until.tsx'
import { RecordingState } from './recording-state.tsx'
import { StoryboardStrip } from './storyboard-strip.tsx'

/** `wide` is comfortable with room for every frame of the storyboard. */
export type RowLook = 'compact' | 'comfortable' | 'wide' | 'card'

const tilesOf: Record<RowLook, number> = { compact: 1, comfortable: 4, wide: 8, card: 4 }

const tagsOf: Record<RowLook, number> = { compact: 1, comfortable: 1, wide: 2, card: 2 }

export const columns = ['select', 'picture', 'when', 'who', 'state', 'kept', 'activation'] as const

export const columnsClass: Record<Exclude<RowLook, 'card'>, string> = {
  wide: 'gap-x-4 grid-cols-[1.25rem_30rem_7.75rem_minmax(0,1.25fr)_minmax(0,1fr)_6.75rem_6.75rem]',
  compact: 'gap-x-3 grid-cols-[1.25rem_4rem_7.75rem_minmax(0,1fr)_minmax(0,1fr)_6.75rem_6.75rem]',
  comfortable: 'gap-x-4 grid-cols-[1.25rem_15rem_7.75rem_minmax(0,1.25fr)_minmax(0,1fr)_6.75rem_6.75rem]',
}

/** Heights in rem, so that larger text makes higher rows. */
export const rowHeightRem: Record<RowLook, number> = { compact: 2.875, comfortable: 4, wide: 4, card: 11.75 }

/** What a row is called when the eye is not there to see it. */
export function sayRow(recording: RecordingRow): string {
  return t('recordings.rowLabel', {
    when: formatInstant(recording.recordedAt),
    who: recording.wearer?.name ?? t('recordings.wearerNone'),
    camera: recording.camera.label,
  })
}

/** One recording of the list. The row itself takes the focus; inside it only tags and *kept until* do, once it is current. */
export const RecordingListRow = memo(function RecordingListRow({
  recording,
  look,
  index,
  isCurrent,
  isChosen,
  share,
  isWanted,
  onChoose,
}: {
  recording: RecordingRow
  look: RowLook
  index: number
  /** The keys act on it. */
  isCurrent: boolean
  isChosen: boolean
  share: number | null
  isWanted: boolean
  /** `isRange`: everything from the one chosen last to this one. */
  onChoose: (index: number, isRange: boolean) => void
}) {
  const isErased = recording.state === 'erased' || recording.state === 'erasing'
  const cell = 'min-w-0 leading-snug'
  const when = (
    <>
      <Link
        to="/recordings/$recordingId"
        params={{ recordingId: recording.id }}
        tabIndex={-1}
        aria-label={sayRow(recording)}
        className="block truncate font-medium hover:underline"
      >
        {formatDay(recording.recordedAt)}
      </Link>
      <span
        className="block truncate text-sm text-ink-2"
        title={recording.recordedAtFrom === 'receipt' ? t('recordings.timeFromReceiptWhy') : undefined}
      >
        {formatTime(recording.recordedAt, 'second')}
        {recording.recordedAtFrom === 'receipt' && ' *'} ·{' '}
        <span title={recording.media.isTimedByProxy ? t('recordings.lengthOfProxy') : undefined}>
          {recording.media.isTimedByProxy && '≈ '}
          {recording.media.durationMs === null ? '–' : formatDuration(recording.media.durationMs)}
        </span>
      </span>
    </>
  )
  const who = (
    <>
      <span className="block truncate">{recording.wearer?.name ?? t('recordings.wearerNone')}</span>
      <span className="flex min-w-0 items-center gap-2 text-sm text-ink-3">
        <span className={classNames('truncate', recording.tags.length > 0 && 'max-w-3/5 shrink-0')}>
          {recording.camera.label}
          {recording.media.isClip && ` · ${t('search.isClip')}`}
        </span>
        <RowTags tags={recording.tags} mostShown={tagsOf[look]} isInTabOrder={isCurrent} isLarge={look === 'card'} />
      </span>
    </>
  )
  const rowClass = classNames(
    'cursor-pointer border-b border-line outline-offset-[-2px]',
    isErased && 'text-ink-3',
    isChosen || isCurrent ? 'bg-accent-soft' : 'bg-panel hover:bg-ground',
  )

  const choose = (
    <label className="-m-2 flex cursor-pointer p-2 max-md:-m-3 max-md:p-3">
      <input
        type="checkbox"
        tabIndex={-1}
        checked={isChosen}
        aria-label={t('search.select', { recording: sayRow(recording) })}
        onChange={(event) =>
          onChoose(index, event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey && !isChosen)
        }
        className="size-4 cursor-pointer accent-(--accent-solid) max-md:size-5"
      />
    </label>
  )

  if (look === 'card') {
    return (
      <div className={classNames('flex h-full flex-col gap-1.5 px-3 py-2.5', rowClass)}>
        <div role="presentation" className="flex shrink-0 items-start justify-between gap-3">
          <div role="gridcell" aria-colindex={2} className="h-12 w-full max-w-[22rem] min-w-0">
            <StoryboardStrip recording={recording} tiles={tilesOf[look]} share={share} isWanted={isWanted} />
          </div>
          <div role="gridcell" aria-colindex={1}>
            {choose}
          </div>
        </div>
        <div className="grid min-h-0 flex-1 grid-cols-2 gap-x-3 gap-y-1.5">
          <div role="gridcell" aria-colindex={3} className={cell}>
            {when}
          </div>
          <div role="gridcell" aria-colindex={5} className={cell}>
            <RecordingState recording={recording} />
          </div>
          <div role="gridcell" aria-colindex={4} className={cell}>
            {who}
            <span role="presentation" className="block pt-0.5 text-sm">
              <ActivationMark standing={recording.activation} />
            </span>
          </div>
          <div role="gridcell" aria-colindex={6} className={cell}>
            <KeptUntil facts={recording.keptUntil} isInTabOrder={isCurrent} />
          </div>
        </div>
      </div>
    )
  }

  return (
    <div data-row={index} className={classNames('grid h-full items-center px-3', columnsClass[look], rowClass)}>
      <div role="gridcell" className="flex">
        {choose}
      </div>
      <div role="gridcell" className={look === 'compact' ? 'h-9' : 'h-[2.0625rem]'}>
        <StoryboardStrip recording={recording} tiles={tilesOf[look]} share={share} isWanted={isWanted} />
      </div>
      <div role="gridcell" className={cell}>
        {when}
      </div>
      <div role="gridcell" className={cell}>
        {who}
      </div>
      <div role="gridcell" className={cell}>
        <RecordingState recording={recording} layout={look === 'compact' ? 'low' : 'tall'} />
      </div>
      <div role="gridcell" className={cell}>
        <KeptUntil facts={recording.keptUntil} isInTabOrder={isCurrent} isCompact={look === 'compact'} />
      </div>
      <div role="gridcell" className={classNames(cell, 'text-sm')}>
        {isErased ? <span className="text-ink-3">–</span> : <ActivationMark standing={recording.activation} />}
      </div>
    </div>
  )
})
