import type { RecordingId } from '@getuige/base'
import { getKeeping, type IfLifted, type ReturnsOf } from '@getuige/contract'
import { Button, Facts, Panel, State } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { query } from '../api/index.ts'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { sayPermission } from '../app/permission.ts'
import { sayPeriod, sayWhere } from '../law/say-law.ts'
import { formatDay, formatInstant } from '../messages/formats.ts'
import { say, t } from '../messages/translate.ts'
import { EraseEarlyDialog } from './erase-early-dialog.tsx'

type Keeping = ReturnsOf<typeof getKeeping>

/** Why a recording is still here: the rule and its source, its last day, and what follows if a hold is lifted. Who placed it stands above. */
export function WhyStillHere({ recordingId }: { recordingId: RecordingId }) {
  const { data, error, refetch } = useQuery(query(getKeeping, { params: { recordingId } }))
  const [isOrdering, setIsOrdering] = useState(false)
  return (
    <Panel title={t(typeof data?.erasedAt === 'string' ? 'retention.whyErased' : 'retention.why')}>
      {error !== null && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading rows={3} />}
      {data !== undefined && (
        <>
          <Rule keeping={data} />
          <Holds keeping={data} />
          {data.order !== null && (
            <p className="mt-3 text-ink-2">
              {t('retention.ordered', {
                court: data.order.court,
                number: data.order.number,
                date: formatDay(data.order.decidedOn),
              })}
            </p>
          )}
          {data.erasedAt === null && data.order === null && (
            <div className="mt-3 border-t border-line pt-3">
              <Button size="small" refusal={sayPermission(data.may.eraseEarly)} onPress={() => setIsOrdering(true)}>
                {t('retention.eraseEarly')}
              </Button>
            </div>
          )}
          {isOrdering && (
            <EraseEarlyDialog recordingId={recordingId} holds={data.holds} onClose={() => setIsOrdering(false)} />
          )}
        </>
      )}
    </Panel>
  )
}

function Rule({ keeping }: { keeping: Keeping }) {
  const { rule, law, dueOn, erasedByRunAt, erasedAt } = keeping
  return (
    <>
      <p className="font-medium">{say(rule.label)}</p>
      <p className="text-sm text-ink-2">{sayWhere(rule, say)}</p>
      <Facts
        className="mt-3"
        items={[
          { id: 'law', name: t('retention.whyLaw'), value: `${say(law.label)} (${t(`law.status.${law.status}`)})` },
          {
            id: 'period',
            name: t('retention.whyPeriod'),
            value: t('retention.whyCounted', {
              period: sayPeriod(keeping.period),
              date: formatDay(keeping.recordedAt),
              from: keeping.recordedAtFrom,
            }),
          },
          { id: 'due', name: t('retention.whyLastDay'), value: formatDay(dueOn, 'long') },
          {
            id: 'gone',
            name: erasedAt === null ? t('retention.whyErasedBy') : t('retention.whyErasedAt'),
            value:
              erasedAt !== null
                ? formatInstant(erasedAt)
                : keeping.because === 'held'
                  ? t('retention.whyNotWhileHeld')
                  : erasedByRunAt === null
                    ? t('retention.whyBeingErased')
                    : formatInstant(erasedByRunAt),
          },
        ]}
      />
    </>
  )
}

function Holds({ keeping }: { keeping: Keeping }) {
  if (keeping.holds.length === 0) return null
  return (
    <ul aria-label={t('retention.whyHolds')} className="mt-3 flex flex-col gap-3 border-t border-line pt-3">
      {keeping.holds.map((hold) => (
        <li key={hold.id}>
          <State shape="diamond" tone="held">
            <span className="font-medium">
              {sayKind(keeping, hold.kind)} {hold.number}
            </span>
          </State>
          <p className="pl-4.5 text-sm">{sayIfLifted(hold.ifLifted)}</p>
        </li>
      ))}
    </ul>
  )
}

function sayKind({ holdKinds }: Keeping, kind: string): string {
  const label = holdKinds.find(({ id }) => id === kind)?.label
  return label === undefined ? kind : say(label)
}

function sayIfLifted(ifLifted: IfLifted): string {
  switch (ifLifted.follows) {
    case 'erased-next-run':
      return t('retention.ifLiftedNow', { when: formatInstant(ifLifted.at) })
    case 'erased-on':
      return t('retention.ifLiftedOn', { date: formatDay(ifLifted.on, 'long') })
    case 'held-by-others':
      return t('retention.ifLiftedOthers', { count: ifLifted.holds })
  }
}
