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
  const groups = Map.groupBy(keys, ({ group }) => group ?? '')
  const [areOn, setAreOn] = useKeysAreOn()
  return (
    <Dialog title={t('app.keys.title')} isOpen onClose={onClose} closeLabel={t('app.close')}>
      {[...groups].map(([group, its]) => (
        <section key={group} aria-label={group} className="mb-4">
          {group !== '' && <h3 className="mb-1.5 font-medium text-ink-2">{group}</h3>}
          <dl className="grid grid-cols-1 gap-x-8 gap-y-1.5 sm:grid-cols-2">
            {its.map((binding) => (
              <div key={`${binding.key}${binding.label}`} className="flex items-center gap-3">
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
