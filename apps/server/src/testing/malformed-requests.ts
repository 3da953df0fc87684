import type { ApiDescription, ApiOperation } from '@getuige/contract'
import fc from 'fast-check'

/** A request as it goes over the wire: nothing is normalised on the way. */
export type WireRequest = Readonly<{
  operationId: string
  method: string
  path: string
  headers: Readonly<Record<string, string>>
  body: string | undefined
}>

/** A word that stands in what is sent, and must never come back. */
export const marker = 'zqxmarkerxqz'

type Schema = Readonly<{
  type?: string | string[]
  enum?: readonly unknown[]
  const?: unknown
  anyOf?: readonly Schema[]
  oneOf?: readonly Schema[]
  items?: Schema
  properties?: Readonly<Record<string, Schema>>
  required?: readonly string[]
  pattern?: string
  format?: string
  minLength?: number
  minimum?: number
}>

const junkTexts = [
  '',
  ' ',
  marker,
  `'; drop table recording; -- ${marker}`,
  `\u0000${marker}`,
  `\ud800${marker}`,
  `${marker}\u202e\u200b`,
  `<script>${marker}</script>`,
  `../../../../etc/passwd`,
  '${7*7}{{7*7}}',
  '-1',
  '1e400',
  'NaN',
  'null',
  'true',
  '2026-13-45',
  '0000-00-00T00:00:00Z',
  '9'.repeat(400),
  'é'.repeat(5000),
  '__proto__',
  'constructor',
]
const junkPathParts = [
  '',
  '%00',
  '%2e%2e%2f',
  '..',
  '%',
  '%zz',
  '%ed%a0%80',
  '%ff%fe',
  'x'.repeat(3000),
  `a%2fb`,
  ';',
  '%0d%0a',
  '*',
]
const junkValues: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 1e308, Number.MAX_SAFE_INTEGER + 2, [], {}, [[[[]]]], {
    __proto__: null,
    a: 1,
  }),
  fc.constantFrom<unknown>(...junkTexts),
  fc.jsonValue({ maxDepth: 3 }),
)

/**
 * Requests that the description asks for, each with something that is not as described: most are wrong in one place, some
 * in many, some are no requests at all. `known`: values that exist, by the name of their parameter or field.
 */
export function malformedRequests(
  api: ApiDescription,
  known: Readonly<Record<string, readonly string[]>>,
): fc.Arbitrary<WireRequest> {
  const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  return fc.constantFrom(...operations).chain(({ path, method, operation }) =>
    fc
      .record({
        path: pathOf(path, operation, known),
        query: queryOf(operation, known),
        sent: bodyOf(operation, known),
        method: mostly(
          fc.constant(method.toUpperCase()),
          fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'),
        ),
        headers: mostly(
          fc.constant<Record<string, string>>({}),
          fc.constantFrom<Record<string, string>>(
            { 'sec-fetch-site': 'cross-site' },
            { origin: 'https://elsewhere.example' },
            { origin: 'null' },
            { range: 'bytes=9-1' },
            { 'if-none-match': '*' },
            { 'x-forwarded-for': "'; --" },
            { authorization: 'Bearer x' },
            { 'content-encoding': 'gzip' },
            { accept: 'text/html' },
            { 'transfer-encoding': 'chunked' },
          ),
        ),
      })
      .map(({ query, sent, headers, ...rest }) => ({
        operationId: operation.operationId,
        method: rest.method,
        path: `${rest.path}${query}`,
        headers: { ...(sent.type === undefined ? {} : { 'content-type': sent.type }), ...headers },
        body: sent.text,
      })),
  )
}

const mostly = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 5, arbitrary: usual }, { weight: 1, arbitrary: odd })

function pathOf(path: string, operation: ApiOperation, known: Readonly<Record<string, readonly string[]>>) {
  const names = operation.parameters.filter((one) => one.in === 'path').map(({ name }) => name)
  return fc
    .tuple(
      ...names.map((name) =>
        mostly(
          fc.constantFrom(...(known[name] ?? ['x'])),
          fc.constantFrom(...junkPathParts, ...Object.values(known).flat()),
        ),
      ),
    )
    .map((values) => names.reduce((text, name, index) => text.replace(`{${name}}`, () => values[index] ?? ''), path))
}

function queryOf(operation: ApiOperation, known: Readonly<Record<string, readonly string[]>>): fc.Arbitrary<string> {
  const parameters = operation.parameters.filter((one) => one.in === 'query')
  const pairs = parameters.map((one) =>
    fc.oneof(
      { weight: 3, arbitrary: fc.constant('') },
      {
        weight: 2,
        arbitrary: fc
          .constant(one.schema as Schema)
          .map((schema) => `${one.name}=${encode(String(example(schema, known, one.name)))}`),
      },
      { weight: 2, arbitrary: fc.constantFrom(...junkTexts).map((text) => `${one.name}=${encode(text)}`) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          `${one.name}[]=1`,
          `${one.name}=1&${one.name}=2`,
          one.name,
          `${one.name}=%00`,
          `${one.name}=%`,
        ),
      },
    ),
  )
  return fc
    .tuple(
      fc.tuple(...pairs),
      mostly(fc.constant(''), fc.constantFrom(`unknown=${marker}`, '&&&', '%', `__proto__[x]=${marker}`)),
    )
    .map(([known_, extra]) => [...known_, extra].filter((part) => part !== '').join('&'))
    .map((text) => (text === '' ? '' : `?${text}`))
}

function encode(text: string): string {
  return text.isWellFormed() ? encodeURIComponent(text) : '%ed%a0%80'
}

type Sent = Readonly<{ type: string | undefined; text: string | undefined }>

function bodyOf(operation: ApiOperation, known: Readonly<Record<string, readonly string[]>>): fc.Arbitrary<Sent> {
  const schema = operation.requestBody?.content['application/json']?.schema as Schema | undefined
  const json = (value: unknown): Sent => ({ type: 'application/json', text: JSON.stringify(value) ?? 'null' })
  const odd: fc.Arbitrary<Sent> = fc.oneof(
    junkValues.map(json),
    fc.constantFrom<Sent>(
      { type: 'application/json', text: '' },
      { type: 'application/json', text: '{' },
      { type: 'application/json', text: `{"a":"${marker}"` },
      { type: 'application/json', text: '\ufeff{}' },
      { type: 'application/json', text: '['.repeat(20_000) },
      { type: 'application/json', text: `{"__proto__":{"admin":true}}` },
      { type: 'application/json; charset=utf-16', text: '{}' },
      { type: 'text/plain', text: marker },
      { type: 'multipart/form-data; boundary=x', text: `--x\r\n\r\n${marker}\r\n--x--` },
      { type: 'application/x-www-form-urlencoded', text: 'a=1' },
      { type: 'application/offset+octet-stream', text: marker },
      { type: undefined, text: undefined },
      { type: 'application/json', text: `{"reason":"${'x'.repeat(300_000)}"}` },
    ),
  )
  if (schema === undefined) return mostly(fc.constant<Sent>({ type: undefined, text: undefined }), odd)
  const names = Object.keys(schema.properties ?? {})
  const oneWrong =
    names.length === 0
      ? odd
      : fc.tuple(fc.constantFrom(...names), junkValues, fc.boolean()).map(([name, value, isMissing]) => {
          const body = { ...(example(schema, known, '') as Record<string, unknown>) }
          if (isMissing) delete body[name]
          else body[name] = value
          return json(body)
        })
  const right = fc.constant(schema).map((described) => json(example(described, known, '')))
  return fc.oneof({ weight: 6, arbitrary: oneWrong }, { weight: 2, arbitrary: odd }, { weight: 1, arbitrary: right })
}

/** Something that the schema describes; ids are those that exist, where any do. */
export function example(schema: Schema, known: Readonly<Record<string, readonly string[]>>, name: string): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return schema.enum[0]
  const [alternative] = schema.anyOf ?? schema.oneOf ?? []
  if (alternative !== undefined) return example(alternative, known, name)
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  if (type === 'object') {
    const required = schema.required ?? []
    return Object.fromEntries(
      Object.entries(schema.properties ?? {})
        .filter(([property]) => required.includes(property))
        .map(([property, described]) => [property, example(described, known, property)]),
    )
  }
  if (type === 'array') return schema.items === undefined ? [] : [example(schema.items, known, name.replace(/s$/, ''))]
  if (type === 'integer' || type === 'number') return schema.minimum ?? 1
  if (type === 'boolean') return true
  if (type === 'null') return null
  const [first] = known[name] ?? []
  if (first !== undefined) return first
  if (schema.format === 'date') return '2026-11-20'
  if (schema.format === 'date-time') return '2026-11-20T12:00:00Z'
  if (schema.pattern?.includes('{64}') === true) return 'a'.repeat(64)
  return `${marker} words`.padEnd(schema.minLength ?? 0, 'x')
}
