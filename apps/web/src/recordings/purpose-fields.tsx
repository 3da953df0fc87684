import type { PurposeChoice } from '@getuige/contract'
import { RadioGroup, TextArea, TextField } from '@getuige/ui'
import { useState } from 'react'
import { sayPermission } from '../app/permission.ts'
import { type MessageKey, say, t } from '../messages/translate.ts'
import { findReasonProblem } from './reason-problem.ts'

/** What a person must say before a viewing or a disclosure, and what is still wrong with it. */
export function usePurpose(purposes: readonly PurposeChoice[], act: 'view' | 'export') {
  const serving = purposes.flatMap((purpose) => {
    const permission = purpose.may[act]
    return permission === null ? [] : [{ ...purpose, permission }]
  })
  const allowed = serving.filter((purpose) => purpose.permission.allowed)
  // With one purpose open there is nothing to choose.
  const [chosenId, setChosenId] = useState<string | null>(allowed.length === 1 ? (allowed[0]?.id ?? null) : null)
  const [reference, setReference] = useState('')
  const [reason, setReason] = useState('')
  const chosen = allowed.find((purpose) => purpose.id === chosenId)
  const problems: { purpose: MessageKey | null; reference: MessageKey | null; reason: MessageKey | null } = {
    purpose: chosen === undefined ? 'recordings.purposeMissing' : null,
    reference: chosen?.asksReference === true && reference.trim() === '' ? 'recordings.referenceMissing' : null,
    reason: findReasonProblem(reason),
  }
  return {
    serving,
    chosen,
    /** Told, not refused. */
    isReferenceUnusual:
      chosen?.asksReference === true && reference.trim() !== '' && !matches(chosen.referencePattern, reference.trim()),
    setChosenId,
    reference,
    setReference,
    reason,
    setReason,
    problems,
    isComplete: Object.values(problems).every((problem) => problem === null),
    /** As the acts of the contract take it. */
    body: {
      purpose: chosen?.id ?? '',
      reference: chosen?.asksReference === true ? reference.trim() : null,
      reason: reason.trim(),
    },
  }
}

function matches(pattern: string | null, reference: string): boolean {
  return pattern === null || new RegExp(pattern, 'u').test(reference)
}

export type PurposeState = ReturnType<typeof usePurpose>

/** Purposes (those closed to this person stay in the list, with why), number, and reason; the legal basis is shown. */
export function PurposeFields({
  state,
  showProblems,
  reasonHint,
}: {
  state: PurposeState
  showProblems: boolean
  reasonHint: string
}) {
  const words = (problem: MessageKey | null) => (showProblems && problem !== null ? t(problem) : null)
  return (
    <>
      <RadioGroup
        label={t('recordings.purpose')}
        options={state.serving.map((purpose) => ({
          id: purpose.id,
          label: say(purpose.label),
          description: t('recordings.legalBasisIs', { basis: say(purpose.legalBasis) }),
          refusal: sayPermission(purpose.permission),
        }))}
        value={state.chosen?.id ?? null}
        onChange={state.setChosenId}
        error={words(state.problems.purpose)}
      />
      {state.chosen?.asksReference === true && (
        <TextField
          label={t('recordings.reference')}
          description={state.isReferenceUnusual ? t('recordings.referenceUnusual') : t('recordings.referenceHint')}
          isMono
          maxLength={120}
          value={state.reference}
          onChange={state.setReference}
          error={words(state.problems.reference)}
        />
      )}
      <TextArea
        label={t('recordings.reason')}
        description={reasonHint}
        rows={2}
        maxLength={2000}
        value={state.reason}
        onChange={state.setReason}
        error={words(state.problems.reason)}
      />
    </>
  )
}
