import type { EncryptFor } from '@getuige/contract'
import { RadioGroup, TextField } from '@getuige/ui'
import { useState } from 'react'
import { RefusalError } from '../api/index.ts'
import { sayRefusal } from '../app/faces.tsx'
import { type MessageKey, t } from '../messages/translate.ts'
import { CertificateField, type ChosenCertificate } from './certificate-field.tsx'

const kinds = ['none', 'age', 'certificate'] as const
export type SealKind = (typeof kinds)[number]

/** Refusals that are about one of these fields. */
const aboutAge: readonly string[] = ['export/age-recipient-wrong']
const aboutCertificate: readonly string[] = [
  'export/certificate-not-in-force',
  'export/certificate-unreadable',
  'export/certificate-unsuited',
]

/** Whose key alone opens the package, and what is still wrong with it. */
export function useSeal() {
  const [kind, setKind] = useState<SealKind>('none')
  const [ageRecipient, setAgeRecipient] = useState('')
  const [certificate, setCertificate] = useState<ChosenCertificate | null>(null)
  const problem: MessageKey | null =
    kind === 'age' && ageRecipient.trim() === ''
      ? 'recordings.ageRecipientMissing'
      : kind === 'certificate' && certificate === null
        ? 'recordings.certificateMissing'
        : null
  const encryptFor: EncryptFor | undefined =
    kind === 'age'
      ? { kind, recipient: ageRecipient.trim() }
      : kind === 'certificate'
        ? { kind, certificate: certificate?.certificate ?? '' }
        : undefined
  return { kind, setKind, ageRecipient, setAgeRecipient, certificate, setCertificate, problem, encryptFor }
}

export type SealState = ReturnType<typeof useSeal>

/** Whether a refusal stands beside one of these fields, so that it need not be said twice. */
export function isAboutSeal(error: unknown): boolean {
  return error instanceof RefusalError && [...aboutAge, ...aboutCertificate].includes(error.code)
}

/** Who can open the package: everybody who has it, or one recipient. `refusal` is what the server said of it. */
export function SealFields({
  state,
  showProblems,
  refusal,
}: {
  state: SealState
  showProblems: boolean
  refusal: unknown
}) {
  const problem = showProblems && state.problem !== null ? t(state.problem) : null
  const refusalOf = (codes: readonly string[]) =>
    refusal instanceof RefusalError && codes.includes(refusal.code) ? sayRefusal(refusal) : null
  return (
    <>
      <RadioGroup
        label={t('recordings.sealFor')}
        options={kinds.map((kind) => ({
          id: kind,
          label: t(`recordings.seal.${kind}`),
          description: t(`recordings.sealWhat.${kind}`),
        }))}
        value={state.kind}
        onChange={(id) => {
          const kind = kinds.find((one) => one === id)
          if (kind !== undefined) state.setKind(kind)
        }}
      />
      {state.kind === 'age' && (
        <TextField
          label={t('recordings.ageRecipient')}
          description={t('recordings.ageRecipientHint')}
          isMono
          maxLength={200}
          autoComplete="off"
          spellCheck="false"
          value={state.ageRecipient}
          onChange={state.setAgeRecipient}
          error={problem ?? refusalOf(aboutAge)}
        />
      )}
      {state.kind === 'certificate' && (
        <CertificateField
          chosen={state.certificate}
          onChoose={state.setCertificate}
          error={problem ?? refusalOf(aboutCertificate)}
        />
      )}
    </>
  )
}
