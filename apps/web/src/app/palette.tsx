import { useState } from 'react'
import { Autocomplete } from 'react-aria-components/Autocomplete'
import { Dialog } from 'react-aria-components/Dialog'
import { Input } from 'react-aria-components/Input'
import { Menu, MenuItem } from 'react-aria-components/Menu'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { SearchField } from 'react-aria-components/SearchField'
import { t } from '../messages/translate.ts'
import { useAllKeys } from './keys.ts'
import { KeyNames } from './keys-dialog.tsx'

function plain(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
}

/** Every screen and every act of the screen, found by a few letters. */
export function Palette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('')
  const acts = useAllKeys().filter((binding) => binding.label !== '' && binding.key !== 'Mod+k')
  return (
    <ModalOverlay
      isOpen
      isDismissable
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose()
      }}
      className="fixed inset-0 z-40 flex items-start justify-center bg-scrim p-4 sm:pt-[12vh]"
    >
      <Modal className="w-full max-w-lg">
        <Dialog
          aria-label={t('app.palette.open')}
          className="rounded border border-line bg-panel shadow-float outline-none"
        >
          <Autocomplete
            inputValue={text}
            onInputChange={setText}
            filter={(label, typed) => plain(label).includes(plain(typed))}
          >
            <SearchField aria-label={t('app.palette.placeholder')} autoFocus className="border-b border-line">
              <Input
                placeholder={t('app.palette.placeholder')}
                className="w-full bg-transparent px-4 py-3 text-lg outline-none placeholder:text-ink-3 [&::-webkit-search-cancel-button]:hidden"
              />
            </SearchField>
            <Menu
              aria-label={t('app.palette.open')}
              className="max-h-80 overflow-y-auto py-1 outline-none"
              renderEmptyState={() => <p className="px-4 py-2 text-ink-3">{t('app.palette.nothing')}</p>}
            >
              {acts.map((act) => (
                <MenuItem
                  key={`${act.key}${act.label}`}
                  id={`${act.key}${act.label}`}
                  textValue={act.label}
                  onAction={() => {
                    onClose()
                    act.run()
                  }}
                  className="flex cursor-pointer items-center gap-3 px-4 py-1.5 outline-none data-focused:bg-accent-soft"
                >
                  <span className="min-w-0 flex-1">{act.label}</span>
                  <KeyNames of={act.key} />
                </MenuItem>
              ))}
            </Menu>
          </Autocomplete>
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
