import type { Language, PersonActor } from '@getuige/base'
import type { OversightDocument, OversightDocumentText } from '@getuige/contract'
import { type Filters, namedTypes, openSearches, plainWords, purposesOf } from './access-log.ts'
import { describeOversight, listOutlierEntries } from './console.ts'
import type { OversightDeps } from './deps.ts'
import { makeDocument, type DocumentSpan, writeUses } from './documents.ts'
import { openLogExports } from './log-export.ts'
import { toMarkdown } from './markdown.ts'
import type { OutlierRule } from './rules.ts'
import { deleteExpiredExports, listErasedBefore } from './store.ts'

export type { OversightDeps } from './deps.ts'
export { checkPowers } from './powers-check.ts'
export { checkSaid } from './said-check.ts'
export type Oversight = ReturnType<typeof openOversight>

/** Overseen: who did what with recordings and why, for those who answer for it. It reads, and changes nothing. */
export function openOversight(deps: OversightDeps) {
  const searches = openSearches(deps)
  const exports = openLogExports(deps)

  return {
    /** Throws `access/denied`. Custody: `log-searched`. */
    search: (...asked: Parameters<typeof searches.search>) => searches.search(...asked),
    export: (...asked: Parameters<typeof exports.export>) => exports.export(...asked),
    openFile: (actor: PersonActor, id: string) => exports.openFile(actor, id),
    openSignature: (actor: PersonActor, id: string) => exports.openSignature(actor, id),
    purposes: ({ corpsId }: PersonActor) => purposesOf(deps, corpsId),
    types: (filters: Filters) => namedTypes(filters.scope ?? 'processing').map((id) => ({ id, label: plainWords(id) })),

    /** Throws `access/denied`. Custody: `log-searched`. */
    async describe(actor: PersonActor) {
      await deps.access.requireCorps('see-oversight', actor)
      await searches.enter(actor, { console: true })
      return describeOversight(deps, actor)
    },
    async listOutliers(actor: PersonActor, rule: OutlierRule) {
      await deps.access.requireCorps('see-oversight', actor)
      await searches.enter(actor, { outliers: rule })
      return listOutlierEntries(deps, actor, rule)
    },

    /** Throws `access/denied`. Custody: `report-made`, once a minute. */
    async document(
      actor: PersonActor,
      document: OversightDocument,
      language: Language,
      span: DocumentSpan,
    ): Promise<OversightDocumentText> {
      await deps.access.requireCorps('see-oversight', actor)
      return makeDocument(deps, actor, document, language, span)
    },
    async markdown(actor: PersonActor, document: OversightDocument, language: Language, span: DocumentSpan) {
      await deps.access.requireCorps('see-oversight', actor)
      return toMarkdown(await makeDocument(deps, actor, document, language, span))
    },
    async uses(actor: PersonActor, language: Language, span: DocumentSpan) {
      await deps.access.requireCorps('see-oversight', actor)
      return writeUses(deps, actor, language, span)
    },

    /** What was entered lately is found at once by the next search. */
    async prepareSearches(signal?: AbortSignal): Promise<void> {
      for (const { id } of await deps.listCorps()) await deps.custody.prepareSearch(id, signal)
    },

    /**
     * Erase the words of entries whose time is over, and the rows that say the same, in every corps. One corps that fails
     * does not spare the others.
     */
    async forgetWords(signal?: AbortSignal): Promise<{ forgotten: number; failures: unknown[] }> {
      const failures: unknown[] = []
      let forgotten = 0
      for (const { id: corpsId } of await deps.listCorps()) {
        try {
          const { logRetention, timeZone } = await deps.lawAt(corpsId, deps.clock.now())
          forgotten += await deps.custody.forgetWords(
            {
              corpsId,
              keepFor: logRetention.value,
              timeZone,
              ruleId: logRetention.ruleId,
              erasedBefore: (ids, cutoff) => listErasedBefore(deps.db.of(corpsId), ids, cutoff),
              forgetRows: deps.forgetRows,
            },
            signal,
          )
          await deleteExpiredExports(deps.db.of(corpsId), deps.clock.now())
        } catch (error) {
          signal?.throwIfAborted()
          deps.log.error('oversight/words-not-erased', error, { corpsId })
          failures.push(error)
        }
      }
      return { forgotten, failures }
    },
  }
}
