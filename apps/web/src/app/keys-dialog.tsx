import { Checkbox, Dialog, Kbd } from '@getuige/ui'
import { t } from '../messages/translate.ts'
import { isMac, useAllKeys, useKeysAreOn } from './keys.ts'

const written: Readonly<Record<string, string>> = {
  Shift: '⇧',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Mod: isMac ? '⌘' : 'Ctrl',
  Escape: 'Esc',
}

export function KeyNames({ of }: { of: string }) {
  return (
    <span className="flex gap-1">
      {(of.length === 1 ? [of] : of.split(/[ +]/)).map((key) => (
        <Kbd key={key}>
          {written[key] ??
            (key.length === 1 ? key.toUpperCase() : t(key === 'Space' ? 'app.keys.space' : 'app.keys.enter'))}
        </Kbd>
      ))}
    </span>
  )
}

/** Every key that works on this screen. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
  const keys = useAllKeys().filter((binding) => binding.label !== '')
  // What belongs to this screen comes before what works everywhere.
  const groups = [...Map.groupBy(keys, ({ group }) => group ?? '')].toSorted(
    ([a], [b]) => Number(a === '') - Number(b === ''),
  )
  const [areOn, setAreOn] = useKeysAreOn()
  return (
    <Dialog title={t('app.keys.title')} size="large" isOpen onClose={onClose} closeLabel={t('app.close')}>
      {groups.map(([group, its]) => (
        <section key={group} className="mb-4">
          {group !== '' && <h3 className="mb-1.5 font-medium text-ink-2">{group}</h3>}
          <dl className="gap-x-8 sm:columns-2 lg:columns-3">
            {its.map((binding) => (
              <div
                key={`${binding.key}${binding.label}`}
                className="flex break-inside-avoid items-center gap-3 py-0.75"
              >
                <dt className="w-20 shrink-0">
                  <KeyNames of={binding.key} />
                </dt>
                <dd className="min-w-0">{binding.label}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <Checkbox isSelected={areOn} onChange={setAreOn}>
        {t('app.keys.areOn')}
      </Checkbox>
    </Dialog>
  )
}
