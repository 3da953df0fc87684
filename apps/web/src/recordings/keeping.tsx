import type { Hold, Recording } from '@getuige/contract'
import { Button, State } from '@getuige/ui'
import { useEffect, useMemo, useRef, useState } from 'react'
import { type KeyBinding, useKeys } from '../app/keys.ts'
import { sayPermission } from '../app/permission.ts'
import { formatDay } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { ExportDialog } from './export-dialog.tsx'
import { HoldDialog, LiftHoldDialog } from './hold-dialog.tsx'
import { KeptUntilWhole } from './kept-until.tsx'
import { sayHeldFor } from './standing.ts'

type Open = 'hold' | 'export' | Hold | null

/** Until when and why, the holds in force, and what can be done about it. A refused act stays in place and says why. */
export function Keeping({ recording }: { recording: Recording }) {
  const { keptUntil, may } = recording
  const [open, setOpen] = useState<Open>(null)
  const close = () => setOpen(null)
  // The button that lifted a hold goes with it; whoever stood on it stays beside what it changed.
  const section = useRef<HTMLElement>(null)
  const holdCount = keptUntil.holds.length
  const countBefore = useRef(holdCount)
  useEffect(() => {
    if (holdCount < countBefore.current && document.activeElement === document.body) section.current?.focus()
    countBefore.current = holdCount
  }, [holdCount])
  const mayHold = may.placeHold.allowed
  const mayExport = may.export.allowed
  const keys = useMemo<readonly KeyBinding[]>(
    () => [
      ...(mayHold ? [{ key: 'h', label: t('recordings.keyHold'), run: () => setOpen('hold') }] : []),
      ...(mayExport ? [{ key: 'x', label: t('recordings.keyExport'), run: () => setOpen('export') }] : []),
    ],
    [mayHold, mayExport],
  )
  useKeys(keys)

  return (
    <section
      ref={section}
      tabIndex={-1}
      aria-label={t('app.nav.retention')}
      className="flex flex-col gap-3 rounded border border-line bg-panel p-4"
    >
      <KeptUntilWhole facts={keptUntil} hasRuleBeside />
      {keptUntil.holds.length > 0 && (
        <ul aria-label={t('recordings.holds')} className="flex flex-col gap-2 border-t border-line pt-3">
          {keptUntil.holds.map((hold) => (
            <li key={hold.id} className="flex items-start gap-2">
              <div className="min-w-0 flex-1">
                <State shape="diamond" tone="held">
                  <span className="font-medium">{t('recordings.heldFor', { for: sayHeldFor(hold) })}</span>
                </State>
                <p className="pl-4.5 text-sm text-ink-3">
                  {t('recordings.holdSince', { date: formatDay(hold.placedAt), who: hold.placedBy })}
                </p>
                <p className="pl-4.5 text-sm break-words text-ink-2">{t('recordings.quote', { text: hold.reason })}</p>
              </div>
              <Button
                size="small"
                aria-label={t('recordings.holdLiftLabel', { for: sayHeldFor(hold) })}
                refusal={sayPermission(may.liftHold)}
                onPress={() => setOpen(hold)}
              >
                {t('recordings.holdLift')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <div role="group" aria-label={t('recordings.acts')} className="flex flex-wrap gap-2 border-t border-line pt-3">
        <Button refusal={sayPermission(may.placeHold)} aria-keyshortcuts="h" onPress={() => setOpen('hold')}>
          {t('recordings.holdPlace')}
        </Button>
        <Button refusal={sayPermission(may.export)} aria-keyshortcuts="x" onPress={() => setOpen('export')}>
          {t('recordings.export')}
        </Button>
      </div>
      {open === 'hold' && <HoldDialog recordingId={recording.id} onClose={close} />}
      {open === 'export' && <ExportDialog recording={recording} onClose={close} />}
      {open !== null && typeof open === 'object' && <LiftHoldDialog hold={open} onClose={close} />}
    </section>
  )
}
