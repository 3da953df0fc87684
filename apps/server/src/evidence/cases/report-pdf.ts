import { buffer } from 'node:stream/consumers'
import { toHex } from '@getuige/base'
import type { JsonValue, Language } from '@getuige/base'
import { beginsRecording, fingerprintOf, parseCheckpoint, readUnverifiedNote } from '@getuige/proof'
import type { CustodyReport } from '@getuige/proof'
import PdfDocument from 'pdfkit'
import { groups, objectOf, sayActor, sayEntry, sayInstant, sayMoment, saySize } from './report-entry.ts'
import { readFonts, showable, styles, widthOf, wrap } from './report-text.ts'
import type { Line, Run } from './report-text.ts'
import { detailWords, entryWords, fill, reportWords } from './report-words.ts'

/** A4, in points. */
const page = { width: 595.28, height: 841.89, left: 56, right: 56, top: 56, bottom: 62 }
const contentWidth = page.width - page.left - page.right
const lowest = page.height - page.bottom
const leading = 12
const labelWidth = 118
const darkRule = '#14202b'
const paleRule = '#c3ccd4'

type Struct = PDFKit.PDFStructureElement
/** `y` is where the next line begins; `root` is what a screen reader reads. */
type Sheet = { readonly doc: PDFKit.PDFDocument; readonly root: Struct; y: number }
type Column = Readonly<{ x: number; width: number; title: string }>
type Fact = readonly [name: string, runs: readonly Run[]]

/** The report on paper, in one language: A4, tagged for screen readers (PDF/UA-1), with its fonts inside. */
export async function printReport(report: CustodyReport, language: Language): Promise<Uint8Array> {
  const sheet = openSheet(report, language)
  const bytes = buffer(sheet.doc)
  printHead(sheet, report, language)
  for (const recording of report.recordings) printRecording(sheet, report, recording, language)
  printTrail(sheet, report, language)
  printLogs(sheet, report, language)
  printCheck(sheet, language)
  sheet.root.end()
  printFooters(sheet, report, language)
  sheet.doc.end()
  return bytes
}

function openSheet({ corpsName, createdAt, packageId }: CustodyReport, language: Language): Sheet {
  const options = {
    size: 'A4',
    margin: 0, // every line is put in its place: nothing may begin a page by itself
    autoFirstPage: false,
    bufferPages: true,
    pdfVersion: '1.7',
    subset: 'PDF/UA',
    tagged: true,
    lang: language,
    displayTitle: true,
    font: '',
    info: {
      Title: `${reportWords.title[language]} ${packageId}`,
      Author: corpsName,
      Subject: reportWords.subtitle[language],
      Creator: 'Getuige',
      Producer: 'Getuige',
      CreationDate: new Date(createdAt),
      ModDate: new Date(createdAt),
    },
  } as const
  const doc = new PdfDocument(options as unknown as PDFKit.PDFDocumentOptions)
  for (const [name, font] of Object.entries(readFonts())) doc.registerFont(name, font)
  const root = doc.struct('Document')
  doc.addStructure(root)
  const sheet = { doc, root, y: 0 }
  addPage(sheet)
  return sheet
}

function addPage(sheet: Sheet): void {
  sheet.doc.addPage()
  sheet.y = page.top
}

/** Begin a new page unless `height` points fit on this one. */
function makeRoom(sheet: Sheet, height: number): void {
  if (sheet.y + height > lowest) addPage(sheet)
}

function printHead(sheet: Sheet, report: CustodyReport, language: Language): void {
  const { corpsName, createdAt, packageId, timeZone } = report
  printText(sheet, sheet.root, 'P', [{ text: corpsName, style: 'quiet' }])
  sheet.y += 12
  printText(sheet, sheet.root, 'H1', [{ text: reportWords.title[language], style: 'title' }])
  sheet.y += 4
  printText(sheet, sheet.root, 'P', [{ text: reportWords.subtitle[language], style: 'quiet' }])
  sheet.y += 6
  drawRule(sheet, 1, darkRule)
  sheet.y += 10
  const exported = report.entries.findLast(({ fields }) => {
    return fields['type'] === 'package-exported' && objectOf(fields['details'])['packageId'] === packageId
  })
  const notStated: Run[] = [{ text: reportWords.notStated[language], style: 'quiet' }]
  printFacts(sheet, [
    [reportWords.package[language], [{ text: packageId, style: 'code' }]],
    [reportWords.made[language], sayTimes(createdAt, timeZone)],
    [reportWords.madeBy[language], exported ? sayWho(exported.fields['actor'], language) : notStated],
    [reportWords.madeFor[language], sayRecipient(exported?.fields['details']) ?? notStated],
  ])
}

function printRecording(
  sheet: Sheet,
  { entries, timeZone }: CustodyReport,
  { recordingId, name, sha256, sizeBytes }: CustodyReport['recordings'][number],
  language: Language,
): void {
  const received = entries.find(
    ({ fields }) => fields['recordingId'] === recordingId && beginsRecording(fields['type'], fields['details']),
  )
  const details = objectOf(received?.fields['details'])
  const { cameraId, recordedAt, wearerId } = details
  const isClip = received?.fields['type'] === 'clip-made'
  const ids = Object.entries({ cameraId, wearerId }).flatMap(([detail, id]): Fact[] => {
    return typeof id === 'string' ? [[detailWords[detail]?.[language] ?? detail, [{ text: id, style: 'code' }]]] : []
  })
  printHeading(sheet, [
    { text: `${reportWords.recording[language]} `, style: 'heading' },
    { text: recordingId, style: 'code' },
  ])
  printFacts(sheet, [
    [reportWords.file[language], [{ text: `data/recordings/${name}`, style: 'code' }]],
    ...sayOriginal(details, language),
    ...(recordedAt === undefined ? [] : [[reportWords.recorded[language], sayTimes(recordedAt, timeZone)] as Fact]),
    [(isClip ? entryWords['clip-made'] : reportWords.received)[language], sayTimes(received?.fields['at'], timeZone)],
    ...ids,
    [reportWords.size[language], [{ text: saySize(sizeBytes, language), style: 'body' }]],
    [reportWords.digest[language], [{ text: groups(sha256), style: 'code' }]],
  ])
}

/** Of a clip, what it was cut from: which recording, which part of it, and the digest that had. */
function sayOriginal(details: Readonly<Record<string, JsonValue>>, language: Language): Fact[] {
  const { originalId, originalSha256, fromMs, toMs } = details
  if (typeof originalId !== 'string') return []
  const isPart = typeof fromMs === 'number' && typeof toMs === 'number'
  const part: Run[] = isPart ? [{ text: ` ${sayMoment(fromMs)} – ${sayMoment(toMs)}`, style: 'body' }] : []
  const label = (name: string): string => detailWords[name]?.[language] ?? name
  const digest: Fact[] =
    typeof originalSha256 === 'string'
      ? [[label('originalSha256'), [{ text: groups(originalSha256), style: 'code' }]]]
      : []
  return [[label('originalId'), [{ text: originalId, style: 'code' }, ...part]], ...digest]
}

/** Every entry in order. One whose text is longer than a page goes on over the next. */
function printTrail(sheet: Sheet, { entries, timeZone }: CustodyReport, language: Language): void {
  printHeading(sheet, [{ text: reportWords.trail[language], style: 'heading' }], 90)
  printText(sheet, sheet.root, 'P', [{ text: fill(reportWords.times, language, { zone: timeZone }), style: 'small' }])
  sheet.y += 6
  const widths = [38, 116, 92]
  const names = [reportWords.place, reportWords.when, reportWords.who, reportWords.what]
  const columns = names.map((name, i): Column => {
    const x = page.left + widths.slice(0, i).reduce((sum, width) => sum + width, 0)
    return { x, width: (widths[i] ?? page.width - page.right - x) - 8, title: name[language] }
  })
  const table = sheet.doc.struct('Table')
  sheet.root.add(table)
  const titles = sheet.doc.struct('TR')
  table.add(titles)
  printTitles(sheet, columns, (draw) => {
    const cell = newStruct(sheet, 'TH', { scope: 'Column' })
    titles.add(cell)
    cell.add(draw)
    cell.end()
  })
  titles.end()
  for (const { fields, index, log } of entries) {
    const { name, role } = sayActor(fields['actor'], language)
    const { local, utc } = sayInstant(fields['at'], timeZone)
    printRow(sheet, table, columns, [
      [[{ text: `${log}/${index}`, style: 'quiet' }]],
      [[{ text: local, style: 'body' }], [{ text: utc, style: 'small' }]],
      [[{ text: name, style: 'body' }], ...(role === null ? [] : [[{ text: role, style: 'small' } as const]])],
      sayEntry(fields, language, timeZone),
    ])
  }
  table.end()
}

function printTitles(sheet: Sheet, columns: readonly Column[], mark: (draw: () => void) => void): void {
  for (const { title, x } of columns) {
    const line: Line = [{ text: showable(title, 'small'), style: 'small', x: 0 }]
    mark(() => drawLine(sheet, line, x, sheet.y))
  }
  sheet.y += leading
  drawRule(sheet, 0.75, darkRule)
}

/** A row stays on one page unless it is longer than half of one. On a new page the titles stand again, for the eye. */
function printRow(sheet: Sheet, table: Struct, columns: readonly Column[], cells: readonly (readonly Run[][])[]): void {
  const lines = columns.map(({ width }, i) => (cells[i] ?? []).flatMap((runs) => wrap(runs, width)))
  const height = Math.max(...lines.map(({ length }) => length)) * leading
  const nextPage = () => {
    addPage(sheet)
    printTitles(sheet, columns, (draw) => drawForTheEye(sheet, draw))
    sheet.y += 5
  }
  sheet.y += 5
  if (sheet.y + (height > (lowest - page.top) / 2 ? 3 * leading : height) > lowest) nextPage()
  const row = sheet.doc.struct('TR')
  table.add(row)
  const structs = columns.map(() => {
    const cell = sheet.doc.struct('TD')
    row.add(cell)
    return cell
  })
  for (let i = 0; i * leading < height; i++) {
    if (sheet.y + leading > lowest) nextPage()
    for (const [c, { x }] of columns.entries()) {
      const line = lines[c]?.[i]
      if (line !== undefined) structs[c]?.add(() => drawLine(sheet, line, x, sheet.y))
    }
    sheet.y += leading
  }
  for (const struct of [...structs, row]) struct.end()
  sheet.y += 4
  drawRule(sheet, 0.5, paleRule)
}

function printLogs(sheet: Sheet, { checkpoints, vkey }: CustodyReport, language: Language): void {
  printHeading(sheet, [{ text: reportWords.log[language], style: 'heading' }], 60)
  const logs = checkpoints.flatMap((note, i): Fact[] => {
    const { origin, root, size } = parseCheckpoint(readUnverifiedNote(note).text)
    const of = checkpoints.length === 1 ? '' : ` ${i + 1}`
    const head = fill(reportWords.headOf, language, { size })
    return [
      [`${reportWords.origin[language]}${of}`, [{ text: origin, style: 'code' }]],
      [
        `${reportWords.head[language]}${of}`,
        [
          { text: `${head} `, style: 'body' },
          { text: groups(toHex(root)), style: 'code' },
        ],
      ],
    ]
  })
  printFacts(sheet, [
    ...logs,
    [reportWords.key[language], [{ text: vkey, style: 'code' }]],
    [reportWords.fingerprint[language], [{ text: groups(fingerprintOf(vkey)), style: 'code' }]],
  ])
}

function printCheck(sheet: Sheet, language: Language): void {
  printHeading(sheet, [{ text: reportWords.check[language], style: 'heading' }], 90)
  for (const words of [reportWords.checkText, reportWords.limitText]) {
    printText(sheet, sheet.root, 'P', [{ text: words[language], style: 'body' }])
    sheet.y += 4
  }
}

function printFooters(sheet: Sheet, { packageId }: CustodyReport, language: Language): void {
  const { count } = sheet.doc.bufferedPageRange()
  for (let i = 0; i < count; i++) {
    sheet.doc.switchToPage(i)
    const number = showable(fill(reportWords.page, language, { page: i + 1, pages: count }), 'small')
    const y = page.height - 40
    drawForTheEye(sheet, () => {
      drawLine(sheet, [{ text: `${reportWords.package[language]} ${packageId}`, style: 'small', x: 0 }], page.left, y)
      drawLine(sheet, [{ text: number, style: 'small', x: 0 }], page.width - page.right - widthOf(number, 'small'), y)
    })
  }
}

/** A heading with room below it for `following` points of what it is about. */
function printHeading(sheet: Sheet, runs: readonly Run[], following = 4 * leading): void {
  sheet.y += 16
  makeRoom(sheet, 20 + following)
  printText(sheet, sheet.root, 'H2', runs)
  sheet.y += 5
}

function printText(sheet: Sheet, parent: Struct, kind: string, runs: readonly Run[]): void {
  const struct = newStruct(sheet, kind)
  parent.add(struct)
  for (const line of wrap(runs, contentWidth)) {
    const height = Math.max(leading, ...line.map(({ style }) => styles[style].sizePt * 1.25))
    makeRoom(sheet, height)
    struct.add(() => drawLine(sheet, line, page.left, sheet.y))
    sheet.y += height
  }
  struct.end()
}

/** Names at the left, what they are at the right: a table of two columns whose first is its titles. */
function printFacts(sheet: Sheet, facts: readonly Fact[]): void {
  const table = sheet.doc.struct('Table')
  sheet.root.add(table)
  for (const [name, runs] of facts) {
    const cells = [
      wrap([{ text: name, style: 'quiet' }], labelWidth - 10),
      wrap(runs, contentWidth - labelWidth),
    ] as const
    const count = Math.max(...cells.map(({ length }) => length))
    makeRoom(sheet, count * leading)
    const row = sheet.doc.struct('TR')
    table.add(row)
    for (const [i, lines] of cells.entries()) {
      const cell = i === 0 ? newStruct(sheet, 'TH', { scope: 'Row' }) : sheet.doc.struct('TD')
      row.add(cell)
      for (const [l, line] of lines.entries()) {
        cell.add(() => drawLine(sheet, line, page.left + i * labelWidth, sheet.y + l * leading))
      }
      cell.end()
    }
    row.end()
    sheet.y += count * leading + 2
  }
  table.end()
}

function newStruct({ doc }: Sheet, kind: string, options: Readonly<{ scope?: 'Column' | 'Row' }> = {}): Struct {
  return doc.struct(kind, options as object)
}

/** `y` is the top of the line. */
function drawLine({ doc }: Sheet, line: Line, x: number, y: number): void {
  const baseline = y + 0.8 * Math.max(10, ...line.map(({ style }) => styles[style].sizePt * 1.1))
  for (const fragment of line) {
    const { color, font, sizePt } = styles[fragment.style]
    doc.font(font).fontSize(sizePt).fillColor(color)
    doc.text(fragment.text, x + fragment.x, baseline, { lineBreak: false, baseline: 'alphabetic' })
  }
}

/** What a screen reader passes over. */
function drawForTheEye({ doc }: Sheet, draw: () => void): void {
  doc.markContent('Artifact', { type: 'Pagination' })
  draw()
  doc.endMarkedContent()
}

function drawRule(sheet: Sheet, thickness: number, color: string): void {
  const { doc, y } = sheet
  drawForTheEye(sheet, () => {
    doc
      .moveTo(page.left, y)
      .lineTo(page.width - page.right, y)
      .lineWidth(thickness)
      .strokeColor(color)
      .stroke()
  })
}

function sayTimes(at: JsonValue | undefined, timeZone: string): Run[] {
  const { local, utc } = sayInstant(at, timeZone)
  return [
    { text: local, style: 'body' },
    { text: utc === '' ? '' : ` (${utc})`, style: 'small' },
  ]
}

function sayWho(actor: JsonValue | undefined, language: Language): Run[] {
  const { name, role } = sayActor(actor, language)
  return [
    { text: name, style: 'body' },
    { text: role === null ? '' : `, ${role}`, style: 'body' },
  ]
}

function sayRecipient(details: JsonValue | undefined): Run[] | undefined {
  const { recipient } = objectOf(details)
  return typeof recipient === 'string' ? [{ text: recipient, style: 'body' }] : undefined
}
