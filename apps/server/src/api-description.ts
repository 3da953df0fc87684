import * as contract from '@getuige/contract'
import type { RawRoute } from '#platform/http'
import { version } from './version.ts'

const isEndpoint = (value: unknown): value is contract.Endpoint =>
  typeof value === 'object' && value !== null && 'method' in value && 'returns' in value

/** Every endpoint of the contract, by its name. */
export const endpoints: Readonly<Record<string, contract.Endpoint>> = Object.fromEntries(
  Object.entries(contract).flatMap(([name, value]) => (isEndpoint(value) ? [[name, value]] : [])),
)

/** What the server can be asked, for programs of others. Open to all: it says nothing that the source does not. */
export const apiDescriptionRoute: RawRoute = (app) => {
  // Made when it is first asked for: a start need not wait for it.
  let description: string | undefined
  app.get('/api/openapi.json', (_request, reply) => {
    description ??= JSON.stringify(contract.describeApi(endpoints, version))
    return reply.header('cache-control', 'public, max-age=300').type('application/json').send(description)
  })
}
