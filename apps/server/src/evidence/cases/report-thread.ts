import { parentPort } from 'node:worker_threads'
import { languages } from '@getuige/base'
import type { Language } from '@getuige/base'
import type { CustodyReport } from '@getuige/proof'
import { printReport } from './report-pdf.ts'

/** One answer to each report, in the order in which they were asked for. */
export type FromReportThread = Readonly<{ printed: ReadonlyMap<Language, Uint8Array> } | { failure: unknown }>

const port = parentPort
let last: Promise<void> = Promise.resolve()
port?.on('message', (report: CustodyReport) => {
  last = last.then(() => print(report)).then((answer) => port.postMessage(answer))
})

async function print(report: CustodyReport): Promise<FromReportThread> {
  try {
    const printed = new Map<Language, Uint8Array>()
    for (const language of languages) printed.set(language, await printReport(report, language))
    return { printed }
  } catch (failure) {
    return { failure }
  }
}
