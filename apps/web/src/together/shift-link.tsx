import { dayOf } from '@getuige/base'
import type { Recording } from '@getuige/contract'
import { Link } from '@tanstack/react-router'
import { useSession } from '../app/session.ts'
import { t } from '../messages/translate.ts'

/** To what the wearer of a recording recorded on its day; nothing where nobody is known to have worn it. */
export function ShiftLink({ recording: { wearer, recordedAt } }: { recording: Recording }) {
  const { timeZone } = useSession().corps
  if (wearer === null) return null
  return (
    <Link
      to="/shifts/$personId/$on"
      params={{ personId: wearer.id, on: dayOf(new Date(recordedAt), timeZone) }}
      className="text-accent underline underline-offset-2"
    >
      {t('together.shiftLink')}
    </Link>
  )
}
