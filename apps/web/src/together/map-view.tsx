import { classNames } from '@getuige/ui'
import { useSyncExternalStore } from 'react'
import { lazyPart } from '../app/newer-version.tsx'
import { useTheme } from '../app/theme.ts'
import type { MapViewProps } from './map-shapes.ts'

// The largest part of the app by far, and seldom asked for.
const MapCanvas = lazyPart(async () => (await import('./map-canvas.tsx')).MapCanvas)

/** What the system asks for, where the theme follows it. */
const dark = '(prefers-color-scheme: dark)'
function watchDark(changed: () => void): () => void {
  const system = matchMedia(dark)
  system.addEventListener('change', changed)
  return () => system.removeEventListener('change', changed)
}

/** A map from our own server alone: the operator's tiles, or the outlines of countries. */
export function MapView(props: MapViewProps) {
  const theme = useTheme()
  const isDark = useSyncExternalStore(watchDark, () => matchMedia(dark).matches)
  return (
    <div
      className={classNames(
        'relative h-72 overflow-hidden rounded border border-line bg-sunken',
        props.className ?? '',
      )}
    >
      {/* Drawn anew with the colours of another theme. */}
      <MapCanvas key={`${theme} ${isDark}`} {...props} />
    </div>
  )
}
