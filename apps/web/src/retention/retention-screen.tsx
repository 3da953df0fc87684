import { dayOf } from '@getuige/base'
import { getRetention, type ReturnsOf } from '@getuige/contract'
import { Banner, Button, buttonClass, classNames, Facts, Panel, type Shape, ShapeMark } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { query } from '../api/index.ts'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { sayPermission } from '../app/permission.ts'
import { Screen } from '../app/screen.tsx'
import { serverNow, useSession } from '../app/session.ts'
import { formatInstant, formatNumber } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { ErasureCalendar } from './calendar.tsx'
import { DueOnDay } from './due-on-day.tsx'
import { EraseDueDialog, type ErasureResult } from './erase-due-dialog.tsx'
import { Notices } from './notices.tsx'

type Retention = ReturnsOf<typeof getRetention>

/** What is erased, when, and why something still exists. */
export function RetentionScreen() {
  const { data, error, refetch } = useQuery(query(getRetention, {}))
  const [isAsking, setIsAsking] = useState(false)
  const [result, setResult] = useState<ErasureResult | null>(null)

  return (
    <Screen
      title={t('retention.title')}
      lead={t('retention.lead')}
      actions={
        data !== undefined && (
          <Button variant="danger" refusal={sayPermission(data.may.eraseDue)} onPress={() => setIsAsking(true)}>
            {t('retention.eraseDue')}
          </Button>
        )
      }
      aside={data !== undefined && <Runs retention={data} />}
    >
      {error !== null && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      <Notices />
      {result !== null && <Result result={result} />}
      {data === undefined && error === null && <Loading />}
      {data !== undefined && (
        <>
          <Counts retention={data} />
          <Coming retention={data} />
        </>
      )}
      {isAsking && data !== undefined && (
        <EraseDueDialog
          dueNow={data.dueNow}
          heldPastDue={data.heldPastDue}
          onClose={() => setIsAsking(false)}
          onErased={(done) => {
            setIsAsking(false)
            setResult(done)
          }}
        />
      )}
    </Screen>
  )
}

function Result({ result }: { result: ErasureResult }) {
  return (
    <>
      <Banner tone="done">{t('retention.result', { erased: result.erased, kept: result.keptBecauseHeld })}</Banner>
      {result.failed > 0 && <Banner tone="refusal">{t('retention.resultFailed', { failed: result.failed })}</Banner>}
    </>
  )
}

function Counts({ retention }: { retention: Retention }) {
  const counts: readonly { id: 'dueNow' | 'heldPastDue' | 'kept' | 'erased'; shape: Shape; look: string }[] = [
    { id: 'dueNow', shape: 'quarter', look: retention.dueNow > 0 ? 'text-loss' : 'text-ink-3' },
    { id: 'heldPastDue', shape: 'diamond', look: retention.heldPastDue > 0 ? 'text-held' : 'text-ink-3' },
    { id: 'kept', shape: 'disc', look: 'text-ink' },
    { id: 'erased', shape: 'ring', look: 'text-ink-3' },
  ]
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded border border-line bg-line xl:grid-cols-4">
      {counts.map(({ id, shape, look }) => (
        <div key={id} className="flex flex-col bg-panel px-4 py-3">
          <dt className={classNames('flex items-center gap-1.5 font-medium', look)}>
            <ShapeMark shape={shape} /> {t(`retention.${id}`)}
          </dt>
          <dd className="text-2xl font-semibold">{formatNumber(retention[id])}</dd>
          <dd className="text-sm text-ink-3">{t(`retention.${id}What`)}</dd>
        </div>
      ))}
    </dl>
  )
}

function Coming({ retention }: { retention: Retention }) {
  const { timeZone } = useSession().corps
  const [chosen, setChosen] = useState<string | null>(null)
  const isEmpty = retention.calendar.every((day) => day.recordings === 0)
  return (
    <>
      <Panel
        title={t('retention.calendar')}
        actions={
          retention.may.simulateLaw.allowed && (
            <Link to="/law" className={buttonClass({ size: 'small' })}>
              {t('retention.simulate')}
            </Link>
          )
        }
      >
        {isEmpty ? (
          <p className="text-ink-2">{t('retention.calendarEmpty')}</p>
        ) : (
          <>
            <p className="mb-3 text-ink-2">{t('retention.calendarHint')}</p>
            <ErasureCalendar
              erasures={retention.calendar}
              today={dayOf(serverNow(), timeZone)}
              chosen={chosen}
              onChoose={setChosen}
            />
          </>
        )}
      </Panel>
      {chosen !== null && <DueOnDay key={chosen} day={chosen} onClose={() => setChosen(null)} />}
    </>
  )
}

function Runs({ retention }: { retention: Retention }) {
  const { lastRun, nextRunAt } = retention
  return (
    <Panel title={t('retention.runs')}>
      <Facts
        items={[
          {
            id: 'last',
            name: t('retention.lastRun'),
            value:
              lastRun === null
                ? t('retention.neverRun')
                : t('retention.lastRunWords', {
                    when: formatInstant(lastRun.at),
                    erased: formatNumber(lastRun.erased),
                    failed: formatNumber(lastRun.failed),
                  }),
          },
          { id: 'next', name: t('retention.nextRun'), value: formatInstant(nextRunAt) },
        ]}
      />
    </Panel>
  )
}
