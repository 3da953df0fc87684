import { type Approval, approveApproval, refuseApproval, withdrawApproval } from '@getuige/contract'
import { Button, buttonClass, Facts, type Shape, State, Tag, toast, type Tone } from '@getuige/ui'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useAct } from '../api/index.ts'
import { destinationsOf } from '../app/destinations.ts'
import { sayRoles } from '../app/permission.ts'
import { useSession } from '../app/session.ts'
import { formatInstant } from '../messages/formats.ts'
import { say, t } from '../messages/translate.ts'
import { ReasonDialog } from './reason-dialog.tsx'
import { sayShown } from './shown.ts'

const looks: Readonly<Record<Approval['state'], { shape: Shape; tone: Tone }>> = {
  waiting: { shape: 'dotted', tone: 'accent' },
  given: { shape: 'check', tone: 'neutral' },
  refused: { shape: 'cross', tone: 'loss' },
  withdrawn: { shape: 'ring', tone: 'muted' },
  expired: { shape: 'ring', tone: 'muted' },
}

const acts = { approve: approveApproval, refuse: refuseApproval, withdraw: withdrawApproval } as const

/** What somebody asks, with all that there is to judge. */
export function ApprovalCard({ approval, mine }: { approval: Approval; mine: 'to-decide' | 'asked' | 'decided' }) {
  const [deciding, setDeciding] = useState<keyof typeof acts | null>(null)
  const session = useSession()
  const { act, askedBy, ended, recordingId, state, download } = approval
  const look = looks[state]
  const canOpen = destinationsOf(session).some(({ to }) => to === '/recordings')
  const facts = [
    ...(mine === 'asked' ? [] : [{ id: 'askedBy', name: t('approvals.askedBy'), value: sayName(askedBy) }]),
    { id: 'why', name: t('approvals.reason'), value: approval.reason },
    ...sayShown(approval.shown),
    ...(recordingId === null
      ? []
      : [
          {
            id: 'recording',
            name: t('approvals.recording'),
            value: canOpen ? (
              <Link to="/recordings/$recordingId" params={{ recordingId }} className="font-mono text-sm underline">
                {recordingId}
              </Link>
            ) : (
              <span className="font-mono text-sm">{recordingId}</span>
            ),
          },
        ]),
    { id: 'rule', name: t('approvals.rule'), value: say(approval.rule.label) },
    ...(ended === null
      ? []
      : [
          {
            id: 'ended',
            name: t(`approvals.ended.${state === 'waiting' ? 'expired' : state}`),
            value: [
              formatInstant(ended.at),
              ended.by === null ? null : sayName(ended.by),
              ended.reason === null ? null : `“${ended.reason}”`,
            ]
              .filter((part) => part !== null)
              .join(' · '),
          },
        ]),
  ]
  return (
    <li className="flex flex-col gap-3 border-b border-line p-4 last:border-b-0">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h3 className="min-w-0 flex-1 font-semibold">{t(`approvals.act.${act}`)}</h3>
        <State shape={look.shape} tone={look.tone}>
          {t(`approvals.state.${state}`)}
        </State>
      </div>
      <Facts items={facts} className="max-sm:grid-cols-1 max-sm:gap-y-0.5 max-sm:[&>div]:col-span-1" />
      <p className="text-sm text-ink-3">
        {t('approvals.askedAt', { when: formatInstant(approval.askedAt) })}
        {state === 'waiting' && ` · ${t('approvals.until', { when: formatInstant(approval.expiresAt) })}`}
        {state === 'waiting' &&
          mine === 'asked' &&
          ` · ${t('approvals.byWhom', { roles: sayRoles(approval.approvers) })}`}
      </p>
      {(mine === 'to-decide' || (mine === 'asked' && (state === 'waiting' || download !== null))) && (
        <div className="flex flex-wrap items-center gap-2">
          {mine === 'to-decide' && (
            <>
              <Button variant="primary" onPress={() => setDeciding('approve')}>
                {t('approvals.approve')}
              </Button>
              <Button onPress={() => setDeciding('refuse')}>{t('approvals.refuse')}</Button>
            </>
          )}
          {mine === 'asked' && state === 'waiting' && (
            <Button onPress={() => setDeciding('withdraw')}>{t('approvals.withdraw')}</Button>
          )}
          {download !== null && (
            <>
              <a href={download.url} download className={buttonClass({ variant: 'primary' })}>
                {t('recordings.exportDownload')}
              </a>
              <Tag tone="accent">{t('approvals.downloadUntil', { when: formatInstant(download.expiresAt) })}</Tag>
            </>
          )}
        </div>
      )}
      {deciding !== null && <Decide approval={approval} how={deciding} onClose={() => setDeciding(null)} />}
    </li>
  )
}

function Decide({ approval, how, onClose }: { approval: Approval; how: keyof typeof acts; onClose: () => void }) {
  const decide = useAct(acts[how])
  const what = t(`approvals.act.${approval.act}`)
  return (
    <ReasonDialog
      title={t(`approvals.${how}Title`)}
      body={how === 'approve' ? t('approvals.approveBody', { what, name: approval.askedBy.name }) : what}
      actLabel={t(`approvals.${how}`)}
      variant={how === 'approve' ? 'primary' : 'danger'}
      isPending={decide.isPending}
      error={decide.error}
      onClose={onClose}
      onSubmit={(reason) =>
        decide.mutate(
          { params: { approvalId: approval.id }, body: { reason } },
          {
            onSuccess: () => {
              toast(t(`approvals.${how}Done`))
              onClose()
            },
          },
        )
      }
    />
  )
}

function sayName({ name, title }: { name: string; title: string }): string {
  return title === '' ? name : `${name}, ${title}`
}
