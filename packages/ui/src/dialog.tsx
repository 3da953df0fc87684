import type { ReactNode } from 'react'
import { Dialog as AriaDialog } from 'react-aria-components/Dialog'
import { Heading } from 'react-aria-components/Heading'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { Button } from './button.tsx'
import { classNames } from './class-names.ts'

export type DialogProps = {
  title: ReactNode
  isOpen: boolean
  onClose: () => void
  /** Name of the button in the corner that closes it. */
  closeLabel: string
  children: ReactNode
  /** The buttons at the foot, the act last. */
  actions?: ReactNode
  size?: 'small' | 'medium' | 'large'
  /** Asks before something that cannot be taken back: a click outside does not close it. */
  isAlert?: boolean
}

const widths = { small: 'max-w-md', medium: 'max-w-xl', large: 'max-w-4xl' }

export function Dialog({
  title,
  isOpen,
  onClose,
  closeLabel,
  children,
  actions,
  size = 'medium',
  isAlert = false,
}: DialogProps) {
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      isDismissable={!isAlert}
      className="fixed inset-0 z-40 flex items-start justify-center overflow-y-auto bg-scrim p-4 sm:pt-[10vh]"
    >
      <Modal className={classNames('w-full', widths[size])}>
        <AriaDialog
          role={isAlert ? 'alertdialog' : 'dialog'}
          className="flex max-h-[80dvh] flex-col rounded border border-line bg-panel text-ink shadow-float outline-none"
        >
          <header className="flex items-start gap-3 border-b border-line px-4 py-3">
            <Heading slot="title" level={2} className="min-w-0 flex-1 text-lg font-semibold">
              {title}
            </Heading>
            <Button variant="plain" size="small" aria-label={closeLabel} onPress={onClose}>
              <span aria-hidden="true">✕</span>
            </Button>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto p-4">{children}</div>
          {actions !== undefined && (
            <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-4 py-3">{actions}</footer>
          )}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}
