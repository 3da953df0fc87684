import type { TaskId } from '@getuige/base'
import { makeClip } from '@getuige/contract'
import { Facts, RadioGroup, TextArea } from '@getuige/ui'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useAct } from '../api/index.ts'
import { FormDialog } from '../app/form-dialog.tsx'
import { t } from '../messages/translate.ts'
import { findReasonProblem } from '../recordings/reason-problem.ts'
import { useTask } from '../tasks/task-feed.ts'
import { TaskProgress } from '../tasks/task-progress.tsx'
import { elapsed } from './player-time.ts'

type Method = 'key-frames' | 'exact'

/** Asks for a clip of the marked part; then shows how far it is, and leads to it. */
export function ClipDialog({
  viewingId,
  part,
  clockAt,
  onClose,
}: {
  viewingId: string
  part: Readonly<{ inMs: number; outMs: number }>
  clockAt: (positionMs: number) => string
  onClose: () => void
}) {
  const [method, setMethod] = useState<Method>('key-frames')
  const [reason, setReason] = useState('')
  const clip = useAct(makeClip)
  const problem = findReasonProblem(reason)
  const isEmpty = part.outMs <= part.inMs
  return (
    <FormDialog
      title={t('player.clipTitle')}
      actLabel={t('player.clipDo')}
      isWrong={isEmpty || problem !== null}
      isPending={clip.isPending}
      error={clip.error}
      instead={clip.data === undefined ? undefined : <Asked taskId={clip.data.taskId} />}
      sendsOnEnter={false}
      onSubmit={() => clip.mutate({ params: { viewingId }, body: { ...part, method, reason: reason.trim() } })}
      onClose={onClose}
    >
      {(wasTried) => (
        <>
          <p className="text-pretty text-ink-2">{t('player.clipBody')}</p>
          <Facts
            items={[
              { id: 'in', name: t('player.clipFrom'), value: <Moment ms={part.inMs} clock={clockAt(part.inMs)} /> },
              { id: 'out', name: t('player.clipTo'), value: <Moment ms={part.outMs} clock={clockAt(part.outMs)} /> },
            ]}
          />
          {isEmpty && <p className="text-loss">{t('player.clipEmpty')}</p>}
          <RadioGroup
            label={t('player.clipMethod')}
            options={(['key-frames', 'exact'] as const).map((id) => ({
              id,
              label: t(`player.clipMethod.${id}`),
              description: t(`player.clipMethodWhat.${id}`),
            }))}
            value={method}
            onChange={(id) => setMethod(id === 'exact' ? 'exact' : 'key-frames')}
          />
          <TextArea
            label={t('player.clipReason')}
            description={t('player.clipReasonHint')}
            value={reason}
            onChange={setReason}
            error={wasTried && problem !== null ? t(problem) : null}
          />
        </>
      )}
    </FormDialog>
  )
}

function Moment({ ms, clock }: { ms: number; clock: string }) {
  return (
    <span className="font-mono">
      {elapsed(ms, true)} · {clock}
    </span>
  )
}

function Asked({ taskId }: { taskId: TaskId }) {
  const task = useTask(taskId)
  return (
    <div className="flex flex-col gap-3" aria-live="polite">
      <p className="text-pretty text-ink-2">{t('player.clipAsked')}</p>
      {task !== undefined && <TaskProgress task={task} />}
      {task?.madeRecordingId != null && (
        <Link
          to="/recordings/$recordingId"
          params={{ recordingId: task.madeRecordingId }}
          className="font-medium text-accent underline underline-offset-2"
        >
          {t('player.clipOpen')}
        </Link>
      )}
    </div>
  )
}
