import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { label, login, newPassword, nothing, title, words } from './values.ts'
import { sessionState } from './session.ts'

export const lawPackSummary = z.object({
  id: z.string(),
  label: words,
  status: z.enum(['draft', 'confirmed']),
  /** What the pack asks, a sentence a rule, each with its source and how sure we are of it. */
  rules: z.array(z.object({ id: z.string(), label: words, source: words, confidence: z.enum(['H', 'M', 'L']) })),
})
export type LawPackSummary = z.output<typeof lawPackSummary>

const token = z.object({ token: z.string().regex(/^[A-Za-z0-9_-]{43}$/) })

export const getSetup = endpoint({
  method: 'GET',
  path: '/setup/:token',
  session: 'none',
  params: token,
  query: nothing,
  body: nothing,
  returns: z.object({ lawPacks: z.array(lawPackSummary) }),
  errors: ['setup/link-spent'],
})

/** Makes the corps and its first administrator, spends the link and signs the administrator in. */
export const completeSetup = endpoint({
  method: 'POST',
  path: '/setup/:token',
  session: 'none',
  params: token,
  query: nothing,
  body: z.object({
    corpsName: label,
    lawPackId: z.string(),
    administrator: z.object({ name: label, title: title.default(''), login, password: newPassword }),
  }),
  returns: sessionState,
  errors: ['setup/link-spent'],
})
