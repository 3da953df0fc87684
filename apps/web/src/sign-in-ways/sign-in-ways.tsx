import { beginProviderSignIn, listSignInWays, providerRefusals } from '@getuige/contract'
import { Banner, Button } from '@getuige/ui'
import { useMutation, useQuery } from '@tanstack/react-query'
import { call, query } from '../api/index.ts'
import { t } from '../messages/translate.ts'
import { showPasskey } from './ceremony.ts'
import { WayError } from './way-error.tsx'

type ProviderChoice = Readonly<{ corpsId: string; label: string }>

/** Ways to sign in beside login and password, as far as there are any. */
export function SignInWays() {
  const { data } = useQuery(query(listSignInWays, {}))
  if (data === undefined) return null
  return (
    <div className="flex flex-col gap-2">
      {!data.asksSecondFactor && <Banner tone="held">{t('session.demonstration')}</Banner>}
      {data.passkeys && <PasskeyButton />}
      {data.providers.map((provider) => (
        <ProviderButton key={provider.corpsId} provider={provider} />
      ))}
    </div>
  )
}

/** One step: the passkey says who it is, and that they are there. */
export function PasskeyButton() {
  const attempt = useMutation({ mutationFn: showPasskey })
  return (
    <>
      {attempt.error !== null && <WayError error={attempt.error} />}
      <Button size="large" isPending={attempt.isPending} onPress={() => attempt.mutate()}>
        {t('ways.passkey.use')}
      </Button>
    </>
  )
}

function ProviderButton({ provider }: { provider: ProviderChoice }) {
  const attempt = useMutation({
    mutationFn: async () => {
      const { address } = await call(beginProviderSignIn, { body: { corpsId: provider.corpsId } })
      location.assign(address)
    },
  })
  return (
    <>
      {attempt.error !== null && <WayError error={attempt.error} />}
      <Button size="large" isPending={attempt.isPending} onPress={() => attempt.mutate()}>
        {t('ways.provider.use', { label: provider.label })}
      </Button>
    </>
  )
}

/** Why somebody who came back from the identity provider was not let in, from the address they came back to. */
export function ProviderRefusal() {
  const refused = new URLSearchParams(location.search).get('refused')
  const code = providerRefusals.find((one) => one === refused)
  return code === undefined ? null : <Banner tone="refusal">{t(`errors.${code}`)}</Banner>
}
