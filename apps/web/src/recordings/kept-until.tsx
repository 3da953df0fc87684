import type { KeptUntil as KeptUntilFacts } from '@getuige/contract'
import { Bar, classNames, State, Tag, type Tone } from '@getuige/ui'
import { useState } from 'react'
import { Button } from 'react-aria-components/Button'
import { Tooltip, TooltipTrigger } from 'react-aria-components/Tooltip'
import { formatDay } from '../messages/formats.ts'
import { say, t } from '../messages/translate.ts'
import { sayHolds } from './standing.ts'

/** The id of a rule with its hyphens joined, so that no line ends inside it. */
function unbroken(ruleId: string): string {
  return ruleId.replaceAll('-', '-\u2060')
}

/** The sentence that answers "why is this still here?". */
export function sayWhyKept(facts: KeptUntilFacts): string {
  const rule = unbroken(facts.rule.id)
  const date = formatDay(facts.dueOn)
  if (facts.because === 'erased')
    return t('recordings.whyErased', { date: formatDay(facts.erasedAt ?? facts.dueOn), rule })
  if (facts.because === 'period-over') return t('recordings.whyOver', { date, rule })
  if (facts.because === 'within-period') return t('recordings.whyWithin', { date, rule })
  if (facts.holds.length === 0) return t('recordings.whyHeldUnsaid', { date, rule })
  const params = { date, rule, for: sayHolds(facts.holds) }
  return facts.daysLeft < 0 ? t('recordings.whyHeldOver', params) : t('recordings.whyHeld', params)
}

/** Days left, or days since the period was over. */
export function sayDays(facts: KeptUntilFacts): string {
  return facts.daysLeft < 0 || facts.because === 'period-over'
    ? t('recordings.daysOver', { days: Math.abs(facts.daysLeft) })
    : t('recordings.daysLeft', { days: facts.daysLeft })
}

function toneOf(facts: KeptUntilFacts): Tone {
  if (facts.because === 'erased') return 'muted'
  if (facts.because === 'held') return 'held'
  if (facts.because === 'period-over') return 'loss'
  return 'accent'
}

/** What is left is a share that is, not a progress that moves. */
const meter = { role: 'meter' } as const

function DaysBar({ facts }: { facts: KeptUntilFacts }) {
  const share = facts.because === 'erased' ? 0 : facts.daysLeft < 0 ? 1 : facts.daysLeft / Math.max(1, facts.periodDays)
  return (
    <Bar
      {...meter}
      label={t('recordings.columnKept')}
      value={share}
      valueText={facts.because === 'erased' ? t('recordings.state.erased') : sayDays(facts)}
      tone={toneOf(facts)}
    />
  )
}

/** Until when, in a list: the date, the days as a thin bar, and the whole sentence on focus, pointer or touch. */
export function KeptUntil({
  facts,
  isInTabOrder = true,
  isCompact = false,
}: {
  facts: KeptUntilFacts
  isInTabOrder?: boolean
  /** The days are then in the bar and in the sentence only. */
  isCompact?: boolean
}) {
  const [isOpen, setIsOpen] = useState(false)
  const isErased = facts.because === 'erased'
  return (
    <TooltipTrigger isOpen={isOpen} onOpenChange={setIsOpen} delay={200} closeDelay={80} shouldCloseOnPress={false}>
      <Button
        excludeFromTabOrder={!isInTabOrder}
        onPress={() => setIsOpen(true)}
        className="block w-full cursor-help rounded-sm py-0.5 text-left leading-snug"
      >
        <span className="block whitespace-nowrap">
          {formatDay(isErased ? (facts.erasedAt ?? facts.dueOn) : facts.dueOn)}
        </span>
        {!isErased && (
          <span aria-hidden="true" className="my-0.5 block">
            <DaysBar facts={facts} />
          </span>
        )}
        <span className={isCompact ? 'sr-only' : 'block text-sm leading-tight text-ink-3'}>
          {isErased ? t('recordings.state.erased') : sayDays(facts)}
        </span>
      </Button>
      <Tooltip
        offset={6}
        UNSTABLE_portalContainer={document.querySelector('main') ?? document.body}
        className="z-50 max-w-80 rounded bg-ink px-2.5 py-1.5 text-sm text-pretty text-ground shadow-float"
      >
        <span className="block">{sayWhyKept(facts)}</span>
        <span className="mt-1 block opacity-80">
          {t('recordings.ruleIs', { rule: facts.rule.id, label: say(facts.rule.label) })}
        </span>
      </Tooltip>
    </TooltipTrigger>
  )
}

/** The same on the page of one recording: everything in sight, and the rule with where it comes from unless that stands beside it. */
export function KeptUntilWhole({
  facts,
  hasRuleBeside = false,
  className,
}: {
  facts: KeptUntilFacts
  hasRuleBeside?: boolean
  className?: string
}) {
  const date = formatDay(facts.dueOn)
  return (
    <div className={classNames('flex flex-col gap-1.5', className)}>
      <p className="flex flex-wrap items-baseline justify-between gap-x-3">
        <span className="text-lg font-semibold">
          {facts.because === 'erased' && t('recordings.keptErased', { date: formatDay(facts.erasedAt ?? facts.dueOn) })}
          {facts.because === 'period-over' && t('recordings.keptOver', { date })}
          {facts.because === 'within-period' && t('recordings.keptUntil', { date })}
          {facts.because === 'held' && (
            <State shape="diamond" tone="held">
              {t('recordings.state.held')}
            </State>
          )}
        </span>
        {facts.because !== 'erased' && (
          <span className="text-ink-2">
            {facts.because === 'held' ? t('recordings.heldDays', { days: sayDays(facts) }) : sayDays(facts)}
          </span>
        )}
      </p>
      <DaysBar facts={facts} />
      <p className="text-pretty text-ink-2">{sayWhyKept(facts)}</p>
      {!hasRuleBeside && (
        <p className="text-sm text-pretty text-ink-3">
          {t('recordings.ruleIs', { rule: facts.rule.id, label: say(facts.rule.label) })}{' '}
          {t('recordings.ruleSourceIs', { source: say(facts.rule.source) })}
        </p>
      )}
      {!hasRuleBeside && facts.rule.status === 'draft' && (
        <p className="text-sm text-ink-3">
          <Tag>{t('recordings.draft')}</Tag> {t('recordings.draftWhy')}
        </p>
      )}
    </div>
  )
}
