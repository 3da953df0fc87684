import type { RecordingId } from '@getuige/base'
import { breakGlass } from '@getuige/contract'
import { Banner, toast } from '@getuige/ui'
import { useAct } from '../api/index.ts'
import { ReasonDialog } from '../approvals/reason-dialog.tsx'
import { formatInstant } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'

/** Opens a recording for danger to life: who or what is in danger, and what follows from opening it. */
export function BreakGlassDialog({
  recordingId,
  onClose,
  onOpened,
}: {
  recordingId: RecordingId
  onClose: () => void
  /** The recording is open to this person until then. */
  onOpened?: (untilAt: string) => void
}) {
  const open = useAct(breakGlass)
  return (
    <ReasonDialog
      title={t('emergency.title')}
      body={
        <Banner tone="held" title={t('emergency.onlyFor')}>
          {t('emergency.whatFollows')}
        </Banner>
      }
      label={t('emergency.danger')}
      hint={t('emergency.dangerHint')}
      actLabel={t('emergency.open')}
      variant="danger"
      leastLength={20}
      isPending={open.isPending}
      error={open.error}
      onClose={onClose}
      onSubmit={(danger) =>
        open.mutate(
          { params: { recordingId }, body: { danger } },
          {
            onSuccess: ({ untilAt, justifyBy }) => {
              toast(t('emergency.opened', { until: formatInstant(untilAt), justifyBy: formatInstant(justifyBy) }))
              onOpened?.(untilAt)
              onClose()
            },
          },
        )
      }
    />
  )
}
