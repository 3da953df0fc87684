import { verb } from '@getuige/contract'
import { Button, Checkbox, Select, TextField } from '@getuige/ui'
import { DateField } from '@getuige/ui/date-field'
import { useState } from 'react'
import { serverNow, useSession } from '../app/session.ts'
import { say, t } from '../messages/translate.ts'
import { dayOf, type Words } from '@getuige/base'
import { countFilters, type LogAddress, type LogWords, noWords } from './log-search.ts'

const any = 'any'
type Choices = readonly Readonly<{ id: string; label: Words }>[]

/** The left column. Days and ids go into the address, words only into the question. */
export function LogFilters({
  address,
  words,
  purposes,
  types,
  onAddress,
  onWords,
}: {
  address: LogAddress
  words: LogWords
  purposes: Choices
  types: Choices
  onAddress: (next: LogAddress) => void
  onWords: (next: LogWords) => void
}) {
  const [typed, setTyped] = useState(words)
  const today = dayOf(serverNow(), useSession().corps.timeZone)
  const [isWide] = useState(() => window.matchMedia('(min-width: 48rem)').matches)
  const set = (name: keyof LogAddress, value: string | null) => {
    const { [name]: _former, ...rest } = address
    onAddress(value === null || value === '' ? rest : { ...rest, [name]: value })
  }
  const withAny = (label: string, choices: Choices) => [
    { id: any, label },
    ...choices.map((choice) => ({ id: choice.id, label: say(choice.label) })),
  ]
  const fields = [
    ['person', t('oversight.filterPerson'), undefined],
    ['words', t('oversight.filterWords'), t('oversight.filterWordsHow')],
    ['recipient', t('oversight.filterRecipient'), undefined],
  ] as const
  return (
    <details open={isWide || countFilters(address, words) > 0} className="group">
      <summary className="mb-3 cursor-pointer font-medium md:hidden">{t('oversight.filters')}</summary>
      <form
        role="search"
        aria-label={t('oversight.filters')}
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          onWords(typed)
        }}
      >
        {fields.map(([name, label, description]) => (
          <TextField
            key={name}
            label={label}
            description={description}
            maxLength={120}
            value={typed[name]}
            onChange={(text) => setTyped({ ...typed, [name]: text })}
            onBlur={() => {
              if (typed[name] !== words[name]) onWords(typed)
            }}
          />
        ))}
        <div className="grid grid-cols-2 gap-2 md:grid-cols-1">
          <DateField
            label={t('oversight.from')}
            today={today}
            value={address.from ?? null}
            onChange={(day) => set('from', day)}
          />
          <DateField
            label={t('oversight.until')}
            today={today}
            value={address.to ?? null}
            onChange={(day) => set('to', day)}
          />
        </div>
        <Select
          label={t('oversight.filterVerb')}
          placeholder=""
          options={[
            { id: any, label: t('oversight.anyVerb') },
            ...verb.options.map((id) => ({ id, label: t(`oversight.verb.${id}`) })),
          ]}
          value={address.verb ?? any}
          onChange={(id) => set('verb', id === any ? null : id)}
        />
        <Select
          label={t('oversight.filterType')}
          placeholder=""
          options={withAny(t('oversight.anyType'), types)}
          value={types.some(({ id }) => id === address.type) ? (address.type ?? any) : any}
          onChange={(id) => set('type', id === any ? null : id)}
        />
        <Select
          label={t('oversight.filterPurpose')}
          placeholder=""
          options={withAny(t('oversight.anyPurpose'), purposes)}
          value={purposes.some(({ id }) => id === address.purpose) ? (address.purpose ?? any) : any}
          onChange={(id) => set('purpose', id === any ? null : id)}
        />
        <Checkbox
          isSelected={address.scope === 'everything'}
          onChange={(isOn) => set('scope', isOn ? 'everything' : null)}
        >
          {t('oversight.everything')}
        </Checkbox>
        <div className="flex flex-wrap gap-2">
          <Button type="submit" size="small">
            {t('oversight.search')}
          </Button>
          {countFilters(address, words) > 0 && (
            <Button
              size="small"
              onPress={() => {
                setTyped(noWords)
                onWords(noWords)
                onAddress({})
              }}
            >
              {t('oversight.clear')}
            </Button>
          )}
        </div>
      </form>
    </details>
  )
}
