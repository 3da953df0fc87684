import type { RecordingId } from '@getuige/base'
import { Cell } from '@getuige/ui'
import { Link } from '@tanstack/react-router'

/** Which recording a row is about; it leads there for who may open it. */
export function RecordingIdCell({ id, mayOpen }: { id: RecordingId; mayOpen: boolean }) {
  return (
    <Cell className="font-mono text-xs break-all">
      {mayOpen ? (
        <Link to="/recordings/$recordingId" params={{ recordingId: id }} className="text-accent underline">
          {id}
        </Link>
      ) : (
        id
      )}
    </Cell>
  )
}
