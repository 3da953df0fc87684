import { getLaw, readPack, type ReturnsOf } from '@getuige/contract'
import { Cell, Column, Panel, RowHeader, Select, Table, Tabs, Tag } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { query } from '../api/index.ts'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { Screen } from '../app/screen.tsx'
import { formatInstant } from '../messages/formats.ts'
import { say, t } from '../messages/translate.ts'
import { LawText } from './law-text.tsx'
import { Simulation } from './simulation.tsx'

type State = ReturnsOf<typeof getLaw>

/** The law of the corps, for everybody to read; and what another would do. */
export function LawScreen() {
  const { data, error, refetch } = useQuery(query(getLaw, {}))
  const [tab, setTab] = useState('in-force')
  return (
    <Screen title={t('law.title')} lead={t('law.lead')}>
      {error !== null && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading />}
      {data !== undefined && (
        <Tabs
          label={t('law.title')}
          value={tab}
          onChange={setTab}
          items={[
            { id: 'in-force', label: t('law.tab.in-force'), panel: <LawText law={data.inForce} /> },
            { id: 'packs', label: t('law.tab.packs'), panel: <Packs law={data} /> },
            { id: 'simulate', label: t('law.tab.simulate'), panel: <Simulation law={data} /> },
            { id: 'history', label: t('law.tab.history'), panel: <History law={data} /> },
          ]}
        />
      )}
    </Screen>
  )
}

function Packs({ law }: { law: State }) {
  const [packId, setPackId] = useState(law.packs.find(({ id }) => id !== law.inForce.packId)?.id ?? law.inForce.packId)
  const { data, error } = useQuery(query(readPack, { params: { packId } }))
  return (
    <div className="flex flex-col gap-4">
      <Select
        label={t('law.pack')}
        placeholder={t('law.packChoose')}
        options={law.packs.map(({ id, label, status }) => ({
          id,
          label: say(label),
          detail: t(`law.status.${status}`),
        }))}
        value={packId}
        onChange={setPackId}
        className="max-w-lg"
      />
      {error !== null && <ErrorPanel error={error} />}
      {data === undefined && error === null && <Loading />}
      {data !== undefined && <LawText law={data} />}
    </div>
  )
}

function History({ law }: { law: State }) {
  return (
    <Panel title={t('law.tab.history')} isFlush>
      <Table
        isFlush
        label={t('law.tab.history')}
        columns={
          <>
            <Column>{t('law.inForceFrom')}</Column>
            <Column>{t('law.pack')}</Column>
            <Column>{t('law.adopted')}</Column>
            <Column>{t('law.reason')}</Column>
          </>
        }
      >
        {law.adoptions.toReversed().map((adoption) => (
          <tr key={`${adoption.inForceFrom} ${adoption.adoptedAt}`}>
            <RowHeader>
              {formatInstant(adoption.inForceFrom)}
              {adoption.isInForce && (
                <>
                  {' '}
                  <Tag tone="accent">{t('law.isInForce')}</Tag>
                </>
              )}
            </RowHeader>
            <Cell className="max-sm:basis-full">
              {say(adoption.label)}
              <span className="block font-mono text-xs break-all text-ink-3">{adoption.key}</span>
            </Cell>
            <Cell className="text-sm text-ink-2">
              {formatInstant(adoption.adoptedAt)}
              {adoption.adoptedBy !== null && ` · ${adoption.adoptedBy}`}
              {adoption.approvedBy !== null && ` · ${t('law.approvedBy', { who: adoption.approvedBy })}`}
              {adoption.alsoExisting && ` · ${t('law.alsoExistingShort')}`}
            </Cell>
            <Cell className="break-words">{adoption.reason}</Cell>
          </tr>
        ))}
      </Table>
    </Panel>
  )
}
