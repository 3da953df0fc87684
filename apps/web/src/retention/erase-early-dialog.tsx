import { dayOf, type HoldId, type RecordingId } from '@getuige/base'
import { eraseEarly, type Hold } from '@getuige/contract'
import { Banner, Checkbox, FileDrop, TextArea, TextField, toast } from '@getuige/ui'
import { DateField } from '@getuige/ui/date-field'
import { useState } from 'react'
import { useAct } from '../api/index.ts'
import { FormDialog } from '../app/form-dialog.tsx'
import { serverNow, useSession } from '../app/session.ts'
import { t } from '../messages/translate.ts'

/** A court's order: what it is, and which holds it ends. A second person approves. */
export function EraseEarlyDialog({
  recordingId,
  holds,
  onClose,
}: {
  recordingId: RecordingId
  holds: readonly Hold[]
  onClose: () => void
}) {
  const today = dayOf(serverNow(), useSession().corps.timeZone)
  const [number, setNumber] = useState('')
  const [court, setCourt] = useState('')
  const [decidedOn, setDecidedOn] = useState<string | null>(today)
  const [digest, setDigest] = useState('')
  const [reason, setReason] = useState('')
  const [ends, setEnds] = useState<readonly HoldId[]>([])
  const order = useAct(eraseEarly)
  const documentSha256 = digest.trim().toLowerCase()
  const problems = {
    number: number.trim() === '' ? t('retention.missing') : null,
    court: court.trim() === '' ? t('retention.missing') : null,
    decidedOn: decidedOn === null || decidedOn > today ? t('retention.missing') : null,
    digest: /^[0-9a-f]{64}$/.test(documentSha256) ? null : t('retention.digestWrong'),
    reason: reason.trim().length < 5 ? t('retention.reasonShort') : null,
  }
  const submit = () => {
    if (decidedOn === null) return
    order.mutate(
      {
        params: { recordingId },
        body: {
          number: number.trim(),
          court: court.trim(),
          decidedOn,
          documentSha256,
          endsHolds: [...ends],
          reason: reason.trim(),
        },
      },
      {
        onSuccess: () => {
          toast(t('retention.orderAsked'))
          onClose()
        },
      },
    )
  }
  return (
    <FormDialog
      title={t('retention.eraseEarlyTitle')}
      actLabel={t('retention.orderDo')}
      variant="danger"
      isWrong={Object.values(problems).some((problem) => problem !== null)}
      isPending={order.isPending}
      error={order.error}
      onSubmit={submit}
      onClose={onClose}
    >
      {(wasTried) => (
        <>
          <p className="text-ink-2">{t('retention.eraseEarlyWhat')}</p>
          <TextField
            label={t('retention.orderNumber')}
            isMono
            autoFocus
            maxLength={120}
            value={number}
            onChange={setNumber}
            error={wasTried ? problems.number : null}
          />
          <TextField
            label={t('retention.court')}
            maxLength={120}
            value={court}
            onChange={setCourt}
            error={wasTried ? problems.court : null}
          />
          <DateField
            label={t('retention.decidedOn')}
            today={today}
            value={decidedOn}
            onChange={setDecidedOn}
            error={wasTried ? problems.decidedOn : null}
          />
          <div className="flex flex-col gap-2">
            <TextField
              label={t('retention.digest')}
              description={t('retention.digestWhat')}
              isMono
              value={digest}
              onChange={setDigest}
              error={wasTried ? problems.digest : null}
            />
            <FileDrop
              label={t('retention.digestOfFile')}
              buttonLabel={t('mandates.chooseDocument')}
              accept={[]}
              onFiles={([file]) => {
                if (file !== undefined) void digestOf(file).then(setDigest)
              }}
            />
          </div>
          {holds.length > 0 && (
            <Banner tone="held" title={t('retention.holdsStand', { count: holds.length })}>
              <p className="mb-2">{t('retention.holdsNamed')}</p>
              <div className="flex flex-col gap-2">
                {holds.map((hold) => (
                  <Checkbox
                    key={hold.id}
                    isSelected={ends.includes(hold.id)}
                    onChange={(isNamed) => setEnds(isNamed ? [...ends, hold.id] : ends.filter((id) => id !== hold.id))}
                  >
                    {hold.number} · {hold.placedBy}
                  </Checkbox>
                ))}
              </div>
            </Banner>
          )}
          <TextArea
            label={t('retention.reason')}
            maxLength={2000}
            value={reason}
            onChange={setReason}
            error={wasTried ? problems.reason : null}
          />
        </>
      )}
    </FormDialog>
  )
}

/** Here, so that the document itself stays with who has it. */
async function digestOf(file: File): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer())
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
