import { addMarker, changeMarker, type Marker, type PurposeChoice, removeMarker } from '@getuige/contract'
import { Button, Checkbox, TextField } from '@getuige/ui'
import { useEffect, useState } from 'react'
import { useAct } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { formatInstant } from '../messages/formats.ts'
import { say, t } from '../messages/translate.ts'
import { elapsed } from './player-time.ts'

/** What is being written: a new marker, or another text of one there is. */
export type Draft = Readonly<{ marker: Marker | null; atMs: number; toMs: number | null }>

const sayWhen = ({ atMs, toMs }: Pick<Marker, 'atMs' | 'toMs'>) =>
  toMs === null ? elapsed(atMs, true) : `${elapsed(atMs, true)} – ${elapsed(toMs, true)}`

/** The markers of a recording, and the place where one is written. */
export function MarkerPanel({
  viewingId,
  markers,
  purposes,
  draft,
  areNotesSaid,
  onNotesSaid,
  onDraft,
  onGo,
}: {
  viewingId: string
  markers: readonly Marker[]
  purposes: readonly PurposeChoice[]
  draft: Draft | null
  /** By a screen reader, as they come. */
  areNotesSaid: boolean
  onNotesSaid: (areSaid: boolean) => void
  onDraft: (draft: Draft | null) => void
  onGo: (positionMs: number) => void
}) {
  const remove = useAct(removeMarker)
  if (markers.length === 0 && draft === null) return null
  return (
    <section
      aria-label={t('player.markers')}
      tabIndex={-1}
      className="@container flex flex-col gap-1 border-t border-line px-3 py-2"
    >
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 text-sm text-ink-2">
        <h3 className="font-medium">{t('player.markers')}</h3>
        <Checkbox isSelected={areNotesSaid} onChange={onNotesSaid}>
          {t('player.notesSaid')}
        </Checkbox>
      </div>
      {draft !== null && (
        <MarkerForm
          key={`${draft.marker?.id ?? ''}${draft.atMs}`}
          viewingId={viewingId}
          draft={draft}
          onDone={() => onDraft(null)}
        />
      )}
      {/* One line each where there is room; else the note under its time, and last who made it. */}
      <ol className="flex max-h-64 flex-col overflow-y-auto @lg:grid @lg:grid-cols-[auto_minmax(0,1fr)_auto] @lg:content-start @3xl:grid-cols-[auto_minmax(0,1fr)_auto_auto]">
        {markers.map((marker) => (
          <li
            key={marker.id}
            className="flex flex-wrap items-baseline gap-x-3 border-b border-line py-1 last:border-b-0 @lg:col-span-full @lg:grid @lg:grid-cols-subgrid"
          >
            <Button
              variant="plain"
              size="small"
              className="-ml-2 justify-self-start font-mono pointer-coarse:min-h-11"
              aria-label={t('player.markerGo', { time: sayWhen(marker) })}
              onPress={() => onGo(marker.atMs)}
            >
              {sayWhen(marker)}
            </Button>
            <span className="order-2 min-w-0 basis-full text-pretty break-words @lg:col-start-2 @lg:row-start-1">
              {marker.note === '' ? <span className="text-ink-3">{t('player.markerNoNote')}</span> : marker.note}
            </span>
            <span className="order-3 basis-full text-sm text-ink-3 @lg:col-span-2 @lg:col-start-2 @3xl:col-span-1 @3xl:col-start-3 @3xl:row-start-1">
              {t('player.markerBy', {
                who: marker.madeBy,
                when: formatInstant(marker.madeAt),
                purpose: sayPurpose(marker.purpose, purposes),
              })}
            </span>
            {marker.may.change && (
              <span className="order-1 ml-auto flex @lg:col-start-3 @lg:row-start-1 @3xl:col-start-4">
                <Button
                  variant="plain"
                  size="small"
                  className="pointer-coarse:min-h-11"
                  aria-label={t('player.markerChangeLabel', { time: sayWhen(marker) })}
                  onPress={() => onDraft({ marker, atMs: marker.atMs, toMs: marker.toMs })}
                >
                  {t('player.markerChange')}
                </Button>
                <Button
                  variant="plain"
                  size="small"
                  className="pointer-coarse:min-h-11"
                  isPending={remove.isPending && remove.variables.params.markerId === marker.id}
                  aria-label={t('player.markerRemoveLabel', { time: sayWhen(marker) })}
                  onPress={() => remove.mutate({ params: { viewingId, markerId: marker.id } })}
                >
                  {t('player.markerRemove')}
                </Button>
              </span>
            )}
          </li>
        ))}
      </ol>
      {remove.error !== null && <ErrorPanel error={remove.error} />}
    </section>
  )
}

function sayPurpose(id: string, purposes: readonly PurposeChoice[]): string {
  const purpose = purposes.find((one) => one.id === id)
  return purpose === undefined ? id : say(purpose.label)
}

/** Enter keeps it, Escape leaves it. */
function MarkerForm({ viewingId, draft, onDone }: { viewingId: string; draft: Draft; onDone: () => void }) {
  const { marker, atMs, toMs } = draft
  const [note, setNote] = useState(marker?.note ?? '')
  const [isStretch, setIsStretch] = useState(toMs !== null)
  // Whatever had the focus has it again when the form goes.
  const [before] = useState(() => document.activeElement)
  useEffect(
    () => () => {
      if (document.activeElement === document.body && before instanceof HTMLElement)
        before.focus({ preventScroll: true })
    },
    [before],
  )
  const add = useAct(addMarker)
  const change = useAct(changeMarker)
  const error = add.error ?? change.error
  const done = { onSuccess: onDone }
  const submit = () => {
    const body = { atMs, toMs: isStretch ? toMs : null, note: note.trim() }
    if (add.isPending || change.isPending) return
    if (marker === null) add.mutate({ params: { viewingId }, body }, done)
    else change.mutate({ params: { viewingId, markerId: marker.id }, body }, done)
  }
  return (
    <form
      noValidate
      className="flex flex-col gap-2 rounded bg-sunken px-3 py-2"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <TextField
        label={t('player.markerNote', { time: sayWhen({ atMs, toMs: isStretch ? toMs : null }) })}
        autoFocus
        maxLength={2000}
        value={note}
        onChange={setNote}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onDone()
        }}
      />
      {toMs !== null && (
        <Checkbox isSelected={isStretch} onChange={setIsStretch}>
          {t('player.markerStretch')}
        </Checkbox>
      )}
      {error !== null && <ErrorPanel error={error} />}
      <div className="flex gap-2">
        <Button
          type="submit"
          size="small"
          variant="primary"
          className="pointer-coarse:min-h-11"
          isPending={add.isPending || change.isPending}
        >
          {t('player.markerKeep')}
        </Button>
        <Button size="small" className="pointer-coarse:min-h-11" onPress={onDone}>
          {t('app.cancel')}
        </Button>
      </div>
    </form>
  )
}
