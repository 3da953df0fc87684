import { dayOf } from '@getuige/base'
import { type getLaw, readPack, type ReturnsOf, simulateLaw } from '@getuige/contract'
import { Button, Panel } from '@getuige/ui'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { call, query, type RefusalError } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { sayPermission } from '../app/permission.ts'
import { serverNow } from '../app/session.ts'
import { t } from '../messages/translate.ts'
import { AdoptDialog } from './adopt-dialog.tsx'
import { type Draft, draftOf, purposesOf, settingsOf } from './candidate.ts'
import { SimulationForm } from './simulation-form.tsx'
import { SimulationResult } from './simulation-result.tsx'

type State = ReturnsOf<typeof getLaw>

/** Another law on the register as it is, before anything changes; and from there, to adopt it. */
export function Simulation({ law }: { law: State }) {
  const [packId, setPackId] = useState(law.inForce.packId)
  const read = useQuery(query(readPack, { params: { packId } }))
  const [changed, setChanged] = useState<Draft | null>(null)
  const [chosenPurposes, setChosenPurposes] = useState<readonly string[] | null>(null)
  const [asOf, setAsOf] = useState(() => dayOf(serverNow(), law.inForce.timeZone))
  const [isAdopting, setIsAdopting] = useState(false)
  const run = useMutation<
    ReturnsOf<typeof simulateLaw>,
    RefusalError,
    { packId: string; settings: NonNullable<ReturnType<typeof settingsOf>>; asOf?: string }
  >({ mutationFn: (body) => call(simulateLaw, { body }) })

  const pack = read.data
  const start = packId === law.inForce.packId ? law.inForce : (pack ?? law.inForce)
  const draft = changed ?? draftOf(start)
  const purposes = chosenPurposes ?? purposesOf(start)
  const settings = pack === undefined ? null : settingsOf(pack, draft, purposes)
  const refused = run.error?.code === 'law/setting-out-of-bounds' ? run.error.details : null
  const wrong = refused === null ? null : { name: String(refused['setting']), words: sayOutOfBounds(refused) }
  const submit = () => {
    if (settings !== null) run.mutate({ packId, settings, ...(asOf === '' ? {} : { asOf }) })
  }

  return (
    <div className="flex flex-col gap-4">
      <Panel title={t('law.simulate')}>
        <p className="mb-4 text-ink-2">{t('law.simulateWhat')}</p>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault()
            submit()
          }}
        >
          <SimulationForm
            packs={law.packs}
            pack={pack}
            draft={draft}
            purposes={purposes}
            asOf={asOf}
            wrong={wrong}
            onPack={(id) => {
              setPackId(id)
              setChanged(null)
              setChosenPurposes(null)
              run.reset()
            }}
            onDraft={setChanged}
            onPurposes={setChosenPurposes}
            onAsOf={setAsOf}
          />
          <div className="mt-4 flex flex-wrap items-center gap-3">
            <Button
              type="submit"
              variant="primary"
              isPending={run.isPending}
              refusal={sayPermission(law.may.simulate) ?? (settings === null ? t('law.notNumbers') : null)}
            >
              {t('law.simulateDo')}
            </Button>
            <Button
              refusal={
                sayPermission(law.may.adopt) ??
                (run.data === undefined ? t('law.simulateFirst') : run.data.isSameAsInForce ? t('law.sameLaw') : null)
              }
              onPress={() => setIsAdopting(true)}
            >
              {t('law.adopt')}
            </Button>
          </div>
        </form>
      </Panel>
      {run.error !== null && <ErrorPanel error={run.error}>{refused !== null && <p>{wrong?.words}</p>}</ErrorPanel>}
      {run.data !== undefined && run.variables !== undefined && (
        <SimulationResult result={run.data} asked={run.variables} />
      )}
      {isAdopting && run.data !== undefined && run.variables !== undefined && (
        <AdoptDialog result={run.data} asked={run.variables} onClose={() => setIsAdopting(false)} />
      )}
    </div>
  )
}

/** The bounds as the server told them: a number, or a period as ISO 8601 writes it. */
function sayOutOfBounds(details: Readonly<Record<string, string | number | boolean | null>>): string {
  return t('law.outOfBounds', {
    least: sayBound(details['least']),
    most: sayBound(details['most']),
    article: String(details['article'] ?? ''),
  })
}

function sayBound(bound: unknown): string {
  const period = /^P(?:(\d+)M)?(?:(\d+)D)?$/.exec(String(bound))
  if (period === null) return String(bound)
  const [, months, days] = period
  return [
    ...(months === undefined ? [] : [t('law.months', { count: Number(months) })]),
    ...(days === undefined ? [] : [t('law.days', { count: Number(days) })]),
  ].join(' ')
}
