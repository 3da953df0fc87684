import { toBase64 } from '@getuige/base'
import { Button } from '@getuige/ui'
import { useId } from 'react'
import { FileTrigger } from 'react-aria-components/FileTrigger'
import { t } from '../messages/translate.ts'

/** A file as it was chosen, in the form in which the contract takes a certificate. */
export type ChosenCertificate = Readonly<{ name: string; certificate: string }>

/** Beyond this it is no certificate; the contract refuses it, and so says the same. */
const maxBytes = 24 * 1024

/** PEM stays as it is; the bytes of DER become base64. What is far too long becomes what no certificate is. */
export async function readCertificateFile(file: File): Promise<ChosenCertificate> {
  if (file.size > maxBytes) return { name: file.name, certificate: '' }
  const bytes = new Uint8Array(await file.arrayBuffer())
  const text = new TextDecoder().decode(bytes)
  return { name: file.name, certificate: text.includes('-----BEGIN') ? text : toBase64(bytes) }
}

/** Chooses one file; what is wrong with it stands beneath, as beside any other field. */
export function CertificateField({
  chosen,
  onChoose,
  error,
}: {
  chosen: ChosenCertificate | null
  onChoose: (chosen: ChosenCertificate) => void
  error: string | null
}) {
  const id = useId()
  return (
    <div role="group" aria-labelledby={`${id}-label`} {...(error === null ? {} : { 'data-invalid': true })}>
      <p id={`${id}-label`} className="mb-1 font-medium">
        {t('recordings.certificateFile')}
      </p>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <FileTrigger
          acceptedFileTypes={['.pem', '.crt', '.cer', '.der', 'application/x-x509-ca-cert', 'application/pkix-cert']}
          onSelect={(files) => {
            const file = files?.[0]
            if (file !== undefined) void readCertificateFile(file).then(onChoose)
          }}
        >
          <Button aria-describedby={`${id}-name ${id}-words`}>{t('recordings.certificateChoose')}</Button>
        </FileTrigger>
        <span id={`${id}-name`} role="status" className="min-w-0 font-mono text-sm break-all">
          {chosen?.name}
        </span>
      </div>
      <div id={`${id}-words`} className="mt-1 text-sm">
        <p className="text-ink-3">{t('recordings.certificateFileHint')}</p>
        {error !== null && <p className="mt-1 font-medium text-loss">{error}</p>}
      </div>
    </div>
  )
}
