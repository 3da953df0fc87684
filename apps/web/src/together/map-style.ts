import type { ExpressionSpecification, StyleSpecification } from 'maplibre-gl'
import { type Header, PMTiles, TileType } from 'pmtiles'
import { feature } from 'topojson-client'
import type { Topology } from 'topojson-specification'
import outlinesUrl from 'world-atlas/countries-50m.json?url'

type Layer = StyleSpecification['layers'][number]

/** Colours of the theme as the map can read them: it knows no custom properties. */
export type MapColours = Readonly<Record<'water' | 'land' | 'line' | 'edge' | 'ink' | 'accent', string>>

/** What a colour of the theme is here and now. */
export function resolveColour(element: HTMLElement, colour: string): string {
  // An element of its own: a colour that changes begins, by whatever transition, as what it was.
  const swatch = document.createElement('span')
  swatch.style.color = colour
  element.append(swatch)
  const resolved = getComputedStyle(swatch).color
  swatch.remove()
  return resolved
}

export function readColours(element: HTMLElement): MapColours {
  return {
    water: resolveColour(element, 'var(--sunken)'),
    land: resolveColour(element, 'var(--panel)'),
    line: resolveColour(element, 'var(--line)'),
    edge: resolveColour(element, 'var(--edge)'),
    ink: resolveColour(element, 'var(--ink-2)'),
    accent: resolveColour(element, 'var(--accent)'),
  }
}

/** Outlines of the countries of the world, for where the operator gave no map. */
export async function outlineStyle(colours: MapColours, signal: AbortSignal): Promise<StyleSpecification> {
  const topology = (await (await fetch(outlinesUrl, { signal })).json()) as Topology
  const countries = topology.objects['countries']
  if (countries === undefined) throw new Error('the outlines hold no countries')
  return {
    version: 8,
    sources: { base: { type: 'geojson', data: feature(topology, countries) } },
    layers: [
      { id: 'background', type: 'background', paint: { 'background-color': colours.water } },
      { id: 'land', type: 'fill', source: 'base', paint: { 'fill-color': colours.land } },
      { id: 'borders', type: 'line', source: 'base', paint: { 'line-color': colours.edge, 'line-width': 1 } },
    ],
  }
}

/** How the layers that base maps commonly have are drawn, by their names in Protomaps' and OpenMapTiles' schemas. */
function toLayers(id: string, colours: MapColours): Layer[] {
  const of = { id, source: 'base', 'source-layer': id } as const
  switch (id) {
    case 'earth':
      return [{ ...of, type: 'fill', paint: { 'fill-color': colours.land } }]
    case 'water':
    case 'ocean':
      return [{ ...of, type: 'fill', filter: ['==', '$type', 'Polygon'], paint: { 'fill-color': colours.water } }]
    case 'waterway':
      return [{ ...of, type: 'line', paint: { 'line-color': colours.line } }]
    case 'landuse':
    case 'landcover':
      return [{ ...of, type: 'fill', paint: { 'fill-color': colours.line, 'fill-opacity': 0.25 } }]
    case 'buildings':
    case 'building':
      return [{ ...of, type: 'fill', minzoom: 13, paint: { 'fill-color': colours.line, 'fill-opacity': 0.8 } }]
    case 'roads':
    case 'transportation': {
      const width: ExpressionSpecification = ['interpolate', ['exponential', 1.6], ['zoom'], 8, 0.5, 14, 2, 18, 10]
      return [{ ...of, type: 'line', paint: { 'line-color': colours.edge, 'line-opacity': 0.6, 'line-width': width } }]
    }
    case 'boundaries':
    case 'boundary':
      return [{ ...of, type: 'line', paint: { 'line-color': colours.edge, 'line-dasharray': [3, 2] } }]
    case 'places':
    case 'place':
      return [
        {
          ...of,
          type: 'symbol',
          layout: { 'text-field': ['coalesce', ['get', 'name'], ''], 'text-font': ['sans-serif'], 'text-size': 12 },
          paint: { 'text-color': colours.ink, 'text-halo-color': colours.land, 'text-halo-width': 1.5 },
        },
      ]
    default:
      return []
  }
}

const drawingOrder = [
  'earth',
  'landcover',
  'landuse',
  'ocean',
  'water',
  'waterway',
  'building',
  'buildings',
  'boundary',
  'boundaries',
  'transportation',
  'roads',
  'place',
  'places',
]

/** The style for the operator's tiles: pictures as they are, shapes in the colours of the theme. */
export function tilesStyle(
  url: string,
  header: Pick<Header, 'tileType'>,
  metadata: unknown,
  colours: MapColours,
): StyleSpecification {
  const isShapes = header.tileType === TileType.Mvt || header.tileType === TileType.Mlt
  const background: Layer = {
    id: 'background',
    type: 'background',
    paint: { 'background-color': isShapes && !layerIds(metadata).includes('earth') ? colours.land : colours.water },
  }
  if (!isShapes) {
    return {
      version: 8,
      sources: { base: { type: 'raster', url: `pmtiles://${url}`, tileSize: 256 } },
      layers: [background, { id: 'pictures', type: 'raster', source: 'base' }],
    }
  }
  const known = layerIds(metadata).toSorted((a, b) => drawingOrder.indexOf(a) - drawingOrder.indexOf(b))
  return {
    version: 8,
    sources: { base: { type: 'vector', url: `pmtiles://${url}` } },
    layers: [background, ...known.flatMap((id) => toLayers(id, colours))],
  }
}

function layerIds(metadata: unknown): string[] {
  const layers = (metadata as { vector_layers?: unknown } | null)?.vector_layers
  if (!Array.isArray(layers)) return []
  return layers.flatMap((layer: { id?: unknown } | null) => (typeof layer?.id === 'string' ? [layer.id] : []))
}

/** Who made the map, without the marks of a page: it is shown as words. */
export function attributionOf(metadata: unknown): string {
  const attribution = (metadata as { attribution?: unknown } | null)?.attribution
  return typeof attribution === 'string'
    ? attribution
        .replaceAll(/<[^>]*>/g, '')
        .replaceAll('&copy;', '©')
        .trim()
    : ''
}

export { PMTiles }
