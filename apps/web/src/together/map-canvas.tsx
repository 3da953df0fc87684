import { describeMap } from '@getuige/contract'
import { Button, classNames } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import * as maplibre from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import 'maplibre-gl/dist/maplibre-gl.css'
import { Protocol } from 'pmtiles'
import { useEffect, useRef, useState } from 'react'
import { query } from '../api/index.ts'
import { t } from '../messages/translate.ts'
import {
  boundsOf,
  type MapDot,
  type MapLine,
  type MapRectangle,
  type MapViewProps,
  rectangleBetween,
} from './map-shapes.ts'
import type { Polygon } from 'geojson'
import { attributionOf, outlineStyle, PMTiles, readColours, resolveColour, tilesStyle } from './map-style.ts'

// Left to itself its worker is looked for where a bundle has none, and nothing is drawn without a word.
maplibre.setWorkerUrl(workerUrl)
const protocol = new Protocol()
maplibre.addProtocol('pmtiles', protocol.tile)

/** Shown when nothing is on the map, and no recording tells where the corps works. */
const home: MapRectangle = { west: 2.5, south: 49.4, east: 6.5, north: 51.6 }

type Drawn = Readonly<{ map: maplibre.Map; markers: Map<string, maplibre.Marker> }>
type Shapes = Readonly<{ lines: readonly MapLine[]; rectangle: MapRectangle | null }>

function toLngLat({ west, south, east, north }: MapRectangle): maplibre.LngLatBoundsLike {
  return [
    [west, south],
    [east, north],
  ]
}

/** The map itself, in a chunk of its own; see `MapView`. */
export function MapCanvas({
  label,
  dots = [],
  lines = [],
  bounds,
  rectangle = null,
  onRectangle,
  onDot,
}: MapViewProps) {
  const place = useRef<HTMLDivElement>(null)
  const [drawn, setDrawn] = useState<Drawn | null>(null)
  const [isBroken, setIsBroken] = useState(false)
  const [attribution, setAttribution] = useState('')
  const [isDrawing, setIsDrawing] = useState(false)
  const [isShown, setIsShown] = useState(false)
  const { data: base, error } = useQuery(query(describeMap, {}))
  const tilesUrl = error === null ? base?.tilesUrl : null
  const surroundings = base?.around

  useEffect(() => {
    const element = place.current
    if (element === null || tilesUrl === undefined) return undefined
    const controller = new AbortController()
    let map: maplibre.Map | undefined
    void openMap(element, { tilesUrl, label, signal: controller.signal }).then(
      (opened) => {
        if (opened === undefined) return
        if (controller.signal.aborted) {
          opened.map.remove()
          return
        }
        map = opened.map
        setAttribution(opened.attribution)
        setDrawn({ map, markers: new Map() })
        void map.once('idle', () => setIsShown(true))
      },
      () => {
        if (!controller.signal.aborted) setIsBroken(true)
      },
    )
    return () => {
      controller.abort()
      map?.remove()
      setDrawn(null)
      setIsShown(false)
    }
  }, [tilesUrl, label])

  const wanted = JSON.stringify(bounds ?? null)
  const hasContents = dots.length > 0 || lines.some(({ places }) => places.length > 0)
  const latest = useRef({ dots, lines, rectangle, onRectangle, onDot })
  useEffect(() => {
    latest.current = { dots, lines, rectangle, onRectangle, onDot }
  })
  useEffect(() => {
    if (drawn === null) return
    const given = JSON.parse(wanted) as MapRectangle | null
    const now = latest.current
    const everything = hasContents ? boundsOf([...now.dots, ...now.lines.flatMap(({ places }) => places)]) : undefined
    const around = given ?? now.rectangle ?? everything ?? surroundings ?? home
    drawn.map.fitBounds(toLngLat(around), { padding: 40, maxZoom: 16, animate: false })
  }, [drawn, wanted, hasContents, surroundings])

  useEffect(() => {
    if (drawn !== null) showDots(drawn, dots, (id) => latest.current.onDot?.(id))
  }, [drawn, dots])
  useEffect(() => {
    if (drawn !== null) showShapes(drawn.map, { lines, rectangle })
  }, [drawn, lines, rectangle])
  useEffect(() => {
    if (drawn === null || !isDrawing) return undefined
    return drawRectangle(drawn.map, (made, isReady) => {
      showShapes(drawn.map, { lines: latest.current.lines, rectangle: made })
      if (!isReady) return
      setIsDrawing(false)
      latest.current.onRectangle?.(made)
    })
  }, [drawn, isDrawing])

  if (isBroken) return <p className="p-3 text-pretty text-ink-2">{t('together.mapNotDrawn')}</p>
  return (
    <>
      {/* The map gives the element where it draws its own position. */}
      <div className="absolute inset-0">
        <div ref={place} className={classNames('h-full w-full', isDrawing && 'cursor-crosshair')} />
      </div>
      {!isShown && (
        <p role="status" className="pointer-events-none absolute inset-x-0 top-1/2 text-center text-sm text-ink-2">
          {t('together.mapDrawing')}
        </p>
      )}
      {onRectangle !== undefined && drawn !== null && (
        <div role="group" aria-label={t('together.rectangle')} className="absolute top-2 left-2 flex flex-wrap gap-1">
          <Button size="small" aria-pressed={isDrawing} onPress={() => setIsDrawing(!isDrawing)}>
            {isDrawing ? t('together.rectangleDrag') : t('together.rectangleDraw')}
          </Button>
          <Button size="small" onPress={() => onRectangle(viewOf(drawn.map))}>
            {t('together.rectangleOfView')}
          </Button>
          {rectangle !== null && (
            <Button size="small" onPress={() => onRectangle(null)}>
              {t('together.rectangleClear')}
            </Button>
          )}
        </div>
      )}
      {attribution !== '' && (
        <p className="absolute right-0 bottom-0 bg-panel px-1 text-xs text-ink-2">{attribution}</p>
      )}
    </>
  )
}

function viewOf(map: maplibre.Map): MapRectangle {
  const view = map.getBounds()
  return rectangleBetween(
    { latitude: view.getSouth(), longitude: view.getWest() },
    { latitude: view.getNorth(), longitude: view.getEast() },
  )
}

/** Answers once it can be drawn on. Undefined when it was given up meanwhile; throws where the browser cannot draw it. */
async function openMap(
  container: HTMLElement,
  { tilesUrl, label, signal }: Readonly<{ tilesUrl: string | null; label: string; signal: AbortSignal }>,
): Promise<Readonly<{ map: maplibre.Map; attribution: string }> | undefined> {
  const colours = readColours(container)
  let attribution = ''
  let style: maplibre.StyleSpecification
  if (tilesUrl === null) style = await outlineStyle(colours, signal)
  else {
    const url = new URL(tilesUrl, location.href).href
    const tiles = new PMTiles(url)
    protocol.add(tiles)
    const [header, metadata] = await Promise.all([tiles.getHeader(), tiles.getMetadata()])
    attribution = attributionOf(metadata)
    style = tilesStyle(url, header, metadata, colours)
  }
  if (signal.aborted) return undefined
  const map = new maplibre.Map({
    container,
    style,
    bounds: toLngLat(home),
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    locale: {
      'Map.Title': label,
      'NavigationControl.ZoomIn': t('together.mapZoomIn'),
      'NavigationControl.ZoomOut': t('together.mapZoomOut'),
    },
  })
  map.touchZoomRotate.disableRotation()
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), 'top-right')
  map.addControl(new maplibre.ScaleControl({ unit: 'metric' }), 'bottom-left')
  await new Promise<void>((resolve) => {
    // Its shapes can be drawn on from here; the countries under them may come later.
    map.once('style.load', () => resolve())
    signal.addEventListener('abort', () => resolve())
  })
  if (signal.aborted) {
    map.remove()
    return undefined
  }
  const empty = { type: 'FeatureCollection' as const, features: [] }
  map.addSource('lines', { type: 'geojson', data: empty })
  map.addSource('rectangle', { type: 'geojson', data: empty })
  map.addLayer({
    id: 'lines',
    type: 'line',
    source: 'lines',
    layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: { 'line-color': ['get', 'colour'], 'line-width': 3 },
  })
  map.addLayer({
    id: 'rectangle-inside',
    type: 'fill',
    source: 'rectangle',
    paint: { 'fill-color': colours.accent, 'fill-opacity': 0.15 },
  })
  map.addLayer({
    id: 'rectangle-edge',
    type: 'line',
    source: 'rectangle',
    paint: { 'line-color': colours.accent, 'line-width': 2 },
  })
  return { map, attribution }
}

function showDots({ map, markers }: Drawn, dots: readonly MapDot[], onDot: (id: string) => void): void {
  for (const [id, marker] of markers) {
    if (dots.some((dot) => dot.id === id)) continue
    marker.remove()
    markers.delete(id)
  }
  for (const dot of dots) {
    const at: [number, number] = [dot.longitude, dot.latitude]
    const marker = markers.get(dot.id) ?? new maplibre.Marker({ element: makeDot(dot.id, onDot) })
    const element = marker.getElement()
    element.textContent = dot.mark ?? ''
    element.title = dot.label
    element.style.background = dot.colour ?? 'var(--accent-solid)'
    element.style.opacity = dot.isFaint === true ? '0.45' : '1'
    marker.setLngLat(at)
    if (markers.has(dot.id)) continue
    markers.set(dot.id, marker)
    marker.addTo(map)
  }
}

/** What is on the map stands beside it as text, so the dots are for the eye and the pointer alone. */
function makeDot(id: string, onDot: (id: string) => void): HTMLElement {
  const element = document.createElement('div')
  element.className =
    'flex size-5 cursor-pointer items-center justify-center rounded-full border-2 border-panel forced-color-adjust-none font-mono text-xs font-semibold text-panel'
  element.ariaHidden = 'true'
  element.addEventListener('click', () => onDot(id))
  return element
}

function showShapes(map: maplibre.Map, { lines, rectangle }: Shapes): void {
  const container = map.getContainer()
  void map.getSource<maplibre.GeoJSONSource>('lines')?.setData({
    type: 'FeatureCollection',
    features: lines.map(({ places, colour = 'var(--accent)' }) => ({
      type: 'Feature',
      properties: { colour: resolveColour(container, colour) },
      geometry: { type: 'LineString', coordinates: places.map(({ longitude, latitude }) => [longitude, latitude]) },
    })),
  })
  void map.getSource<maplibre.GeoJSONSource>('rectangle')?.setData({
    type: 'FeatureCollection',
    features: rectangle === null ? [] : [{ type: 'Feature', properties: {}, geometry: toPolygon(rectangle) }],
  })
}

function toPolygon({ west, south, east, north }: MapRectangle): Polygon {
  const corners = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ]
  return { type: 'Polygon', coordinates: [corners] }
}

/** One rectangle, from where the pointer goes down to where it goes up. */
function drawRectangle(map: maplibre.Map, tell: (made: MapRectangle, isReady: boolean) => void): () => void {
  const canvas = map.getCanvasContainer()
  const controller = new AbortController()
  const { signal } = controller
  let from: maplibre.LngLat | undefined
  map.dragPan.disable()
  // Else the browser takes the finger that draws for one that scrolls.
  canvas.style.touchAction = 'none'
  const at = (event: PointerEvent) => {
    const box = canvas.getBoundingClientRect()
    return map.unproject([event.clientX - box.left, event.clientY - box.top])
  }
  const between = (one: maplibre.LngLat, other: maplibre.LngLat) =>
    rectangleBetween({ latitude: one.lat, longitude: one.lng }, { latitude: other.lat, longitude: other.lng })
  canvas.addEventListener(
    'pointerdown',
    (event) => {
      from = at(event)
      canvas.setPointerCapture(event.pointerId)
    },
    { signal },
  )
  canvas.addEventListener(
    'pointermove',
    (event) => {
      if (from !== undefined) tell(between(from, at(event)), false)
    },
    { signal },
  )
  canvas.addEventListener(
    'pointerup',
    (event) => {
      if (from === undefined) return
      const made = between(from, at(event))
      from = undefined
      if (made.west < made.east && made.south < made.north) tell(made, true)
    },
    { signal },
  )
  canvas.addEventListener('pointercancel', () => (from = undefined), { signal })
  return () => {
    controller.abort()
    canvas.style.touchAction = ''
    map.dragPan.enable()
  }
}
