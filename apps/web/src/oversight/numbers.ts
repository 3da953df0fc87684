import type { getOversight, ReturnsOf } from '@getuige/contract'

export type OversightNumbers = ReturnsOf<typeof getOversight>
