import { listPasskeys } from '@getuige/contract'
import { Button } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { query } from '../api/index.ts'
import { t } from '../messages/translate.ts'
import { AddPasskey } from './add-passkey.tsx'

/** For who must add a factor: a passkey is one. Offered where it works. */
export function PasskeyInstead({ onDone = () => undefined }: { onDone?: () => void }) {
  const { data } = useQuery(query(listPasskeys, {}))
  const [isOpen, setIsOpen] = useState(false)
  if (data?.canAdd !== true) return null
  return (
    <div className="mt-6 border-t border-line pt-4">
      {isOpen ? (
        <AddPasskey onDone={onDone} />
      ) : (
        <Button onPress={() => setIsOpen(true)}>{t('ways.passkeys.instead')}</Button>
      )}
    </div>
  )
}
