import {
  listSearches,
  openSearch,
  type RecordingFilters,
  removeSearch,
  type SavedSearch,
  saveSearch,
} from '@getuige/contract'
import { Button, Dialog, Menu, TextField, toast } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { call, query, useAct } from '../api/index.ts'
import { ConfirmDialog } from '../app/confirm-dialog.tsx'
import { ErrorPanel, Loading } from '../app/faces.tsx'
import { FormDialog } from '../app/form-dialog.tsx'
import { t } from '../messages/translate.ts'
import { describeFilters, type FilterChoices } from './describe-filters.ts'

type Open = 'save' | 'manage' | null

/** One that is opened stays. Nobody waits for it, and where it is not noted the next time will do. */
const noteOpened = ({ id }: SavedSearch) => void call(openSearch, { params: { searchId: id } }).catch(() => undefined)

/** The searches that this person keeps: opened from a menu, and saved, replaced and removed behind it. */
export function SavedSearches({
  search,
  choices,
  onOpen,
}: {
  search: RecordingFilters
  choices: FilterChoices
  onOpen: (filters: RecordingFilters) => void
}) {
  const { data } = useQuery({ ...query(listSearches, {}), staleTime: 60_000 })
  const searches = data?.searches ?? []
  const [open, setOpen] = useState<Open>(null)
  return (
    <>
      <Menu
        label={t('search.saved')}
        variant="quiet"
        entries={[
          ...searches.map(({ id, name }) => ({ id, label: name })),
          { id: 'save', label: t('search.saveThis'), startsGroup: searches.length > 0 },
          ...(searches.length > 0 ? [{ id: 'manage', label: t('search.savedManage') }] : []),
        ]}
        onAction={(id) => {
          const chosen = searches.find((one) => one.id === id)
          if (chosen !== undefined) {
            noteOpened(chosen)
            onOpen(chosen.filters)
          } else setOpen(id === 'save' ? 'save' : 'manage')
        }}
        className="min-h-9"
      >
        <svg viewBox="0 0 16 16" aria-hidden="true" className="size-4 sm:hidden">
          <path d="M4 2h8v12l-4-3-4 3Z" fill="none" stroke="currentColor" strokeWidth="1.4" />
        </svg>
        <span className="max-sm:sr-only">{t('search.saved')}</span> <span aria-hidden="true">▾</span>
      </Menu>
      {open === 'save' && (
        <SaveDialog search={search} choices={choices} searches={searches} onClose={() => setOpen(null)} />
      )}
      {open === 'manage' && <ManageDialog search={search} choices={choices} onClose={() => setOpen(null)} />}
    </>
  )
}

function SaveDialog({
  search,
  choices,
  searches,
  onClose,
}: {
  search: RecordingFilters
  choices: FilterChoices
  searches: readonly SavedSearch[]
  onClose: () => void
}) {
  const [name, setName] = useState('')
  const save = useAct(saveSearch)
  const replaced = searches.some((one) => one.name === name.trim())
  const problem = name.trim() === '' ? t('search.saveNameMissing') : null
  return (
    <FormDialog
      title={t('search.saveTitle')}
      size="small"
      actLabel={replaced ? t('search.saveReplaceDo') : t('search.saveDo')}
      isWrong={problem !== null}
      isPending={save.isPending}
      error={save.error}
      onSubmit={() =>
        save.mutate(
          { body: { name: name.trim(), filters: search } },
          {
            onSuccess: () => {
              toast(t('search.savedDone'))
              onClose()
            },
          },
        )
      }
      onClose={onClose}
    >
      {(wasTried) => (
        <>
          <TextField
            label={t('search.saveName')}
            autoFocus
            maxLength={120}
            value={name}
            onChange={setName}
            error={wasTried ? problem : null}
            {...(replaced ? { description: t('search.saveReplaces') } : {})}
          />
          <div>
            <p className="text-ink-2">{t('search.saveWhat')}</p>
            <FilterList search={search} choices={choices} />
          </div>
        </>
      )}
    </FormDialog>
  )
}

function FilterList({ search, choices }: { search: RecordingFilters; choices: FilterChoices }) {
  const filters = describeFilters(search, choices)
  if (filters.length === 0) return <p>{t('search.saveWhatAll')}</p>
  return <p className="break-words">{filters.map(({ words }) => words).join(' · ')}</p>
}

function ManageDialog({
  search,
  choices,
  onClose,
}: {
  search: RecordingFilters
  choices: FilterChoices
  onClose: () => void
}) {
  const { data, error, refetch } = useQuery(query(listSearches, {}))
  const save = useAct(saveSearch)
  const remove = useAct(removeSearch)
  const [removed, setRemoved] = useState<SavedSearch | null>(null)
  // What was removed does not stand there until the list is asked again.
  const gone = remove.isSuccess ? remove.variables.params.searchId : null
  const searches = data?.searches.filter(({ id }) => id !== gone)
  if (removed !== null) {
    return (
      <ConfirmDialog
        title={t('search.savedRemoveTitle')}
        size="small"
        body={t('search.savedRemoveBody', { name: removed.name })}
        actLabel={t('search.savedRemoveDo')}
        variant="danger"
        isPending={remove.isPending}
        error={remove.error}
        onConfirm={() =>
          remove.mutate(
            { params: { searchId: removed.id } },
            {
              onSuccess: () => {
                toast(t('search.savedRemoved'))
                setRemoved(null)
              },
            },
          )
        }
        onClose={() => setRemoved(null)}
      />
    )
  }
  return (
    <Dialog isOpen title={t('search.saved')} closeLabel={t('app.close')} onClose={onClose}>
      <p className="mb-3 text-ink-2">{t('search.savedBody')}</p>
      {(error ?? save.error) !== null && <ErrorPanel error={error ?? save.error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading rows={3} />}
      {searches?.length === 0 && <p>{t('search.savedNone')}</p>}
      <ul className="-mx-4 -mb-4">
        {searches?.map((one) => (
          <li key={one.id} className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-t border-line px-4 py-2.5">
            <div className="min-w-0 flex-1 basis-60">
              <Link
                to="/recordings"
                search={one.filters}
                onClick={() => {
                  noteOpened(one)
                  onClose()
                }}
                className="font-medium text-accent underline underline-offset-2"
              >
                {one.name}
              </Link>
              <div className="text-sm text-ink-2">
                <FilterList search={one.filters} choices={choices} />
              </div>
            </div>
            <div className="flex flex-wrap gap-2">
              <Button
                size="small"
                isPending={save.isPending && save.variables.body.name === one.name}
                aria-label={t('search.savedReplaceLabel', { name: one.name })}
                onPress={() =>
                  save.mutate(
                    { body: { name: one.name, filters: search } },
                    { onSuccess: () => toast(t('search.savedDone')) },
                  )
                }
              >
                {t('search.savedReplace')}
              </Button>
              <Button
                size="small"
                aria-label={t('search.savedRemoveLabel', { name: one.name })}
                onPress={() => setRemoved(one)}
              >
                {t('search.savedRemove')}
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}
