import { type Hold, holdKind, type ReturnsOf, type getKeeping } from '@getuige/contract'
import { RadioGroup, TextArea, TextField } from '@getuige/ui'
import { type ReactNode, useState } from 'react'
import { say, t } from '../messages/translate.ts'
import { findReasonProblem } from './reason-problem.ts'

type HoldDraft = Readonly<{
  /** Null for as long as something is missing. */
  hold: Pick<Hold, 'kind' | 'number' | 'reason'> | null
  fields: (wasTried: boolean) => ReactNode
}>

/** The words of a hold as they are typed. `known` are the kinds that the law knows; undefined while they are asked for. */
export function useHoldDraft(known: ReturnsOf<typeof getKeeping>['holdKinds'] | undefined): HoldDraft {
  const [chosen, setChosen] = useState<Hold['kind'] | null>(null)
  const [number, setNumber] = useState('')
  const [reason, setReason] = useState('')
  const kinds = holdKind.options.flatMap((id) => {
    const one = known?.find((each) => each.id === id)
    return one === undefined ? [] : [{ id, label: say(one.label) }]
  })
  const kind = chosen ?? kinds[0]?.id
  const numberProblem = number.trim() === '' ? t('recordings.numberMissing') : null
  const reasonProblem = findReasonProblem(reason)
  const isReady = kind !== undefined && numberProblem === null && reasonProblem === null
  return {
    hold: isReady ? { kind, number: number.trim(), reason: reason.trim() } : null,
    fields: (wasTried) => (
      <>
        {kind !== undefined && (
          <RadioGroup
            label={t('recordings.holdKind')}
            isRow
            options={kinds}
            value={kind}
            onChange={(id) => setChosen(holdKind.options.find((one) => one === id) ?? kind)}
          />
        )}
        <TextField
          label={t('recordings.holdNumber')}
          isMono
          autoFocus
          maxLength={120}
          value={number}
          onChange={setNumber}
          error={wasTried ? numberProblem : null}
        />
        <TextArea
          label={t('recordings.reason')}
          maxLength={2000}
          value={reason}
          onChange={setReason}
          error={wasTried && reasonProblem !== null ? t(reasonProblem) : null}
        />
      </>
    ),
  }
}
