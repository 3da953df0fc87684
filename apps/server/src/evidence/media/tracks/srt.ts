import { type Fix, maxFixes, NotWellFormed } from './track.ts'

/**
 * Subtitles in which a camera writes its place: `[latitude: 52.1] [longitude: 4.3]`, or `GPS(4.3,52.1,10)` with the
 * longitude first. Each stands at its moment of the recording. The clock they show is the camera's own.
 */
export function readSrt(text: string): Fix[] {
  const fixes: Fix[] = []
  let hasCue = false
  for (const cue of text.matchAll(/^(\d{1,3}):(\d\d):(\d\d)[,.](\d{3}) {1,2}--> {1,2}\d/gm)) {
    hasCue = true
    const words = text.slice(cue.index + cue[0].length, cue.index + maxCueLength)
    const next = words.indexOf('-->')
    const place = findPlace(next === -1 ? words : words.slice(0, next))
    if (place === undefined) continue
    const [hour = 0, minute = 0, second = 0, ms = 0] = cue.slice(1).map(Number)
    fixes.push({ ...place, atMs: ((hour * 60 + minute) * 60 + second) * 1000 + ms })
    if (fixes.length === maxFixes) break
  }
  if (!hasCue) throw new NotWellFormed('no subtitles')
  return fixes
}

const maxCueLength = 2048

const number = String.raw`(-?\d{1,3}(?:\.\d{1,16})?)`
const named = new RegExp(String.raw`latitude\s?:\s?${number}\D{1,20}?(?:longitude|longtitude)\s?:\s?${number}`, 'i')
const bracketed = new RegExp(String.raw`GPS\s?\(\s?${number}\s?,\s?${number}`)

function findPlace(cue: string): { latitude: number; longitude: number } | undefined {
  const byName = named.exec(cue)
  if (byName !== null) return { latitude: Number(byName[1]), longitude: Number(byName[2]) }
  const inBrackets = bracketed.exec(cue)
  return inBrackets === null ? undefined : { latitude: Number(inBrackets[2]), longitude: Number(inBrackets[1]) }
}
