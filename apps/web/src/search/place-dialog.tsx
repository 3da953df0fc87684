import { TextField } from '@getuige/ui'
import { useState } from 'react'
import { FormDialog } from '../app/form-dialog.tsx'
import { t } from '../messages/translate.ts'
import type { MapRectangle } from '../together/map-shapes.ts'
import { MapView } from '../together/map-view.tsx'
import { findPlaceProblems, readDegrees, readPlace, writePlace } from './place.ts'

const sides = ['west', 'east', 'south', 'north'] as const
type Typed = Readonly<Record<(typeof sides)[number], string>>
const nothing: Typed = { west: '', south: '', east: '', north: '' }

function toTyped(place: MapRectangle | null): Typed {
  if (place === null) return nothing
  const { west, south, east, north } = place
  return { west: `${west}`, south: `${south}`, east: `${east}`, north: `${north}` }
}

/** A rectangle, drawn on a map or typed as four bounds: each shows the other. */
export function PlaceDialog({
  place,
  onUse,
  onClose,
}: {
  place: string | undefined
  onUse: (place: string) => void
  onClose: () => void
}) {
  const [typed, setTyped] = useState<Typed>(() => toTyped(readPlace(place)))
  const degrees = {
    west: readDegrees(typed.west),
    south: readDegrees(typed.south),
    east: readDegrees(typed.east),
    north: readDegrees(typed.north),
  }
  const problems = findPlaceProblems(degrees)
  const [first] = useState(() => readPlace(place) ?? undefined)

  return (
    <FormDialog
      title={t('search.placeTitle')}
      size="large"
      actLabel={t('search.placeUse')}
      isWrong={problems !== null}
      isPending={false}
      error={null}
      onSubmit={() => {
        onUse(writePlace(degrees))
        onClose()
      }}
      onClose={onClose}
    >
      {(wasTried) => (
        <>
          <p className="max-w-prose text-ink-2">{t('search.placeBody')}</p>
          <MapView
            label={t('search.placeMap')}
            {...(first === undefined ? {} : { bounds: first })}
            rectangle={problems === null ? degrees : null}
            onRectangle={(rectangle) => setTyped(toTyped(rectangle))}
            className="h-[min(24rem,40dvh)]"
          />
          <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
            {sides.map((side) => {
              const problem = problems?.[side]
              return (
                <TextField
                  key={side}
                  label={t(`search.${side}`)}
                  isMono
                  inputMode="decimal"
                  maxLength={14}
                  value={typed[side]}
                  onChange={(text) => setTyped({ ...typed, [side]: text })}
                  error={wasTried && problem !== undefined ? t(`search.${problem}`) : null}
                />
              )
            })}
          </div>
        </>
      )}
    </FormDialog>
  )
}
