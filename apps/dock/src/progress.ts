import type { Language } from '@getuige/base'
import type { Stage } from './hand-over.ts'
import { say, sentences, toSafe } from './words.ts'

/** Where lines go. `draw` is there on a terminal only: it replaces the line that stands there until the next `write`. */
export type Output = Readonly<{
  write(line: string): void
  complain(line: string): void
  draw?: ((line: string) => void) | undefined
}>

const drawEveryMs = 200

/** Shows stages: on a terminal one calm line with percent and MB/s, elsewhere nothing but what one has to know. */
export function showProgress(output: Output, language: Language, patienceMs: number, nowMs: () => number) {
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 })
  const rate = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
  let begun = { at: '', path: '', fromBytes: 0, sinceMs: 0 }
  let drawnMs = -Infinity

  return (stage: Stage): void => {
    if (stage.at === 'waiting') {
      const seconds = Math.ceil(patienceMs / 1000)
      const words = stage.because === 'away' ? sentences.waitingForServer : sentences.tryingAgain
      output.write(say(words, language, { seconds }))
      return
    }
    const now = nowMs()
    const { at, path, doneBytes, sizeBytes } = stage
    // What was there before this run, or is sent a second time, counts for no speed.
    if (begun.at !== at || begun.path !== path || doneBytes < begun.fromBytes) {
      begun = { at, path, fromBytes: doneBytes, sinceMs: now }
    }
    if (output.draw === undefined || now - drawnMs < drawEveryMs) return
    drawnMs = now
    const megabytesPerSecond = (doneBytes - begun.fromBytes) / 1000 / Math.max(1, now - begun.sinceMs)
    const share = percent.format(sizeBytes === 0 ? 1 : doneBytes / sizeBytes).padStart(5)
    const speed = `${rate.format(megabytesPerSecond)} MB/s`.padStart(11)
    output.draw(`${share} ${speed}  ${sentences[at][language]}  ${toSafe(path)}`)
  }
}
