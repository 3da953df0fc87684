import { serverNow } from '../app/session.ts'
import { formatAgo, formatInstant } from '../messages/formats.ts'

/** How long ago, with the instant itself for who points at it. */
export function Ago({ at }: { at: string }) {
  return (
    <time dateTime={at} title={formatInstant(at, 'second')}>
      {formatAgo(at, serverNow())}
    </time>
  )
}
