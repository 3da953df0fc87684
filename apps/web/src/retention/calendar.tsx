import { classNames } from '@getuige/ui'
import { formatDay, formatMonth, formatNumber, formatWeekday } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { type CalendarDay, type CalendarMonth, monthsOf } from './months.ts'

/** A Monday and the six days after it, for the names of the week. */
const aWeek = Array.from({ length: 7 }, (_, day) => `2024-01-0${day + 1}`)

const shades = ['', 'calendar-1', 'calendar-2', 'calendar-3', 'calendar-4'] as const

/** Coming erasures: a grid a month, each day shaded by how many recordings go, and the number in it. */
export function ErasureCalendar({
  erasures,
  today,
  chosen,
  onChoose,
}: {
  erasures: readonly CalendarDay[]
  today: string
  chosen: string | null
  onChoose: (day: string) => void
}) {
  const months = monthsOf(erasures, today)
  const most = Math.max(1, ...erasures.map((day) => day.recordings))
  return (
    <div>
      <div className="flex flex-wrap items-start gap-x-8 gap-y-5">
        {months.map((month) => (
          <MonthGrid key={month.month} month={month} today={today} most={most} chosen={chosen} onChoose={onChoose} />
        ))}
      </div>
      <p className="mt-4 flex items-center gap-1.5 text-sm text-ink-3" aria-hidden="true">
        {t('retention.less')}
        {shades.map((shade) => (
          <span key={shade} className={classNames('size-3.5 rounded-sm border border-line', shade)} />
        ))}
        {t('retention.more')}
      </p>
    </div>
  )
}

function shadeOf(recordings: number, most: number): string {
  return recordings === 0 ? '' : (shades[Math.ceil((recordings / most) * 4)] ?? '')
}

function MonthGrid({
  month,
  today,
  most,
  chosen,
  onChoose,
}: {
  month: CalendarMonth
  today: string
  most: number
  chosen: string | null
  onChoose: (day: string) => void
}) {
  return (
    <table className="border-separate border-spacing-0.5">
      <caption className="mb-1 text-left">
        <span className="font-medium">{formatMonth(month.month)}</span>{' '}
        <span className="text-sm text-ink-3">{t('retention.calendarMonth', { count: month.recordings })}</span>
      </caption>
      <thead>
        <tr>
          {aWeek.map((day) => (
            <th key={day} scope="col" className="text-xs font-normal text-ink-3">
              {formatWeekday(day)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {month.weeks.map((week, row) => (
          <tr key={row}>
            {week.map((day, column) =>
              day === null ? (
                <td key={column} />
              ) : (
                <td
                  key={column}
                  title={t('retention.calendarDay', { date: formatDay(day.on, 'long'), count: day.recordings })}
                  {...(day.on === today ? { 'aria-current': 'date' as const } : {})}
                  className={classNames(
                    'relative size-10 rounded-sm border border-line text-center align-middle',
                    day.on === today && 'outline-2 -outline-offset-2 outline-accent',
                    day.on < today && 'border-transparent bg-ground text-ink-3',
                    shadeOf(day.recordings, most),
                  )}
                >
                  <span aria-hidden="true" className="absolute top-0.5 left-1 text-[0.625rem]">
                    {Number(day.on.slice(8))}
                  </span>
                  <span aria-hidden="true" className="block pt-2 font-semibold">
                    {day.recordings > 0 && formatNumber(day.recordings)}
                  </span>
                  {day.recordings > 0 ? (
                    <button
                      type="button"
                      aria-pressed={day.on === chosen}
                      aria-label={t('retention.calendarDay', { date: formatDay(day.on), count: day.recordings })}
                      onClick={() => onChoose(day.on)}
                      className={classNames(
                        'absolute inset-0 cursor-pointer rounded-sm outline-offset-1 hover:outline-2 hover:outline-edge',
                        'focus-visible:outline-2 focus-visible:outline-accent',
                        day.on === chosen && 'outline-2 outline-accent',
                      )}
                    />
                  ) : (
                    <span className="sr-only">
                      {t('retention.calendarDay', { date: formatDay(day.on), count: day.recordings })}
                    </span>
                  )}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
