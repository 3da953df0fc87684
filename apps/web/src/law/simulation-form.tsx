import type { LawDescription, PackSummary, SettingName } from '@getuige/contract'
import { dayOf } from '@getuige/base'
import { Checkbox, Select, TextField } from '@getuige/ui'
import { DateField } from '@getuige/ui/date-field'
import { serverNow, useSession } from '../app/session.ts'
import { say, t } from '../messages/translate.ts'
import type { Draft } from './candidate.ts'
import { sayValue } from './say-law.ts'

/** The pack, and each value that a corps may set, with its bounds and where they stand. */
export function SimulationForm({
  packs,
  pack,
  draft,
  purposes,
  asOf,
  wrong,
  onPack,
  onDraft,
  onPurposes,
  onAsOf,
}: {
  packs: readonly PackSummary[]
  /** The chosen one, as it holds where a corps sets nothing; undefined while it is fetched. */
  pack: LawDescription | undefined
  draft: Draft
  /** Ids of the optional purposes that are chosen. */
  purposes: readonly string[]
  asOf: string
  /** The setting that the server refused, and why. */
  wrong: Readonly<{ name: string; words: string }> | null
  onPack: (id: string) => void
  onDraft: (draft: Draft) => void
  onPurposes: (purposes: readonly string[]) => void
  onAsOf: (day: string) => void
}) {
  const today = dayOf(serverNow(), useSession().corps.timeZone)
  const change = (name: SettingName, part: Partial<{ amount: string; unit: 'days' | 'months' }>) => {
    const before = draft[name] ?? { amount: '', unit: 'days' }
    onDraft({ ...draft, [name]: { ...before, ...part } })
  }
  return (
    <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
      <Select
        label={t('law.pack')}
        placeholder={t('law.packChoose')}
        options={packs.map(({ id, label, status }) => ({
          id,
          label: say(label),
          detail: t(`law.status.${status}`),
        }))}
        value={pack?.packId ?? null}
        onChange={onPack}
        className="sm:col-span-2"
      />
      {pack?.settings.map(({ name, ofPack, least, most, ruleId }) => {
        const isFixed = JSON.stringify(least) === JSON.stringify(most)
        const rule = pack.rules.find(({ id }) => id === ruleId)
        const bounds = isFixed
          ? t('law.fixed')
          : t('law.between', { least: sayValue(name, least), most: sayValue(name, most) })
        const field = draft[name]
        return (
          <div key={name} className="flex items-start gap-2">
            <div className="min-w-0 flex-1">
              <TextField
                label={t(`law.setting.${name}`)}
                description={`${bounds} · ${rule?.article ?? ruleId}`}
                inputType="number"
                isDisabled={isFixed}
                value={field?.amount ?? ''}
                onChange={(amount) => change(name, { amount })}
                error={wrong?.name === name ? wrong.words : null}
              />
            </div>
            {typeof ofPack !== 'number' && (
              <Select
                label={t('law.unit')}
                placeholder=""
                options={(['days', 'months'] as const).map((id) => ({ id, label: t(`law.unit.${id}`) }))}
                value={field?.unit ?? 'days'}
                onChange={(unit) => change(name, { unit: unit === 'months' ? 'months' : 'days' })}
                isDisabled={isFixed}
                className="w-28"
              />
            )}
          </div>
        )
      })}
      {pack !== undefined && pack.purposes.some(({ isOptional }) => isOptional) && (
        <div role="group" aria-label={t('law.optionalPurposes')} className="flex flex-col gap-2 sm:col-span-2">
          <span className="font-medium">{t('law.optionalPurposes')}</span>
          {pack.purposes
            .filter(({ isOptional }) => isOptional)
            .map(({ id, label }) => (
              <Checkbox
                key={id}
                isSelected={purposes.includes(id)}
                onChange={(isChosen) => onPurposes(isChosen ? [...purposes, id] : purposes.filter((one) => one !== id))}
              >
                {say(label)}
              </Checkbox>
            ))}
        </div>
      )}
      <DateField
        label={t('law.asOf')}
        description={t('law.asOfWhat')}
        today={today}
        value={asOf === '' ? null : asOf}
        onChange={(day) => onAsOf(day ?? '')}
      />
    </div>
  )
}
