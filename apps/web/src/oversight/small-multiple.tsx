import type { getOversight, ReturnsOf } from '@getuige/contract'
import { formatDay } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'

export type PurposeWeeks = ReturnsOf<typeof getOversight>['purposes'][number]

const [width, height, gap] = [240, 56, 3]

/** A bar a week, all at one scale; behind them the band in which a count swings by chance. Numbers stand beside it. */
export function SmallMultiple({ name, of, most }: { name: string; of: PurposeWeeks; most: number }) {
  const { isUnusual, usual, weeks } = of
  const barWidth = width / Math.max(1, weeks.length) - gap
  const y = (count: number) => height - (count / Math.max(1, most)) * height
  const last = weeks.at(-2)
  const now = weeks.at(-1)
  const totalOf = (week: (typeof weeks)[number] | undefined) => (week?.viewings ?? 0) + (week?.disclosures ?? 0)
  const said = weeks.map((week) => `${formatDay(week.begins, 'short')}: ${totalOf(week)}`).join(', ')
  return (
    <figure className="flex min-w-0 flex-col gap-1">
      <figcaption className="font-medium text-balance">{name}</figcaption>
      <svg
        viewBox={`0 0 ${width} ${height + 1}`}
        role="img"
        aria-label={`${name}. ${said}`}
        className="h-16 w-full"
        preserveAspectRatio="none"
      >
        <rect x="0" width={width} y={y(usual.to)} height={y(usual.from) - y(usual.to)} className="fill-sunken" />
        <line x1="0" x2={width} y1={height} y2={height} className="stroke-edge" strokeWidth="1" />
        {weeks.map((week, i) => {
          const x = i * (barWidth + gap)
          const isNow = i === weeks.length - 1
          return (
            <g key={week.begins} opacity={isNow ? 0.45 : 1}>
              <rect
                x={x}
                width={barWidth}
                y={y(week.viewings)}
                height={height - y(week.viewings)}
                className="fill-accent"
              />
              <rect
                x={x}
                width={barWidth}
                y={y(week.viewings + week.disclosures)}
                height={y(week.viewings) - y(week.viewings + week.disclosures)}
                className="fill-held"
              />
            </g>
          )
        })}
      </svg>
      <p className="text-sm text-ink-3">
        {t('oversight.usual', { last: totalOf(last), from: usual.from, to: usual.to, now: totalOf(now) })}
        {isUnusual && <strong className="block font-medium text-ink">{t('oversight.unusual')}</strong>}
      </p>
    </figure>
  )
}
