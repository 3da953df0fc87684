import { listPeople, type Person } from '@getuige/contract'
import { Banner, Button, Cell, Column, EmptyState, RowHeader, SegmentedControl, State, Table, Tag } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { query } from '../api/index.ts'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { useKeys } from '../app/keys.ts'
import { Screen } from '../app/screen.tsx'
import { useSession } from '../app/session.ts'
import { formatDay, formatTime } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { IdentityProviderPanel } from '../sign-in-ways/identity-provider-panel.tsx'
import { AddPersonDialog } from './add-person-dialog.tsx'
import { OneTimePassword } from './one-time-password.tsx'
import { PersonDialog } from './person-dialog.tsx'

/** Who works with Getuige in the corps, in which roles, and whether they can get in. */
export function PeopleScreen() {
  const session = useSession()
  const navigate = useNavigate()
  const { show } = useSearch({ from: '/people' })
  const { data, error, refetch } = useQuery(query(listPeople, {}))
  const [isAdding, setIsAdding] = useState(false)
  const [chosenId, setChosenId] = useState<string | null>(null)
  const [secret, setSecret] = useState<Readonly<{ name: string; value: string }> | null>(null)
  const isAdministrator = session.person.roles.includes('administrator')

  const mayAdd = data !== undefined && isAdministrator
  useKeys(useMemo(() => (mayAdd ? [{ key: 'n', label: t('corps.add'), run: () => setIsAdding(true) }] : []), [mayAdd]))

  const people = data?.people ?? []
  const groups = {
    here: people.filter(({ leftAt }) => leftAt === null),
    locked: people.filter(({ leftAt, lockedUntil }) => leftAt === null && lockedUntil !== null),
    left: people.filter(({ leftAt }) => leftAt !== null),
  }
  const shown = groups[show ?? 'here']
  const chosen = people.find(({ id }) => id === chosenId)

  return (
    <Screen
      width="reading"
      title={t('corps.title')}
      lead={t('corps.lead', { corps: session.corps.name })}
      actions={
        mayAdd && (
          <Button variant="primary" onPress={() => setIsAdding(true)}>
            {t('corps.add')}
          </Button>
        )
      }
    >
      {error !== null && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading />}
      {data !== undefined && isAdministrator && (
        <div>
          <SegmentedControl
            label={t('corps.show')}
            options={[
              { id: 'here', label: t('corps.show.here', { count: groups.here.length }) },
              { id: 'locked', label: t('corps.show.locked', { count: groups.locked.length }) },
              { id: 'left', label: t('corps.show.left', { count: groups.left.length }) },
            ]}
            value={show ?? 'here'}
            onChange={(id) =>
              void navigate({
                to: '/people',
                search: id === 'left' || id === 'locked' ? { show: id } : {},
                replace: true,
              })
            }
          />
        </div>
      )}
      {data?.isFounding === true && isAdministrator && <Banner>{t('corps.foundingBanner')}</Banner>}
      {data !== undefined && shown.length === 0 && (
        <EmptyState title={t('corps.empty')}>{t(`corps.emptyBody.${show ?? 'here'}`)}</EmptyState>
      )}
      {shown.length > 0 && (
        <Table
          label={t('corps.list')}
          columns={
            <>
              <Column>{t('corps.name')}</Column>
              <Column>{t('corps.login')}</Column>
              <Column>{t('corps.roles')}</Column>
              <Column>{t('corps.standing')}</Column>
              {isAdministrator && (
                <Column>
                  <span className="sr-only">{t('corps.open')}</span>
                </Column>
              )}
            </>
          }
        >
          {shown.map((person) => (
            <tr key={person.id}>
              <RowHeader>
                <span className="whitespace-nowrap">
                  {person.name} {person.id === session.person.id && <Tag>{t('corps.you')}</Tag>}
                </span>
                {person.title !== '' && <span className="block text-sm font-normal text-ink-3">{person.title}</span>}
              </RowHeader>
              <Cell className="font-mono text-sm">{person.login}</Cell>
              <Cell>
                <RoleTags person={person} />
              </Cell>
              <Cell>
                <Standing person={person} />
              </Cell>
              {isAdministrator && (
                <Cell className="py-1 text-right max-sm:ml-auto">
                  <Button
                    size="small"
                    variant="plain"
                    aria-label={t('corps.openOf', { name: person.name })}
                    onPress={() => setChosenId(person.id)}
                  >
                    {t('corps.open')}
                  </Button>
                </Cell>
              )}
            </tr>
          ))}
        </Table>
      )}

      {isAdministrator && data !== undefined && <IdentityProviderPanel />}

      {isAdding && data !== undefined && (
        <AddPersonDialog
          isFounding={data.isFounding}
          onClose={() => setIsAdding(false)}
          onAdded={(person, value) => {
            setIsAdding(false)
            setSecret({ name: person.name, value })
          }}
        />
      )}
      {chosen !== undefined && data !== undefined && (
        <PersonDialog
          key={chosen.id}
          person={chosen}
          isFounding={data.isFounding}
          onClose={() => setChosenId(null)}
          onSecret={(value) => {
            setChosenId(null)
            setSecret({ name: chosen.name, value })
          }}
        />
      )}
      {secret !== null && <OneTimePassword {...secret} onClose={() => setSecret(null)} />}
    </Screen>
  )
}

function RoleTags({ person }: { person: Person }) {
  if (person.roles.length === 0) return <span className="text-ink-3">{t('app.noRoles')}</span>
  return (
    <span className="flex flex-wrap gap-1">
      {person.roles.map((role) => (
        <Tag key={role}>{t(`app.role.${role}`)}</Tag>
      ))}
    </span>
  )
}

/** How somebody stands with the door: one thing, the most pressing. */
function Standing({ person }: { person: Person }) {
  if (person.leftAt !== null)
    return (
      <State shape="ring" tone="muted">
        {t('corps.standing.left', { day: formatDay(person.leftAt) })}
      </State>
    )
  if (person.lockedUntil !== null)
    return (
      <State shape="triangle" tone="held">
        {t('corps.standing.locked', { time: formatTime(person.lockedUntil) })}
      </State>
    )
  if (person.recoverableUntil !== null)
    return (
      <State shape="quarter" tone="held">
        {t('corps.standing.recoverable')}
      </State>
    )
  if (person.mustChangePassword)
    return (
      <State shape="dotted" tone="muted">
        {t('corps.standing.oneTime')}
      </State>
    )
  return <State shape="disc">{t(person.hasSecondFactor ? 'corps.standing.factor' : 'corps.standing.own')}</State>
}
