import type { Reader } from '#platform/database'

type CosignatureTable = {
  log_id: string
  witness: string
  size: number
  checkpoint: string
  line: string
  at: Date
}

declare module '#platform/database' {
  interface Tables {
    custody_cosignature: CosignatureTable
  }
}

/** Signature lines, each with its newline, of the witnesses known to have cosigned the log at exactly this size. */
export async function cosignaturesFor(db: Reader, logId: string, size: number): Promise<string[]> {
  const rows = await db
    .selectFrom('custody_cosignature')
    .select('line')
    .where('log_id', '=', logId)
    .where('size', '=', size)
    .orderBy('witness')
    .execute()
  return rows.map(({ line }) => line)
}
