import { utf8 } from '@getuige/base'
import type { JsonValue } from '@getuige/base'
import { formatCustodyReport, parseTlogProof } from '@getuige/proof'
import type { CustodyReport } from '@getuige/proof'
import { printReports } from './report-printing.ts'

/** What a report is made of; `timeZone` is that of the corps, in which people read a clock. */
export type ReportInput = Readonly<{
  packageId: string
  createdAt: Date
  corpsName: string
  timeZone: string
  /** The key that signed the checkpoints. */
  vkey: string
  recordings: readonly Readonly<{ recordingId: string; name: string; sizeBytes: number; sha256: string }>[]
  /** `proof` is a tlog-proof; those of one log are under one checkpoint. */
  trail: readonly Readonly<{
    origin: string
    index: number
    fields: Readonly<Record<string, JsonValue>>
    proof: string
  }>[]
}>

/**
 * The custody report of a package, for machines and for paper: `report.json` and `report.nl.pdf`, `.fr.`, `.de.` and
 * `.en.`, by their name in `data/custody/` (docs/formats/custody-report.md). The same input gives the same bytes.
 */
export async function makeReport(input: ReportInput): Promise<ReadonlyMap<string, Uint8Array>> {
  const report = reportOf(input)
  const members = new Map<string, Uint8Array>([['report.json', utf8(formatCustodyReport(report))]])
  for (const [language, pdf] of await printReports(report)) members.set(`report.${language}.pdf`, pdf)
  return members
}

/** Logs are counted in the order in which the trail first names them, as in `trail.json`. */
function reportOf({ corpsName, createdAt, packageId, recordings, timeZone, trail, vkey }: ReportInput): CustodyReport {
  const origins = [...new Set(trail.map(({ origin }) => origin))]
  const entries = trail
    .map(({ origin, index, fields }) => ({ log: origins.indexOf(origin) + 1, index, fields }))
    .toSorted((a, b) => a.log - b.log || a.index - b.index)
  const checkpoints = origins.map((origin) => {
    const proof = trail.find((entry) => entry.origin === origin)?.proof ?? ''
    return parseTlogProof(proof).checkpoint
  })
  return {
    packageId,
    createdAt: createdAt.toISOString(),
    corpsName: corpsName.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim(),
    timeZone,
    recordings: recordings
      .map(({ recordingId, name, sizeBytes, sha256 }) => ({ recordingId, name, sizeBytes, sha256 }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    entries,
    checkpoints,
    vkey,
  }
}
