import type { MetadataTags } from 'mediabunny'

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

/** The camera's own serial number as it wrote it, at most 64 printable characters; null when there is none. */
export function findCameraSerial(raw: RawTags): string | null {
  for (const [key, value] of Object.entries(raw)) {
    if (!/serial[-_ .]?(?:no|number)?$|^slno$|^©xsn$/i.test(key)) continue
    const serial = textOf(value)
      .replaceAll(/[^\x20-\x7e]/g, '')
      .trim()
      .slice(0, 64)
    if (serial !== '') return serial
  }
  return null
}

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

function usable(latitude: number, longitude: number): Location | null {
  const isOnEarth = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180
  return isOnEarth && (latitude !== 0 || longitude !== 0) ? { latitude, longitude } : null
}
