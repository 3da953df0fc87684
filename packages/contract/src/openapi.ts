import { z } from 'zod'
import type { Endpoint } from './endpoint.ts'
import { anyEndpoint, errorCatalog, type ErrorCode } from './errors.ts'

type JsonSchema = z.core.JSONSchema.BaseSchema
type Named = Readonly<{ name: string; in: 'path' | 'query' | 'header'; required: boolean; schema: JsonSchema }>
export type ApiOperation = Readonly<{
  operationId: string
  parameters: readonly Named[]
  requestBody?: Readonly<{ required: boolean; content: Readonly<Record<string, { schema: JsonSchema }>> }>
  responses: Readonly<
    Record<string, { description: string; content?: Readonly<Record<string, { schema: JsonSchema }>> }>
  >
  security: readonly Readonly<Record<string, readonly string[]>>[]
}>
export type ApiDescription = Readonly<{
  openapi: string
  info: Readonly<{ title: string; version: string; license: { name: string; identifier: string } }>
  paths: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>
  components: Readonly<Record<string, unknown>>
}>

type AnyEndpoint = Endpoint

/**
 * Every endpoint that speaks JSON, as an OpenAPI 3.1 document: the same schemas that parse the requests. What answers with
 * bytes, uploads by tus and the public logs are described in docs/formats.
 */
export function describeApi(endpoints: Readonly<Record<string, AnyEndpoint>>, version: string): ApiDescription {
  const paths: Record<string, Record<string, ApiOperation>> = {}
  for (const [name, endpoint] of Object.entries(endpoints)) {
    const path = `/api${endpoint.path.replaceAll(/:(\w+)/g, '{$1}')}`
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: describeEndpoint(name, endpoint) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Getuige', version, license: { name: 'EUPL-1.2', identifier: 'EUPL-1.2' } },
    paths,
    components: {
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'getuige_session' } },
      schemas: { Refusal: refusalSchema },
    },
  }
}

function describeEndpoint(name: string, endpoint: AnyEndpoint): ApiOperation {
  const body = requestSchema(endpoint.body)
  const asksBody = endpoint.method !== 'GET' && Object.keys(propertiesOf(body)).length > 0
  return {
    operationId: name,
    parameters: [...parametersOf(endpoint.params, 'path'), ...parametersOf(endpoint.query, 'query')],
    ...(asksBody ? { requestBody: { required: true, content: { 'application/json': { schema: body } } } } : {}),
    responses: {
      '200': { description: 'Done', content: json(toSchema(endpoint.returns, 'input')) },
      ...refusalsOf([...new Set([...endpoint.errors, ...anyEndpoint])]),
    },
    security: endpoint.session === 'person' ? [{ session: [] }] : [{}, { session: [] }],
  }
}

function refusalsOf(codes: readonly ErrorCode[]): ApiOperation['responses'] {
  const byStatus = Object.groupBy(codes, (code) => String(errorCatalog[code].status))
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, ofStatus = []]) => [
      status,
      { description: ofStatus.toSorted().join(', '), content: json({ $ref: '#/components/schemas/Refusal' }) },
    ]),
  )
}

function parametersOf(schema: z.ZodType, place: 'path' | 'query'): Named[] {
  const described = requestSchema(schema)
  const required = new Set(described.required)
  return Object.entries(propertiesOf(described)).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.has(name),
    schema: property,
  }))
}

/** As it is sent. A value that is made of any text, such as a number of a query, is described as what becomes of it. */
function requestSchema(schema: z.ZodType): JsonSchema {
  const sent = toSchema(schema, 'input')
  const parsed = propertiesOf(toSchema(schema, 'output'))
  const properties = Object.fromEntries(
    Object.entries(propertiesOf(sent)).map(([name, property]) => [
      name,
      Object.keys(property).some((key) => key !== 'default') ? property : { ...parsed[name], ...property },
    ]),
  )
  return Object.keys(properties).length === 0 ? sent : { ...sent, properties }
}

function toSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _dialect, ...described } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return described
}

function propertiesOf(schema: JsonSchema): Readonly<Record<string, JsonSchema>> {
  const properties: Record<string, JsonSchema> = {}
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    properties[name] = typeof property === 'boolean' ? {} : property
  return properties
}

const json = (schema: JsonSchema) => ({ 'application/json': { schema } })

const refusalSchema: JsonSchema = {
  type: 'object',
  required: ['code'],
  properties: {
    code: { type: 'string', enum: Object.keys(errorCatalog) },
    details: { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean', 'null'] } },
    fields: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'problem'],
        properties: { path: { type: 'string' }, problem: { type: 'string' } },
      },
    },
    requestId: { type: 'string' },
  },
}
