import { listPeople, type Person, resetPassword } from '@getuige/contract'
import { Button, Cell, Column, Dialog, EmptyState, RowHeader, State, Table, Tag } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { query, useAct } from '../api/index.ts'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { useKeys } from '../app/keys.ts'
import { Screen } from '../app/screen.tsx'
import { Secret } from '../app/secret.tsx'
import { useSession } from '../app/session.ts'
import { formatDay } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { AddPersonDialog } from './add-person-dialog.tsx'

/** Who works with Getuige in the corps, and in which role. */
export function PeopleScreen() {
  const session = useSession()
  const { data, error, refetch } = useQuery(query(listPeople, {}))
  const [isAdding, setIsAdding] = useState(false)
  const [resetting, setResetting] = useState<Person | null>(null)
  const [secret, setSecret] = useState<Readonly<{ name: string; value: string }> | null>(null)

  const mayAdd = data !== undefined
  useKeys(useMemo(() => (mayAdd ? [{ key: 'n', label: t('corps.add'), run: () => setIsAdding(true) }] : []), [mayAdd]))

  return (
    <Screen
      width="reading"
      title={t('corps.title')}
      lead={t('corps.lead', { corps: session.corps.name })}
      actions={
        data !== undefined && (
          <Button variant="primary" onPress={() => setIsAdding(true)}>
            {t('corps.add')}
          </Button>
        )
      }
    >
      {error !== null && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading />}
      {data?.people.length === 0 && <EmptyState title={t('corps.empty')}>{t('corps.emptyBody')}</EmptyState>}
      {data !== undefined && data.people.length > 0 && (
        <Table
          label={t('corps.list')}
          columns={
            <>
              <Column>{t('corps.name')}</Column>
              <Column>{t('corps.login')}</Column>
              <Column>{t('corps.role')}</Column>
              <Column>{t('corps.standing')}</Column>
              <Column>{t('corps.since')}</Column>
              <Column>
                <span className="sr-only">{t('corps.reset')}</span>
              </Column>
            </>
          }
        >
          {data.people.map((person) => (
            <tr key={person.id}>
              <RowHeader className="whitespace-nowrap">
                {person.name} {person.id === session.person.id && <Tag>{t('corps.you')}</Tag>}
              </RowHeader>
              <Cell className="font-mono text-sm">{person.login}</Cell>
              <Cell className="whitespace-nowrap first-letter:uppercase">
                {person.roles.map((role) => t(`app.role.${role}`)).join(', ')}
              </Cell>
              <Cell className="whitespace-nowrap">
                {person.mustChangePassword ? (
                  <State shape="dotted" tone="muted">
                    {t('corps.standing.oneTime')}
                  </State>
                ) : (
                  <State shape="disc">{t('corps.standing.own')}</State>
                )}
              </Cell>
              <Cell className="whitespace-nowrap text-ink-2 max-sm:hidden">{formatDay(person.createdAt)}</Cell>
              <Cell className="py-1 text-right max-sm:ml-auto">
                {person.id !== session.person.id && (
                  <Button
                    size="small"
                    variant="plain"
                    aria-label={t('corps.resetFor', { name: person.name })}
                    onPress={() => setResetting(person)}
                  >
                    {t('corps.reset')}
                  </Button>
                )}
              </Cell>
            </tr>
          ))}
        </Table>
      )}

      {isAdding && (
        <AddPersonDialog
          onClose={() => setIsAdding(false)}
          onAdded={(person, value) => {
            setIsAdding(false)
            setSecret({ name: person.name, value })
          }}
        />
      )}
      {resetting !== null && (
        <ResetDialog
          person={resetting}
          onClose={() => setResetting(null)}
          onReset={(value) => {
            setSecret({ name: resetting.name, value })
            setResetting(null)
          }}
        />
      )}
      {secret !== null && (
        <Dialog
          isOpen
          isAlert
          title={t('corps.oneTimeTitle', { name: secret.name })}
          closeLabel={t('app.close')}
          onClose={() => setSecret(null)}
          actions={
            <Button variant="primary" onPress={() => setSecret(null)}>
              {t('app.close')}
            </Button>
          }
        >
          <p className="mb-3">{t('corps.oneTimeBody', { name: secret.name })}</p>
          <Secret label={t('corps.oneTimeTitle', { name: secret.name })} value={secret.value} />
        </Dialog>
      )}
    </Screen>
  )
}

function ResetDialog({
  person,
  onClose,
  onReset,
}: {
  person: Person
  onClose: () => void
  onReset: (oneTimePassword: string) => void
}) {
  const reset = useAct(resetPassword)
  return (
    <Dialog
      isOpen
      isAlert
      title={t('corps.resetFor', { name: person.name })}
      closeLabel={t('app.close')}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('app.cancel')}</Button>
          <Button
            variant="primary"
            isPending={reset.isPending}
            onPress={() =>
              reset.mutate(
                { params: { personId: person.id } },
                { onSuccess: ({ oneTimePassword }) => onReset(oneTimePassword) },
              )
            }
          >
            {t('corps.resetDo')}
          </Button>
        </>
      }
    >
      <p>{t('corps.resetBody', { name: person.name })}</p>
      {reset.error !== null && <ErrorPanel error={reset.error} />}
    </Dialog>
  )
}
