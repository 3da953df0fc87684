import { Button } from '@getuige/ui'
import { formatNumber } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { asRecorded, isAdjusted, type PictureView, turnRight } from './picture-view.ts'

const bounds = {
  brightness: { least: 0.3, most: 3 },
  contrast: { least: 0.3, most: 3 },
  gamma: { least: 0.3, most: 3 },
} as const

/** Light for whoever looks now: nothing of it is kept, or comes into a clip or an export. */
export function AdjustPanel({
  view,
  onView,
}: {
  view: PictureView
  onView: (change: (view: PictureView) => PictureView) => void
}) {
  return (
    <section
      aria-label={t('player.adjust')}
      className="flex flex-wrap items-end gap-x-5 gap-y-2 rounded bg-sunken px-3 py-2"
    >
      {(['brightness', 'contrast', 'gamma'] as const).map((name) => (
        <label key={name} className="flex min-w-36 flex-1 flex-col text-sm">
          <span className="flex justify-between gap-2">
            {t(`player.${name}`)} <span className="font-mono">{formatNumber(view[name], 2)}</span>
          </span>
          <input
            type="range"
            min={Math.log(bounds[name].least)}
            max={Math.log(bounds[name].most)}
            step={0.02}
            value={Math.log(view[name])}
            aria-valuetext={formatNumber(view[name], 2)}
            onChange={(event) => {
              const value = Number(event.target.value)
              // A little of the way to either side is none.
              onView((now) => ({ ...now, [name]: Math.abs(value) < 0.015 ? 1 : Math.exp(value) }))
            }}
            className="h-7 cursor-pointer accent-accent pointer-coarse:h-11"
          />
        </label>
      ))}
      <span className="flex gap-2">
        <Button size="small" className="pointer-coarse:min-h-11" onPress={() => onView(turnRight)}>
          {t('player.turn')}
        </Button>
        <Button
          size="small"
          className="pointer-coarse:min-h-11"
          isDisabled={!isAdjusted(view)}
          onPress={() => onView(({ scale, x, y }) => ({ ...asRecorded, scale, x, y }))}
        >
          {t('player.adjustReset')}
        </Button>
      </span>
      <p className="w-full text-sm text-ink-2">{t('player.adjustBody')}</p>
    </section>
  )
}
