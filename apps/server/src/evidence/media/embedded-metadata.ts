import type { MetadataTags } from 'mediabunny'
import { readGpmfDevice } from './tracks/gpmf.ts'
import { isPlace } from './tracks/track.ts'

export type Location = Readonly<{ latitude: number; longitude: number }>

type RawTags = NonNullable<MetadataTags['raw']>

/** Where the camera says the recording was made, from QuickTime, ISO or 3GPP tags; null without a usable place. */
export function findLocation(raw: RawTags): Location | null {
  for (const [key, value] of Object.entries(raw)) {
    if (/iso6709$|^©xyz$|^location$/i.test(key)) {
      const location = parseIso6709(textOf(value))
      if (location !== null) return location
    }
    if (key === 'loci' && value instanceof Uint8Array) return parseLoci(value)
  }
  return null
}

/** What a camera says of itself; null for what it does not say. Each at most 64 printable characters. */
export type Device = Readonly<{
  make: string | null
  model: string | null
  serial: string | null
  firmware: string | null
}>

/** From QuickTime, Android and Matroska tags, or the settings that a GoPro leaves in its index. */
export function findDevice(raw: RawTags): Device {
  const find = (names: RegExp): string | null => {
    for (const [key, value] of Object.entries(raw)) {
      const text = names.test(key) ? printable(textOf(value)) : ''
      if (text !== '') return text
    }
    return null
  }
  const settings = raw['GPMF'] instanceof Uint8Array ? readGpmfDevice(raw['GPMF']) : null
  return {
    make: find(/(?:^|\.)make$|^©mak$|(?:^|\.)manufacturer$/i) ?? (settings?.model ? 'GoPro' : null),
    model: find(/(?:^|\.)model$|^©mod$/i) ?? printableOrNull(settings?.model),
    serial: find(/serial[-_ .]?(?:no|number)?$|^slno$|^©xsn$/i) ?? printableOrNull(settings?.serial),
    firmware:
      find(/(?:^|\.)(?:software|firmware)(?:[-_. ]?version)?$|^©swr$|^FIRM$/i) ?? printableOrNull(settings?.firmware),
  }
}

const printable = (text: string): string =>
  text
    .replaceAll(/[^\x20-\x7e]/g, '')
    .trim()
    .slice(0, 64)

const printableOrNull = (text: string | null | undefined): string | null => printable(text ?? '') || null

const textOf = (value: RawTags[string] | undefined): string =>
  typeof value === 'string'
    ? value
    : value instanceof Uint8Array
      ? new TextDecoder().decode(value.subarray(0, 256))
      : ''

/**
 * ISO 6709, annex H, as cameras write it: degrees, degrees and minutes, or degrees, minutes and seconds. The place
 * where equator and first meridian cross is what cameras write without a fix, so it counts as none.
 */
export function parseIso6709(text: string): Location | null {
  const match = /([+-])(\d{2,6}(?:\.\d{1,12})?)([+-])(\d{3,7}(?:\.\d{1,12})?)/.exec(text)
  if (match === null) return null
  const [, latitudeSign, latitudeDigits = '', longitudeSign, longitudeDigits = ''] = match
  const latitude = degrees(latitudeDigits, 2) * (latitudeSign === '-' ? -1 : 1)
  const longitude = degrees(longitudeDigits, 3) * (longitudeSign === '-' ? -1 : 1)
  return usable(latitude, longitude)
}

/** `12.5`, `1230` or `123000` as degrees; `width` digits are the whole degrees. */
function degrees(digits: string, width: number): number {
  const whole = digits.indexOf('.') === -1 ? digits.length : digits.indexOf('.')
  const after = whole - width
  if (after === 0) return Number(digits)
  if (after === 2) return Number(digits.slice(0, width)) + Number(digits.slice(width)) / 60
  if (after !== 4) return Number.NaN
  const minutes = Number(digits.slice(width, width + 2))
  return Number(digits.slice(0, width)) + minutes / 60 + Number(digits.slice(width + 2)) / 3600
}

/** 3GPP TS 26.244, 8.10: a name that ends with zero, a role, then longitude and latitude in 16.16 fixed point. */
function parseLoci(bytes: Uint8Array): Location | null {
  const afterName = bytes.indexOf(0, 6) + 2
  if (afterName < 8 || afterName + 8 > bytes.length) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return usable(view.getInt32(afterName + 4) / 65_536, view.getInt32(afterName) / 65_536)
}

const usable = (latitude: number, longitude: number): Location | null =>
  isPlace(latitude, longitude) ? { latitude, longitude } : null
