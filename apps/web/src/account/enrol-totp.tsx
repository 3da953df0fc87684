import { beginTotp, confirmTotp } from '@getuige/contract'
import { Button } from '@getuige/ui'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { lazyPart } from '../app/newer-version.tsx'
import { call, type RefusalError } from '../api/index.ts'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { Secret } from '../app/secret.tsx'
import { startSession } from '../app/session.ts'
import { t } from '../messages/translate.ts'
import { CodeField, isCode } from '../session/code-field.tsx'
import { SignInError } from '../session/sign-in-error.tsx'

const QrCode = lazyPart(async () => (await import('./qr-code.tsx')).QrCode)

/** An authenticator: scan or type the secret, then give the first code. The session goes on as a new one. */
export function EnrolTotp({ onDone }: { onDone: () => void }) {
  const [code, setCode] = useState('')
  // Asking makes a new secret: once, and never again behind the back of who is scanning it.
  const begun = useQuery({
    queryKey: ['begun-totp'],
    queryFn: () => call(beginTotp, {}),
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
  const confirm = useMutation<void, RefusalError, string>({
    mutationFn: async (typed) => {
      startSession(await call(confirmTotp, { body: { code: typed } }))
      onDone()
    },
    onError: () => setCode(''),
  })
  if (begun.error !== null) return <ErrorPanel error={begun.error} />
  if (begun.data === undefined) return <Loading rows={3} />
  const { secret, uri } = begun.data
  return (
    <form
      className="flex max-w-md flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (isCode(code) && !confirm.isPending) confirm.mutate(code)
      }}
    >
      <ol className="flex list-decimal flex-col gap-4 pl-5">
        <li>
          <p className="mb-2">{t('account.totp.scan')}</p>
          <QrCode text={uri} label={t('account.totp.qr')} />
          <details className="mt-2">
            <summary className="cursor-pointer text-sm text-accent">{t('account.totp.type')}</summary>
            <div className="mt-2">
              <Secret label={t('account.totp.secret')} value={secret.replaceAll(/.{4}(?=.)/g, '$& ')} />
            </div>
          </details>
        </li>
        <li>
          <p className="mb-2">{t('account.totp.confirm')}</p>
          {confirm.error !== null && <SignInError error={confirm.error} />}
          <CodeField value={code} onChange={setCode} />
        </li>
      </ol>
      <div>
        <Button type="submit" variant="primary" isDisabled={!isCode(code)} isPending={confirm.isPending}>
          {t('account.totp.finish')}
        </Button>
      </div>
    </form>
  )
}
