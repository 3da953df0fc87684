import type { CorpsId, PersonId } from '@getuige/base'
import { type ActName, type Condition, conditionFor, type LawKey, resolveLaw } from '@getuige/law'
import { type Expression, sql, type SqlBool } from 'kysely'
import type { Reader } from '#platform/database'

type Asked = Readonly<{
  corpsId: CorpsId
  person: Parameters<typeof conditionFor>[1]
  act: ActName
  purposeId?: string | undefined
  /** Leave out what the person reaches for no other reason than that they wore the camera. */
  exceptAsWearer?: boolean
  now: Date
}>

/**
 * Which rows of `recording` the single decision would say yes to. What stands under a law that came up after it was
 * asked is not listed.
 */
export async function listFilter(reader: Reader, asked: Asked): Promise<Expression<SqlBool>> {
  return filterUnder(await findLaws(reader, asked.corpsId), asked)
}

/** The condition of each of these laws, for the recordings that keep it. */
export function filterUnder(laws: readonly LawKey[], asked: Asked): Expression<SqlBool> {
  const { groups, shared } = conditionsUnder(laws, asked)
  // What every law asks stands before the rest, where an index can serve it.
  const rest = groups.map(
    ({ laws: its, all }) =>
      sql<SqlBool>`(recording.law = any(${its}) and ${and(
        all.filter((one) => !has(shared, one)),
        asked,
      )})`,
  )
  if (rest.length === 0) return sql<SqlBool>`false`
  return sql<SqlBool>`(${and(shared, asked)} and (${sql.join(rest, sql` or `)}))`
}

/** Whoever wore the camera of every recording for which the decision could say yes; undefined: it takes no one wearer. */
export function onlyWearer(laws: readonly LawKey[], asked: Asked): PersonId | undefined {
  const wornBy = conditionsUnder(laws, asked).shared.find((one) => one.kind === 'worn-by')
  return wornBy?.kind === 'worn-by' ? (wornBy.personId as PersonId) : undefined
}

function conditionsUnder(laws: readonly LawKey[], asked: Asked) {
  const byCondition = Map.groupBy(
    laws.map((law) => ({
      law,
      condition: conditionFor(asked.act, asked.person, resolveLaw(law), asked.now, asked.purposeId),
    })),
    ({ condition }) => JSON.stringify(condition),
  )
  const groups = [...byCondition.values()].flatMap((group) => {
    const condition = group[0]?.condition
    return condition === undefined || condition.kind === 'never'
      ? []
      : [{ laws: group.map(({ law }) => law), all: conjuncts(condition) }]
  })
  const [first, ...others] = groups
  return { groups, shared: (first?.all ?? []).filter((one) => others.every(({ all }) => has(all, one))) }
}

/** The laws that recordings of the corps keep: one look at the index for each, not one for each recording. */
export async function findLaws(reader: Reader, corpsId: CorpsId): Promise<LawKey[]> {
  const { rows } = await sql<{ law: LawKey | null }>`
    with recursive kept as (
      (select law from recording where corps_id = ${corpsId} order by law limit 1)
      union all
      select (select r.law from recording r where r.corps_id = ${corpsId} and r.law > kept.law order by r.law limit 1)
        from kept where kept.law is not null
    ) select law from kept where law is not null`.execute(reader)
  return rows.flatMap(({ law }) => law ?? [])
}

const conjuncts = (condition: Condition): readonly Condition[] => {
  if (condition.kind === 'always') return []
  return condition.kind === 'all' ? condition.of : [condition]
}
const has = (all: readonly Condition[], one: Condition) =>
  all.some((other) => JSON.stringify(other) === JSON.stringify(one))

function and(all: readonly Condition[], asked: Asked): Expression<SqlBool> {
  return all.length === 0
    ? sql<SqlBool>`true`
    : sql<SqlBool>`(${sql.join(
        all.map((one) => compile(one, asked)),
        sql` and `,
      )})`
}

function compile(condition: Condition, asked: Asked): Expression<SqlBool> {
  switch (condition.kind) {
    case 'always':
      return sql<SqlBool>`true`
    case 'never':
      return sql<SqlBool>`false`
    case 'all':
      return and(condition.of, asked)
    case 'any':
      return sql<SqlBool>`(${sql.join(
        condition.of.map((one) => compile(one, asked)),
        sql` or `,
      )})`
    case 'worn-by':
      return asked.exceptAsWearer === true
        ? sql<SqlBool>`false`
        : sql<SqlBool>`recording.wearer_id = ${condition.personId}`
    case 'recorded-since':
      return sql<SqlBool>`recording.recorded_at >= ${condition.at}`
    case 'state-in':
      return sql<SqlBool>`recording.state = any(${condition.states})`
    case 'playable':
      return sql<SqlBool>`recording.playable is true`
    case 'held':
      return sql<SqlBool>`recording.is_held`
    case 'granted':
      return granted(condition, asked)
  }
}

/** One look at the grants, before the recordings are: the answer serves the index of their ids. */
function granted(
  { grant, personId, purposeId }: Extract<Condition, { kind: 'granted' }>,
  { corpsId, now }: Asked,
): Expression<SqlBool> {
  const theirs = personId === undefined ? sql`` : sql` and g.person_id = ${personId}`
  const forIt = purposeId === undefined ? sql`` : sql` and g.purpose_id = ${purposeId}`
  return sql<SqlBool>`recording.id = any(array(select g.recording_id from access_grant g where g.corps_id = ${corpsId}
    and g.kind = ${grant} and g.ended_at is null and g.from_at <= ${now} and g.until_at > ${now}${theirs}${forIt}))`
}
