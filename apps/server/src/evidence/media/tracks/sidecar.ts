import type { Sidecar } from '@getuige/contract'
import { readAxisGnss } from './axis-gnss.ts'
import { readGpx } from './gpx.ts'
import { readNmea } from './nmea.ts'
import { readSrt } from './srt.ts'
import { type Fix, isPlace } from './track.ts'

export type SidecarKind = Sidecar['kind']
/** `kind`: by its name it is nothing that is read; `bytes`: it is not what its name says. No place in it is no refusal. */
export type ReadSidecar = Readonly<{ kind: SidecarKind; fixes: readonly Fix[] } | { refused: 'kind' | 'bytes' }>

const parsers: Readonly<Record<string, readonly [SidecarKind, (text: string) => Fix[]]>> = {
  nmea: ['nmea', readNmea],
  gpx: ['gpx', readGpx],
  srt: ['srt', readSrt],
  json: ['axis-gnss', readAxisGnss],
}

/** Read a file of places that came beside a recording, as its name says what it is. Never throws on what the bytes say. */
export function readSidecar(name: string, bytes: Uint8Array): ReadSidecar {
  const extension = /\.([a-z]{3,4})$/i.exec(name)?.[1]?.toLowerCase() ?? ''
  const parser = Object.hasOwn(parsers, extension) ? parsers[extension] : undefined
  if (parser === undefined) return { refused: 'kind' }
  const [kind, parse] = parser
  try {
    const fixes = parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return { kind, fixes: fixes.filter(({ latitude, longitude }) => isPlace(latitude, longitude)) }
  } catch {
    return { refused: 'bytes' }
  }
}
