import type { ViewingId } from '@getuige/base'
import { type Recording, trackPoint, viewingTrackPath } from '@getuige/contract'
import { Panel } from '@getuige/ui'
import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import { z } from 'zod'
import { formatNumber, formatPlace } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { laneColour } from './lane-colours.ts'
import { MapView } from './map-view.tsx'
import { isRecording, type Lane, placeAt } from './together-time.ts'

type Tracked = Readonly<{ recording: Recording; viewingId: ViewingId; lane: Lane }>

const track = z.object({ points: z.array(trackPoint) })

/** Where each camera was: its track as a line, and a dot that moves with the clock; beside it the same in words. */
export function TracksPanel({ all, at }: { all: readonly Tracked[]; at: number }) {
  const tracks = useQueries({
    queries: all.map(({ recording, viewingId }) => ({
      queryKey: ['track', viewingId],
      enabled: recording.media.hasTrack,
      staleTime: Infinity,
      retry: false,
      queryFn: async ({ signal }: { signal: AbortSignal }) => {
        const answer = await fetch(viewingTrackPath(viewingId), { credentials: 'same-origin', signal })
        if (!answer.ok) throw new Error(`no track: ${answer.status}`)
        return track.parse(await answer.json()).points
      },
    })),
    combine: (results) => results.map(({ data }) => data ?? []),
  })
  const ids = all.map(({ recording }) => recording.id).join()
  const lines = useMemo(() => {
    const of = ids.split(',')
    return tracks.flatMap((points, row) => {
      const id = of[row]
      return id === undefined || points.length < 2 ? [] : [{ id, places: points, colour: laneColour(row) }]
    })
  }, [tracks, ids])
  const found = all.map(({ recording, lane }, row) => {
    const points = tracks[row] ?? []
    const isIn = isRecording(lane, at)
    const moving = isIn ? placeAt(points, at - lane.beginsAt) : undefined
    // A file may tell one place alone, of its beginning.
    const fixed = points.length === 0 ? (recording.facts?.location ?? undefined) : undefined
    return { recording, row, isIn, place: moving ?? fixed, speed: moving?.speed ?? null, points: points.length }
  })
  const dots = found.flatMap(({ recording, row, place, isIn }) =>
    place === undefined
      ? []
      : [
          {
            id: recording.id,
            label: recording.camera.label,
            mark: `${row + 1}`,
            colour: laneColour(row),
            isFaint: !isIn,
            latitude: place.latitude,
            longitude: place.longitude,
          },
        ],
  )
  if (found.every(({ points, place }) => points === 0 && place === undefined)) {
    return (
      <Panel title={t('together.map')}>
        <p className="text-ink-2">{t('together.noPlaces')}</p>
      </Panel>
    )
  }
  return (
    <Panel title={t('together.map')} isFlush>
      <MapView
        label={t('together.mapLabel')}
        lines={lines}
        dots={dots}
        className="rounded-none border-x-0 border-t-0"
      />
      <ul aria-label={t('together.places')} className="flex flex-col gap-1 p-3 text-sm">
        {found.map(({ recording, row, place, speed, isIn, points }) => (
          <li key={recording.id} className="flex flex-wrap gap-x-2">
            <span className="font-medium">
              {row + 1}. {recording.camera.label}
            </span>
            <span className="text-ink-2">
              {place === undefined
                ? t(isIn || points === 0 ? 'together.placeUnknown' : 'together.notRecording')
                : formatPlace(place)}
              {speed !== null && ` · ${t('together.speedIs', { kmh: formatNumber(speed * 3.6) })}`}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
