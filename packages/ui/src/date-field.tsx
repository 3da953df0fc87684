import { type CalendarDate, parseDate } from '@internationalized/date'
import { type ReactNode, useState } from 'react'
import { Button } from 'react-aria-components/Button'
import {
  Calendar,
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
  CalendarHeading,
} from 'react-aria-components/Calendar'
import { DateInput, DatePicker, DateSegment } from 'react-aria-components/DatePicker'
import { Dialog } from 'react-aria-components/Dialog'
import { Group } from 'react-aria-components/Group'
import { Popover } from 'react-aria-components/Popover'
import { classNames } from './class-names.ts'
import { FieldLabel, FieldWords } from './field.tsx'

export type DateFieldProps = {
  label: ReactNode
  /** A calendar day `YYYY-MM-DD`; null when none is chosen. */
  value: string | null
  onChange: (day: string | null) => void
  /** The day it is where the work is done, which need not be the day it is in this browser. */
  today: string
  description?: ReactNode
  /** What is wrong with the day; null or absent when nothing is. */
  error?: string | null
  className?: string
}

/** A year still being typed is a year long gone: it is not handed on. */
const firstYear = 1900

const arrow =
  'flex size-8 cursor-pointer items-center justify-center rounded text-ink-2 hover:bg-sunken hover:text-ink ' +
  'data-disabled:cursor-default data-disabled:opacity-40'

/** A calendar day: typed part by part in the order of the reader's language, or picked from a month. */
export function DateField({ label, value, onChange, today, description, error = null, className }: DateFieldProps) {
  const given = readDay(value)
  const [typed, setTyped] = useState(given)
  const [known, setKnown] = useState(value)
  if (known !== value) {
    setKnown(value)
    setTyped(given)
  }
  return (
    <DatePicker
      value={typed}
      placeholderValue={readDay(today)}
      onChange={(day: CalendarDate | null) => {
        setTyped(day)
        if (day !== null && day.year < firstYear) return
        const next = day === null ? null : day.toString()
        setKnown(next)
        if (next !== value) onChange(next)
      }}
      shouldForceLeadingZeros
      isInvalid={error !== null}
      validationBehavior="aria"
      className={className ?? ''}
    >
      <FieldLabel>{label}</FieldLabel>
      <Group className="flex min-h-9 w-full items-center rounded border border-edge bg-panel text-base focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent data-invalid:border-loss max-sm:min-h-11 max-sm:text-lg">
        <DateInput className="flex min-w-0 flex-1 items-center px-2 py-1.5 whitespace-nowrap">
          {(segment) => (
            <DateSegment
              segment={segment}
              className={
                'rounded-sm px-px outline-none data-placeholder:text-ink-3 ' +
                'data-focused:bg-accent-solid data-focused:text-on-solid data-[type=literal]:px-0 data-[type=literal]:text-ink-3'
              }
            />
          )}
        </DateInput>
        <Button className="flex w-9 cursor-pointer items-center justify-center self-stretch rounded text-ink-2 outline-offset-[-3px] hover:text-ink max-sm:w-11">
          <svg viewBox="0 0 16 16" aria-hidden="true" className="size-4">
            <path
              d="M2.5 3.5h11v10h-11zM2.5 6.5h11M5.5 1.5v3M10.5 1.5v3"
              fill="none"
              stroke="currentColor"
              strokeWidth="1.2"
            />
          </svg>
        </Button>
      </Group>
      <FieldWords description={description} error={error} />
      <Popover offset={2} className="rounded border border-edge bg-panel p-3 text-ink shadow-float">
        <Dialog className="outline-none">
          <Calendar>
            <header className="mb-1 flex items-center gap-1">
              <Button slot="previous" className={arrow}>
                <Chevron d="M10 3 5 8l5 5" />
              </Button>
              <CalendarHeading className="flex-1 text-center font-medium first-letter:uppercase" />
              <Button slot="next" className={arrow}>
                <Chevron d="m6 3 5 5-5 5" />
              </Button>
            </header>
            <CalendarGrid weekdayStyle="short" className="border-collapse">
              <CalendarGridHeader>
                {(day) => (
                  <CalendarHeaderCell className="h-7 w-9 text-xs font-medium text-ink-3">{day}</CalendarHeaderCell>
                )}
              </CalendarGridHeader>
              <CalendarGridBody>
                {(date) => (
                  <CalendarCell
                    date={date}
                    className={classNames(
                      'flex size-9 cursor-pointer items-center justify-center rounded hover:bg-sunken',
                      'data-outside-month:hidden data-selected:bg-accent-solid data-selected:text-on-solid',
                      'data-focus-visible:outline-2 data-focus-visible:-outline-offset-2 data-focus-visible:outline-accent',
                      'data-selected:data-focus-visible:outline-offset-2',
                      date.toString() === today && 'font-semibold underline underline-offset-4',
                    )}
                  />
                )}
              </CalendarGridBody>
            </CalendarGrid>
          </Calendar>
        </Dialog>
      </Popover>
    </DatePicker>
  )
}

function Chevron({ d }: { d: string }) {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true" className="size-4">
      <path d={d} fill="none" stroke="currentColor" strokeWidth="1.6" />
    </svg>
  )
}

function readDay(day: string | null): CalendarDate | null {
  if (day === null) return null
  try {
    return parseDate(day)
  } catch {
    // An address can name a day that is none, such as 31 February.
    return null
  }
}
