import type { LawPackSummary } from '@getuige/contract'
import { Banner, Panel, RadioGroup, Tag, TextField } from '@getuige/ui'
import { say, t } from '../messages/translate.ts'
import { change, useDraft } from './draft.ts'
import { StepForm } from './step-form.tsx'

/** Name the corps and choose the law it works under, with the rules in words before one agrees to them. */
export function CorpsStep({ lawPacks }: { lawPacks: readonly LawPackSummary[] }) {
  const draft = useDraft()
  const only = lawPacks.length === 1 ? lawPacks[0] : undefined
  const chosen = lawPacks.find((pack) => pack.id === draft.lawPackId) ?? only

  return (
    <StepForm
      title={t('setup.step.corps')}
      isReady={draft.corpsName.trim() !== '' && chosen !== undefined}
      onNext={() => change({ step: 'administrator', lawPackId: chosen?.id ?? null })}
      side={chosen !== undefined && <Rules lawPack={chosen} />}
    >
      <TextField
        className="max-w-md"
        label={t('setup.corpsName')}
        description={t('setup.corpsNameHint')}
        value={draft.corpsName}
        onChange={(corpsName) => change({ corpsName })}
        autoComplete="organization"
        maxLength={120}
        autoFocus
        isRequired
      />
      <RadioGroup
        className="max-w-prose"
        label={t('setup.lawPack')}
        description={t('setup.lawPackHint')}
        options={lawPacks.map(({ id, label, status }) => ({
          id,
          label: say(label),
          description: t(`law.status.${status}`),
        }))}
        value={chosen?.id ?? null}
        onChange={(lawPackId) => change({ lawPackId })}
      />
      {chosen?.status === 'draft' && <Banner title={t('setup.draftTitle')}>{t('setup.draft')}</Banner>}
    </StepForm>
  )
}

function Rules({ lawPack }: { lawPack: LawPackSummary }) {
  return (
    <Panel title={t('setup.rules')}>
      <ol className="flex flex-col divide-y divide-line">
        {lawPack.rules.map((rule) => (
          <li key={rule.id} className="flex flex-col gap-1 py-2.5 first:pt-0 last:pb-0">
            <p>{say(rule.label)}</p>
            <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1 text-sm text-ink-3">
              <span className="font-mono text-xs">{rule.id}</span>
              <span>{t('setup.source', { source: say(rule.source) })}</span>
              <Tag>{t(`setup.confidence.${rule.confidence}`)}</Tag>
            </p>
          </li>
        ))}
      </ol>
    </Panel>
  )
}
