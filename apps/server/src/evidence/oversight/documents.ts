import { Buffer } from 'node:buffer'
import {
  addPeriod,
  type Day,
  dayOf,
  type Language,
  type Period,
  type PersonActor,
  type Role,
  startOfDay,
  type Words,
} from '@getuige/base'
import type { OversightDocument, OversightDocumentText } from '@getuige/contract'
import { actNames, type ActRule, approvedActs, type Law, type Purpose, requireRule } from '@getuige/law'
import { roleWords } from '#cases'
import type { OversightDeps } from './deps.ts'
import { type Between, countByCamera, countByMonth, countByTrigger, countUses, listUses } from './document-store.ts'
import { actWords, approvedActWords, documentWords as w } from './document-words.ts'
import { csvLine } from './log-lines.ts'

/** Days, the last one too. Not given: the last year. */
export type DocumentSpan = Readonly<{ from?: Day | undefined; to?: Day | undefined }>

type Section = OversightDocumentText['sections'][number]
type Ground = Readonly<{ deps: OversightDeps; actor: PersonActor; law: Law; language: Language; between: Between }>

const fill = (words: Words, language: Language, values: Readonly<Record<string, string>>): string =>
  words[language].replaceAll(/\{(\w+)\}/g, (_all, name: string) => values[name] ?? '')

/** A document of live settings and numbers. Custody: `report-made`. */
export async function makeDocument(
  deps: OversightDeps,
  actor: PersonActor,
  document: OversightDocument,
  language: Language,
  span: DocumentSpan,
): Promise<OversightDocumentText> {
  const between = await betweenOf(deps, actor, span)
  const now = deps.clock.now()
  const law = await deps.lawAt(actor.corpsId, now)
  const ground: Ground = { deps, actor, law, language, between }
  await enter(deps, actor, document, between)
  const { name } = await deps.corpsOf(actor.corpsId)
  const { timeZone } = between
  return {
    title: (document === 'register-of-uses' ? w.registerTitle : w.recordTitle)[language],
    facts: [
      { name: w.corps[language], value: name },
      { name: w.period[language], value: sayBetween(between) },
      { name: w.law[language], value: `${law.label[language]} (${law.key})` },
      { name: w.status[language], value: (law.status === 'draft' ? w.draft : w.confirmed)[language] },
      { name: w.made[language], value: sayInstant(now, timeZone) },
      { name: w.madeBy[language], value: [actor.name, actor.title].filter((part) => part !== '').join(', ') },
    ],
    sections: document === 'register-of-uses' ? await sectionsOfUses(ground) : await sectionsOfProcessing(ground),
  }
}

/** The uses themselves, a recording a line. Custody: `report-made`. */
export async function writeUses(
  deps: OversightDeps,
  actor: PersonActor,
  language: Language,
  span: DocumentSpan,
): Promise<AsyncGenerator<Uint8Array>> {
  const between = await betweenOf(deps, actor, span)
  const law = await deps.lawAt(actor.corpsId, deps.clock.now())
  await enter(deps, actor, 'register-of-uses', between)
  const db = deps.db.of(actor.corpsId)
  const choice = (from: Law['activation']['triggers'], id: string | null) =>
    id === null ? '' : (from.find((one) => one.id === id)?.label[language] ?? id)
  const at = (instant: Date | null) => instant?.toISOString() ?? ''
  async function* lines() {
    yield Buffer.from(`\ufeff${csvLine(usesColumns)}`)
    for (let after: Parameters<typeof listUses>[2]; ;) {
      const page = await listUses(db, between, after, 1000)
      after = page.at(-1)
      if (after === undefined) return
      const text = page.map((row) =>
        csvLine([
          row.id,
          at(row.recorded_at),
          at(row.received_at),
          row.camera,
          row.serial,
          row.wearer ?? '',
          row.wearer_title ?? '',
          row.activation,
          choice(law.activation.triggers, row.trigger),
          choice(law.activation.exceptions, row.exception),
          at(row.first_warning_at),
          at(row.second_warning_at),
          row.effect ?? '',
          String(row.viewings),
          String(row.disclosures),
          String(row.holds),
          row.due_on,
          row.state,
        ]),
      )
      yield Buffer.from(text.join(''))
    }
  }
  return lines()
}

/** `docs/formats/access-log.md` names them too. */
const usesColumns = [
  'recording id',
  'recorded at',
  'received at',
  'camera',
  'serial',
  'wearer',
  'wearer title',
  'activation',
  'trigger',
  'exception',
  'first warning',
  'second warning',
  'effect',
  'viewings',
  'disclosures',
  'holds',
  'kept until',
  'state',
] as const

async function betweenOf(deps: OversightDeps, { corpsId }: PersonActor, { from, to }: DocumentSpan): Promise<Between> {
  const { timeZone } = await deps.corpsOf(corpsId)
  const lastDay = to ?? dayOf(deps.clock.now(), timeZone)
  const until = addPeriod(startOfDay(lastDay, timeZone), { days: 1 }, timeZone)
  const since = from === undefined ? addPeriod(until, { months: -12 }, timeZone) : startOfDay(from, timeZone)
  return { corpsId, from: since, until, timeZone }
}

async function enter(deps: OversightDeps, actor: PersonActor, document: OversightDocument, { from, until }: Between) {
  const details = { document, from: from.toISOString(), until: until.toISOString() }
  await deps.custody.act(actor, (_tx, record) => record({ type: 'report-made', recordingId: null, details }))
}

const tableOf = (columns: readonly string[], rows: readonly (readonly string[])[]): Section['table'] =>
  rows.length === 0 ? null : { columns: [...columns], rows: rows.map((row) => [...row]) }

function sectionOf(heading: Words, language: Language, table: Section['table'], ...text: readonly string[]): Section {
  const said = table === null && text.length === 0 ? [w.none[language]] : [...text]
  return { heading: heading[language], text: said, table }
}

async function sectionsOfUses({ deps, actor, law, language, between }: Ground): Promise<Section[]> {
  const db = deps.db.of(actor.corpsId)
  const [months, cameras, triggers, purposes, byRole] = [
    await countByMonth(db, between),
    await countByCamera(db, between),
    await countByTrigger(db, between),
    await countUses(db, between, 'purpose'),
    await countUses(db, between, 'role'),
  ]
  return [
    sectionOf(
      w.recordings,
      language,
      tableOf(
        [w.month, w.received, w.held, w.erased, w.unexplained].map((word) => word[language]),
        months.map((row) => [row.month, ...[row.received, row.held, row.erased, row.unexplained].map(String)]),
      ),
      w.recordingsText[language],
    ),
    sectionOf(
      w.cameras,
      language,
      tableOf(
        [w.camera, w.serial, w.received].map((word) => word[language]),
        cameras.map(({ label, serial, count }) => [label, serial, String(count)]),
      ),
    ),
    sectionOf(
      w.triggers,
      language,
      tableOf(
        [w.trigger, w.count].map((word) => word[language]),
        triggers.map(({ trigger, count }) => [
          law.activation.triggers.find(({ id }) => id === trigger)?.label[language] ?? trigger,
          String(count),
        ]),
      ),
    ),
    sectionOf(
      w.uses,
      language,
      tableOf(
        [w.purpose, w.legalBasis, w.viewings, w.disclosures].map((word) => word[language]),
        purposes.map(({ name, viewings, disclosures }) => {
          const purpose = law.purposes.find(({ id }) => id === name)
          return [
            purpose?.label[language] ?? name,
            purpose?.legalBasis[language] ?? '',
            String(viewings),
            String(disclosures),
          ]
        }),
      ),
    ),
    sectionOf(
      w.byRole,
      language,
      tableOf(
        [w.role, w.viewings, w.disclosures].map((word) => word[language]),
        byRole.map(({ name, viewings, disclosures }) => [
          sayRole(name, language),
          String(viewings),
          String(disclosures),
        ]),
      ),
      w.byRoleText[language],
    ),
  ]
}

async function sectionsOfProcessing({ deps, actor, law, language, between }: Ground): Promise<Section[]> {
  const db = deps.db.of(actor.corpsId)
  const recipients = await countUses(db, between, 'recipient')
  const logs = await deps.custody.describeLogs(actor.corpsId)
  const backup = await deps.findBackup()
  const ruleOf = (ruleId: string) => requireRule(law, ruleId).label[language]
  const period = (value: Period) => sayPeriod(value, language)
  const list = new Intl.ListFormat(language, { type: 'conjunction' })
  const heads = (...words: readonly Words[]) => words.map((word) => word[language])
  return [
    sectionOf(
      w.purposes,
      language,
      tableOf(
        heads(w.purpose, w.legalBasis, w.roles, w.window, w.rule),
        law.purposes.map((purpose) => [
          purpose.label[language],
          purpose.legalBasis[language],
          list.format(purpose.roles.map((role) => roleWords[role][language])),
          sayWindow(purpose, language),
          ruleOf(purpose.ruleId),
        ]),
      ),
    ),
    sectionOf(w.categories, language, null, w.categoriesText[language]),
    sectionOf(
      w.recipients,
      language,
      tableOf(
        heads(w.recipient, w.disclosures),
        recipients.map(({ name, disclosures }) => [name, String(disclosures)]),
      ),
      ...(recipients.length === 0 ? [w.none[language]] : [w.recipientsText[language]]),
    ),
    sectionOf(
      w.retention,
      language,
      tableOf(heads(w.setting, w.value, w.bounds, w.rule), [
        ...(
          [
            ['keepFor', law.retention.keepFor],
            ['logFor', law.logRetention],
          ] as const
        ).map(([name, set]) => [
          w[name][language],
          period(set.value),
          `${period(set.least)} – ${period(set.most)}`,
          ruleOf(set.ruleId),
        ]),
        [
          w.idle[language],
          fill(w.minutes, language, { count: String(law.viewingIdleMinutes.value) }),
          `${law.viewingIdleMinutes.least} – ${law.viewingIdleMinutes.most}`,
          ruleOf(law.viewingIdleMinutes.ruleId),
        ],
      ]),
      fill(w.holdsText, language, { kinds: list.format(law.holdKinds.map(({ label }) => label[language])) }),
    ),
    sectionOf(
      w.acts,
      language,
      tableOf(
        heads(w.act, w.roles, w.rule),
        actNames.map((act) => [
          actWords[act][language],
          sayAllowances(law.acts[act], language),
          ruleOf(law.acts[act].ruleId),
        ]),
      ),
    ),
    sectionOf(
      w.security,
      language,
      null,
      w.sealed[language],
      w.logged[language],
      fill(w.witnessed, language, { count: String(logs.logs[0]?.witnesses.length ?? 0) }),
      w.isolated[language],
      fill(w.approvedText, language, {
        acts: list.format(approvedActs.map((act) => approvedActWords[act]?.[language] ?? act)),
      }),
      backup === null
        ? w.notBackedUp[language]
        : fill(w.backedUp, language, {
            when: backup.madeAt === null ? '–' : sayInstant(backup.madeAt, between.timeZone),
          }),
    ),
    sectionOf(
      w.sources,
      language,
      tableOf(
        heads(w.rule, w.source, w.since, w.confidence),
        law.rules.map(({ id, label, source, article, since, confidence }) => [
          `${label[language]} (${id})`,
          [source[language], ...(article === null ? [] : [article])].join(', '),
          since,
          confidence,
        ]),
      ),
      w.sourcesText[language],
    ),
  ]
}

function sayAllowances({ allowances }: ActRule, language: Language): string {
  if (allowances.length === 0) return '–'
  const said = allowances.map(({ role, reach }) => {
    const name = roleWords[role][language]
    return reach === 'all' ? name : `${name} (${(reach === 'own' ? w.own : w.assigned)[language]})`
  })
  return said.join('; ')
}

function sayWindow({ window }: Purpose, language: Language): string {
  if (window === null) return w.asLongAsKept[language]
  const then = window.afterwards === 'mandate' ? w.thenMandate : w.thenClosed
  return fill(then, language, { period: sayPeriod(window.within, language) })
}

function sayPeriod({ days, months }: Period, language: Language): string {
  const parts = [
    ...(months ? [fill(w.months, language, { count: String(months) })] : []),
    ...(days ? [fill(w.days, language, { count: String(days) })] : []),
  ]
  return parts.join(' + ')
}

const sayRole = (name: string, language: Language) => roleWords[name as Role]?.[language] ?? name

/** The same in every language: it is read by others too. */
function sayInstant(at: Date, timeZone: string): string {
  const time = at.toLocaleTimeString('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' })
  return `${dayOf(at, timeZone)} ${time} (${timeZone})`
}

function sayBetween({ from, until, timeZone }: Between): string {
  return `${dayOf(from, timeZone)} – ${dayOf(new Date(until.getTime() - 1), timeZone)}`
}
