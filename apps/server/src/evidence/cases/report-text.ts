import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { create, type Font } from 'fontkit'

/** How a piece of text looks. `code` is what is compared letter by letter. */
export const styles = {
  title: { font: 'strong', sizePt: 20, color: '#14202b' },
  heading: { font: 'strong', sizePt: 11, color: '#14202b' },
  body: { font: 'plain', sizePt: 9, color: '#14202b' },
  strong: { font: 'strong', sizePt: 9, color: '#14202b' },
  quiet: { font: 'plain', sizePt: 9, color: '#4d5a66' },
  small: { font: 'plain', sizePt: 8, color: '#4d5a66' },
  code: { font: 'code', sizePt: 7.8, color: '#14202b' },
} as const
export type Style = keyof typeof styles
export type Run = Readonly<{ text: string; style: Style }>
/** A piece of a line, `x` points from its beginning. */
export type Fragment = Run & Readonly<{ x: number }>
export type Line = readonly Fragment[]

type FontName = (typeof styles)[Style]['font']

/** Whole font files under the SIL Open Font License: Latin, Greek and Cyrillic. */
const files: Readonly<Record<FontName, string>> = {
  plain: '@expo-google-fonts/source-sans-3/400Regular/SourceSans3_400Regular.ttf',
  strong: '@expo-google-fonts/source-sans-3/600SemiBold/SourceSans3_600SemiBold.ttf',
  code: '@expo-google-fonts/source-code-pro/400Regular/SourceCodePro_400Regular.ttf',
}

/** The files, read once, when a report is first made. */
let read: Readonly<Record<FontName, Uint8Array>> | undefined
export function readFonts(): Readonly<Record<FontName, Uint8Array>> {
  const open = (file: string) => readFileSync(fileURLToPath(import.meta.resolve(file)))
  read ??= { plain: open(files.plain), strong: open(files.strong), code: open(files.code) }
  return read
}

/** For measuring alone: what writes a report opens its own, because a font that was written once tells less of its signs. */
let opened: Readonly<Record<FontName, Font>> | undefined
function measuringFont(name: FontName): Font {
  const open = (bytes: Uint8Array): Font => {
    const font = create(Buffer.from(bytes))
    if (!('layout' in font)) throw new Error('a file that holds more than one font')
    return font
  }
  const { code, plain, strong } = readFonts()
  opened ??= { plain: open(plain), strong: open(strong), code: open(code) }
  return opened[name]
}

/** Scripts that are written from left to right, letter by letter, and that the fonts have. */
const shown = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}\p{Script=Inherited}]$/u
const hidden = /^\p{C}$/u

/**
 * The text as the font can show it. What it cannot (another script, something invisible) is written out as its code
 * point, `[U+4E2D]`, so that nothing of a name is dropped and nothing can steer how the rest is read.
 */
export function showable(text: string, style: Style): string {
  const font = measuringFont(styles[style].font)
  return Array.from(
    text
      .toWellFormed()
      .normalize('NFC')
      .replaceAll(/[\t-\r]/g, ' '),
    (char) => {
      const codePoint = char.codePointAt(0) ?? 0
      const isShown = shown.test(char) && !hidden.test(char) && font.hasGlyphForCodePoint(codePoint)
      return isShown ? char : `[U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}]`
    },
  ).join('')
}

/** In points; without kerning, which makes it a little narrower at most. */
export function widthOf(text: string, style: Style): number {
  const { font: name, sizePt } = styles[style]
  const font = measuringFont(name)
  const advance = font.glyphsForString(text).reduce((sum, glyph) => sum + glyph.advanceWidth, 0)
  return (advance / font.unitsPerEm) * sizePt
}

/** Break runs into lines no wider than `widthPt`, at spaces, and within a word only if it alone is wider. */
export function wrap(runs: readonly Run[], widthPt: number): Line[] {
  if (runs.length === 0) return []
  const lines: Fragment[][] = [[]]
  let x = 0
  let isSpaced = false
  for (const { text, style } of runs) {
    for (const piece of showable(text, style).split(/( +)/)) {
      if (piece === '') continue
      if (piece.startsWith(' ')) {
        isSpaced = true
        continue
      }
      for (const part of fitting(piece, style, widthPt)) {
        const space = isSpaced && x > 0 ? widthOf(' ', style) : 0
        const width = widthOf(part, style)
        if (x > 0 && x + space + width > widthPt) {
          lines.push([])
          x = 0
        }
        add(lines.at(-1) ?? [], { text: part, style, x: x === 0 ? 0 : x + space }, isSpaced && x > 0)
        x = (x === 0 ? 0 : x + space) + width
        isSpaced = false
      }
    }
  }
  return lines
}

/** Pieces of one style that follow each other are one, so that a reader finds whole phrases. */
function add(line: Fragment[], piece: Fragment, isSpaced: boolean): void {
  const before = line.at(-1)
  if (before?.style !== piece.style) line.push(piece)
  else line[line.length - 1] = { ...before, text: `${before.text}${isSpaced ? ' ' : ''}${piece.text}` }
}

function fitting(word: string, style: Style, widthPt: number): string[] {
  if (widthOf(word, style) <= widthPt) return [word]
  const parts: string[] = []
  let part = ''
  for (const char of word) {
    if (part !== '' && widthOf(part + char, style) > widthPt) {
      parts.push(part)
      part = ''
    }
    part += char
  }
  return [...parts, part]
}
