import type { NamedRecording } from '@getuige/contract'
import { Checkbox, Tag } from '@getuige/ui'
import { Link } from '@tanstack/react-router'
import { destinationsOf } from '../app/destinations.ts'
import { useSession } from '../app/session.ts'
import { formatDuration, formatInstant } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'

/** When, for how long, where and by whom: as much of a recording as a decision about it needs. */
export function NamedRecordings({
  recordings,
  chosen,
  onChoose,
}: {
  recordings: readonly NamedRecording[]
  /** Which of them a decision names, where one is being written. */
  chosen?: ReadonlySet<string>
  onChoose?: (recordingId: string, isChosen: boolean) => void
}) {
  const session = useSession()
  const canOpen = destinationsOf(session).some(({ to }) => to === '/recordings')
  return (
    <ul className="flex flex-col gap-1.5">
      {recordings.map((recording) => (
        <li key={recording.recordingId}>
          {chosen === undefined ? (
            <Words recording={recording} canOpen={canOpen} />
          ) : (
            <Checkbox
              isSelected={chosen.has(recording.recordingId)}
              isDisabled={recording.isErased}
              onChange={(isChosen) => onChoose?.(recording.recordingId, isChosen)}
            >
              <Words recording={recording} canOpen={false} />
            </Checkbox>
          )}
        </li>
      ))}
    </ul>
  )
}

function Words({ recording, canOpen }: { recording: NamedRecording; canOpen: boolean }) {
  const { recordedAt, durationMs, cameraLabel, wearerName, location, isErased, recordingId } = recording
  const when = formatInstant(recordedAt, 'second')
  return (
    <span className="flex flex-wrap items-baseline gap-x-2">
      {canOpen && !isErased ? (
        <Link to="/recordings/$recordingId" params={{ recordingId }} className="font-medium underline">
          {when}
        </Link>
      ) : (
        <span className="font-medium">{when}</span>
      )}
      {durationMs !== null && <span className="text-ink-2 tabular-nums">{formatDuration(durationMs)}</span>}
      <span className="text-ink-2">{[cameraLabel, wearerName].filter((part) => part !== null).join(' · ')}</span>
      {location !== null && (
        <span className="font-mono text-sm text-ink-3">
          {location.latitude.toFixed(4)}, {location.longitude.toFixed(4)}
        </span>
      )}
      {isErased && <Tag tone="muted">{t('mandates.erased')}</Tag>}
    </span>
  )
}
