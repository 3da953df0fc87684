import type { RecordingId } from '@getuige/base'
import { type Beside, listCompanions, mostTogether, type Recording } from '@getuige/contract'
import { buttonClass, Checkbox, Panel } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { query } from '../api/index.ts'
import { formatDuration, formatTime } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { CorrectionHistory } from './correction-panel.tsx'
import { sayOffset } from './say-offset.ts'
import { overlapMs } from './together-time.ts'

function spanOfBeside({ recordedAt, correction, media }: Beside) {
  const beginsAt = Date.parse(recordedAt) + (correction?.offsetMs ?? 0)
  return { beginsAt, endsAt: beginsAt + (media.durationMs ?? 0) }
}

/** Recordings to watch beside one: from which camera, and how much of it they overlap. */
export function CompanionChoice({
  self,
  companions,
  chosen,
  onChange,
}: {
  self: Beside
  companions: readonly Beside[]
  /** Without `self`. */
  chosen: readonly RecordingId[]
  onChange: (chosen: readonly RecordingId[]) => void
}) {
  const own = spanOfBeside(self)
  return (
    <div role="group" aria-label={t('together.companions')} className="flex flex-col gap-2">
      {companions.map((one) => {
        const span = spanOfBeside(one)
        const isChosen = chosen.includes(one.id)
        return (
          <Checkbox
            key={one.id}
            isSelected={isChosen}
            isDisabled={!isChosen && chosen.length >= mostTogether - 1}
            onChange={(isNow) => onChange(isNow ? [...chosen, one.id] : chosen.filter((id) => id !== one.id))}
          >
            <span className="font-medium">{one.camera.label}</span>
            <span className="text-ink-2"> · {one.wearer?.name ?? t('recordings.wearerNone')}</span>
            <span className="block text-sm text-ink-2">
              {t('together.overlaps', {
                from: formatTime(span.beginsAt, 'second'),
                overlap: formatDuration(overlapMs(own, span)),
              })}
              {one.correction !== null &&
                ` · ${t('together.correctedBy', { offset: sayOffset(one.correction.offsetMs), name: one.correction.madeBy })}`}
            </span>
          </Checkbox>
        )
      })}
    </div>
  )
}

/** On the page of a recording: what others recorded at the same time, and what was said of its clock. */
export function CompanionsPanel({ recording }: { recording: Recording }) {
  const { data } = useQuery(query(listCompanions, { params: { recordingId: recording.id } }))
  const [chosen, setChosen] = useState<readonly RecordingId[]>([])
  if (data === undefined || (data.companions.length === 0 && data.self.correction === null)) return null
  return (
    <Panel title={t('together.atTheSameTime')}>
      <div className="flex flex-col gap-3">
        {data.companions.length > 0 && (
          <>
            <CompanionChoice self={data.self} companions={data.companions} chosen={chosen} onChange={setChosen} />
            <Link
              to="/together"
              search={{ ids: [recording.id, ...chosen].join(',') }}
              className={`${buttonClass({ variant: 'primary' })} self-start`}
            >
              {t('together.watch')}
            </Link>
          </>
        )}
        <CorrectionHistory recordingId={recording.id} />
      </div>
    </Panel>
  )
}
