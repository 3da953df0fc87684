import type { RecordingRow } from '@getuige/contract'
import { type Shape, State, type Tone } from '@getuige/ui'
import { t } from '../messages/translate.ts'

const looks: Record<RecordingRow['activation'], Readonly<{ shape: Shape; tone: Tone }>> = {
  warned: { shape: 'check', tone: 'neutral' },
  exception: { shape: 'check', tone: 'neutral' },
  missing: { shape: 'triangle', tone: 'loss' },
  'not-asked': { shape: 'ring', tone: 'muted' },
}

/** How the activation record stands. A missing one is marked; the recording is never hidden for it. */
export function ActivationMark({ standing }: { standing: RecordingRow['activation'] }) {
  const { shape, tone } = looks[standing]
  return (
    <State shape={shape} tone={tone}>
      {t(`recordings.activation.${standing}`)}
    </State>
  )
}
