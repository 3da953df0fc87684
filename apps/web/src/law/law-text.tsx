import type { LawDescription } from '@getuige/contract'
import { Cell, Column, Panel, RowHeader, Table, Tag } from '@getuige/ui'
import { sayRoles } from '../app/permission.ts'
import { formatDay } from '../messages/formats.ts'
import { say, t } from '../messages/translate.ts'
import { sayPeriod, sayValue, sayWhere } from './say-law.ts'

/** A law for everybody in the corps to read: its values with their bounds, its purposes, its rules with their sources. */
export function LawText({ law }: { law: LawDescription }) {
  return (
    <div className="flex flex-col gap-4">
      <Heading law={law} />
      <Values law={law} />
      <Purposes law={law} />
      <Approvals law={law} />
      <Rules law={law} />
    </div>
  )
}

function Heading({ law }: { law: LawDescription }) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <h2 className="text-lg font-semibold">{say(law.label)}</h2>
      <Tag tone={law.status === 'draft' ? 'held' : 'accent'}>{t(`law.status.${law.status}`)}</Tag>
      <span className="font-mono text-xs break-all text-ink-3">{law.key}</span>
      <span className="text-sm text-ink-3">{t('law.since', { date: formatDay(law.since) })}</span>
      {law.status === 'draft' && <p className="basis-full text-sm text-ink-2">{t('law.draftWhat')}</p>}
    </div>
  )
}

/** The rule a value comes from, in its own words on demand. */
function RuleOf({ law, id }: { law: LawDescription; id: string }) {
  const rule = law.rules.find((each) => each.id === id)
  if (rule === undefined) return null
  return (
    <a href={`#${anchorOf(law, id)}`} className="whitespace-nowrap text-accent underline" title={say(rule.label)}>
      {rule.article ?? rule.id}
    </a>
  )
}

const anchorOf = (law: LawDescription, id: string) => `${law.packId}-${id}`

function Values({ law }: { law: LawDescription }) {
  return (
    <Panel title={t('law.values')} isFlush>
      <Table
        isFlush
        label={t('law.values')}
        columns={
          <>
            <Column>{t('law.what')}</Column>
            <Column>{t('law.value')}</Column>
            <Column>{t('law.bounds')}</Column>
            <Column>{t('law.rule')}</Column>
          </>
        }
      >
        {law.settings.map((setting) => (
          <tr key={setting.name}>
            <RowHeader>{t(`law.setting.${setting.name}`)}</RowHeader>
            <Cell>
              {sayValue(setting.name, setting.value)}
              {JSON.stringify(setting.value) !== JSON.stringify(setting.ofPack) && (
                <span className="text-sm text-ink-3">
                  {' '}
                  {t('law.insteadOf', { value: sayValue(setting.name, setting.ofPack) })}
                </span>
              )}
            </Cell>
            <Cell className="text-ink-2">
              {JSON.stringify(setting.least) === JSON.stringify(setting.most)
                ? t('law.fixed')
                : t('law.between', {
                    least: sayValue(setting.name, setting.least),
                    most: sayValue(setting.name, setting.most),
                  })}
            </Cell>
            <Cell>
              <RuleOf law={law} id={setting.ruleId} />
            </Cell>
          </tr>
        ))}
      </Table>
    </Panel>
  )
}

function Purposes({ law }: { law: LawDescription }) {
  return (
    <Panel title={t('law.purposes')} isFlush>
      <Table
        isFlush
        label={t('law.purposes')}
        columns={
          <>
            <Column>{t('law.purpose')}</Column>
            <Column>{t('law.who')}</Column>
            <Column>{t('law.window')}</Column>
            <Column>{t('law.rule')}</Column>
          </>
        }
      >
        {law.purposes.map((purpose) => (
          <tr key={purpose.id}>
            <RowHeader>
              {say(purpose.label)}
              <span className="block text-sm font-normal text-ink-3">
                {say(purpose.legalBasis)}
                {purpose.asksReference && ` · ${t('law.asksNumber')}`}
                {!purpose.isInUse && ` · ${t('law.notInUse')}`}
              </span>
            </RowHeader>
            <Cell>{sayRoles(purpose.roles)}</Cell>
            <Cell className="text-ink-2">
              {purpose.window === null
                ? t('law.windowNone')
                : t(`law.window.${purpose.window.afterwards}`, { period: sayPeriod(purpose.window.within) })}
            </Cell>
            <Cell>
              <RuleOf law={law} id={purpose.window?.ruleId ?? purpose.ruleId} />
            </Cell>
          </tr>
        ))}
      </Table>
    </Panel>
  )
}

function Approvals({ law }: { law: LawDescription }) {
  return (
    <Panel title={t('law.approvals')} isFlush>
      <Table
        isFlush
        label={t('law.approvals')}
        columns={
          <>
            <Column>{t('law.act')}</Column>
            <Column>{t('law.approver')}</Column>
            <Column>{t('law.expires')}</Column>
            <Column>{t('law.rule')}</Column>
          </>
        }
      >
        {law.approvals.map(({ act, roles, expiresAfter, ruleId }) => (
          <tr key={act}>
            <RowHeader>{t(`law.act.${act}`)}</RowHeader>
            <Cell>{sayRoles(roles)}</Cell>
            <Cell className="text-ink-2">{sayPeriod(expiresAfter)}</Cell>
            <Cell>
              <RuleOf law={law} id={ruleId} />
            </Cell>
          </tr>
        ))}
      </Table>
    </Panel>
  )
}

function Rules({ law }: { law: LawDescription }) {
  return (
    <Panel title={t('law.rules', { count: law.rules.length })}>
      <ol className="flex flex-col gap-3">
        {law.rules.map((rule) => (
          <li key={rule.id} id={anchorOf(law, rule.id)} className="scroll-mt-20 target:bg-accent-soft">
            <p className="font-medium">{say(rule.label)}</p>
            <p className="text-sm text-ink-2">{sayWhere(rule, say)}</p>
            <p className="text-sm text-ink-3">
              <span className="font-mono text-xs">{rule.id}</span> · {t('law.since', { date: formatDay(rule.since) })} ·{' '}
              {t(`law.confidence.${rule.confidence}`)}
              {rule.isInformative && ` · ${t('law.informative')}`}
            </p>
          </li>
        ))}
      </ol>
    </Panel>
  )
}
