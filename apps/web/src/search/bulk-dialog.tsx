import type { RecordingId } from '@getuige/base'
import {
  type BulkAct,
  getLaw,
  mostTags,
  performBulk,
  type Permission,
  previewBulk,
  type RecordingRow,
  type ReturnsOf,
} from '@getuige/contract'
import { Banner, Button, Dialog, type Shape, State, type Tone } from '@getuige/ui'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type ReactNode, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { call, query, type RefusalError, useAct } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { focusFirstProblem } from '../app/form.ts'
import { saySentences } from '../app/permission.ts'
import { formatInstant, formatList } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { useHoldDraft } from '../recordings/hold-draft.tsx'
import { sayHeldFor } from '../recordings/standing.ts'
import { readTags, TagsField } from './tags-field.tsx'

type Preview = ReturnsOf<typeof previewBulk>
type Done = ReturnsOf<typeof performBulk>

/**
 * One act on many recordings, in three steps: what is to be done; what that would do, told by the server, to which and
 * to which not and why; and what was done.
 */
export function BulkDialog({
  act: which,
  recordings,
  onClose,
}: {
  act: BulkAct['act']
  recordings: readonly RecordingRow[]
  onClose: () => void
}) {
  // What was selected when the dialog opened: the list behind it goes on living.
  const [chosen] = useState(recordings)
  const recordingIds = chosen.map(({ id }) => id)
  const draft = useDraft(which)
  const [wasTried, setWasTried] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const preview = useMutation<Preview, RefusalError, BulkAct>({
    mutationFn: (act) => call(previewBulk, { body: { recordingIds, act } }),
  })
  const perform = useAct(performBulk)

  const look = () => {
    const { act } = draft
    if (act === null) {
      flushSync(() => setWasTried(true))
      focusFirstProblem(form.current)
    } else if (!preview.isPending) preview.mutate(act)
  }
  const act = preview.variables
  const shown = preview.data !== undefined && act !== undefined ? { told: preview.data, act } : null

  return (
    <Dialog
      isOpen
      size="medium"
      title={t(`search.title.${which}`)}
      closeLabel={t('app.close')}
      onClose={onClose}
      actions={
        perform.data !== undefined ? (
          <Button variant="primary" onPress={onClose}>
            {t('app.close')}
          </Button>
        ) : shown === null ? (
          <>
            <Button onPress={onClose}>{t('app.cancel')}</Button>
            <Button variant="primary" isPending={preview.isPending} onPress={look}>
              {t('search.see')}
            </Button>
          </>
        ) : (
          <>
            <Button
              onPress={() => {
                perform.reset()
                preview.reset()
              }}
            >
              {t('search.back')}
            </Button>
            {shown.told.would.length > 0 && (
              <Button
                variant="primary"
                isPending={perform.isPending}
                // To no other than it was said of.
                onPress={() => perform.mutate({ body: { recordingIds: shown.told.would, act: shown.act } })}
              >
                {t(`search.do.${which}`, { count: shown.told.would.length })}
              </Button>
            )}
          </>
        )
      }
    >
      {perform.data !== undefined && shown !== null && (
        <DoneText done={perform.data} wanted={shown.told.would} recordings={chosen} />
      )}
      {perform.data === undefined && shown === null && (
        <form
          ref={form}
          noValidate
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            look()
          }}
        >
          <p className="text-ink-2">{t('search.selected', { count: chosen.length })}</p>
          {draft.fields(wasTried)}
          {preview.error !== null && <ErrorPanel error={preview.error} />}
          <button type="submit" hidden />
        </form>
      )}
      {perform.data === undefined && shown !== null && (
        <div className="flex flex-col gap-4" role="status">
          <PreviewText told={shown.told} act={shown.act} recordings={chosen} />
          {perform.error !== null && <ErrorPanel error={perform.error} />}
        </div>
      )}
    </Dialog>
  )
}

/** The words of the act as they are typed; `act` is null for as long as something is missing. */
function useDraft(which: BulkAct['act']): { act: BulkAct | null; fields: (wasTried: boolean) => ReactNode } {
  const [tags, setTags] = useState<readonly string[]>([])
  const [typed, setTyped] = useState('')
  const { data: law } = useQuery({ ...query(getLaw, {}), enabled: which === 'place-hold', staleTime: 60_000 })
  const { hold, fields } = useHoldDraft(law?.inForce.holdKinds)

  if (which === 'place-hold') {
    return {
      act: hold === null ? null : { act: which, ...hold },
      fields: (wasTried) => (
        <>
          <p className="text-ink-2">{t('recordings.holdPlaceBody')}</p>
          {fields(wasTried)}
        </>
      ),
    }
  }
  // What still stands in the field counts as well.
  const read = readTags(tags, typed)
  return {
    act: read.tags.length > 0 && !read.isWrong ? { act: which, tags: [...read.tags] } : null,
    fields: (wasTried) => (
      <TagsField
        label={t('search.tags')}
        tags={tags}
        typed={typed}
        onChange={(next, rest) => {
          setTags(next)
          setTyped(rest)
        }}
        error={wasTried && tags.length === 0 ? t(read.isWrong ? 'search.tagWrong' : 'search.tagsMissing') : null}
      />
    ),
  }
}

function PreviewText({ told, act, recordings }: { told: Preview; act: BulkAct; recordings: readonly RecordingRow[] }) {
  const count = told.would.length
  const would =
    act.act === 'place-hold'
      ? t('search.would.place-hold', { count, for: sayHeldFor(act) })
      : t(`search.would.${act.act}`, { count, tags: formatList(act.tags) })
  return (
    <>
      <Group
        shape={count > 0 ? 'check' : 'ring'}
        tone={count > 0 ? 'accent' : 'muted'}
        words={would}
        ids={told.would}
        recordings={recordings}
      />
      <NotDone told={told} recordings={recordings} />
      {count > 0 && <p className="text-sm text-ink-2">{t('search.entered')}</p>}
    </>
  )
}

/** What became of each, where something changed since it was said what would be done. */
function DoneText({
  done: { done, already, full, wouldNot },
  wanted,
  recordings,
}: {
  done: Done
  wanted: readonly RecordingId[]
  recordings: readonly RecordingRow[]
}) {
  const told = new Set([...done, ...already, ...full, ...wouldNot.map(({ recordingId }) => recordingId)])
  const gone = wanted.filter((id) => !told.has(id))
  const refused = full.length + wouldNot.length
  return (
    <div className="flex flex-col gap-4">
      <Banner tone="done">
        {t('search.done', { done: done.length, already: already.length, refused: refused + gone.length })}
      </Banner>
      <NotDone told={{ already, full, wouldNot }} recordings={recordings} />
      {gone.length > 0 && (
        <Group
          shape="cross"
          tone="loss"
          words={t('search.gone', { count: gone.length })}
          ids={gone}
          recordings={recordings}
        />
      )}
    </div>
  )
}

/** To which nothing is done, and why. */
function NotDone({ told, recordings }: { told: Omit<Done, 'done'>; recordings: readonly RecordingRow[] }) {
  return (
    <>
      {told.already.length > 0 && (
        <Group
          shape="ring"
          tone="muted"
          words={t('search.already', { count: told.already.length })}
          ids={told.already}
          recordings={recordings}
        />
      )}
      {told.full.length > 0 && (
        <Group
          shape="cross"
          tone="loss"
          words={t('search.full', { count: told.full.length, most: mostTags })}
          ids={told.full}
          recordings={recordings}
        />
      )}
      {told.wouldNot.length > 0 && (
        <Refused
          refusals={told.wouldNot}
          words={t('search.wouldNot', { count: told.wouldNot.length })}
          recordings={recordings}
        />
      )}
    </>
  )
}

function Group({
  shape,
  tone,
  words,
  ids,
  recordings,
  children,
}: {
  shape: Shape
  tone: Tone
  words: string
  ids: readonly RecordingId[]
  recordings: readonly RecordingRow[]
  children?: ReactNode
}) {
  return (
    <section className="flex flex-col gap-1">
      <h3 className="font-medium">
        <State shape={shape} tone={tone}>
          {words}
        </State>
      </h3>
      {children}
      <Names ids={ids} recordings={recordings} />
    </section>
  )
}

/** Those that are refused, gathered by why: a rule is said once. */
function Refused({
  refusals,
  words,
  recordings,
}: {
  refusals: Preview['wouldNot']
  words: string
  recordings: readonly RecordingRow[]
}) {
  const byReason = new Map<string, { permission: Permission; ids: RecordingId[] }>()
  for (const { recordingId, permission } of refusals) {
    const key = saySentences(permission).join(' ')
    const known = byReason.get(key)
    if (known === undefined) byReason.set(key, { permission, ids: [recordingId] })
    else known.ids.push(recordingId)
  }
  return (
    <section className="flex flex-col gap-2">
      <h3 className="font-medium">
        <State shape="cross" tone="loss">
          {words}
        </State>
      </h3>
      {[...byReason].map(([why, { permission, ids }]) => (
        <div key={why} className="border-l-2 border-loss pl-3">
          <ul>
            {saySentences(permission).map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
          <Names ids={ids} recordings={recordings} />
        </div>
      ))}
    </section>
  )
}

function Names({ ids, recordings }: { ids: readonly RecordingId[]; recordings: readonly RecordingRow[] }) {
  const named = ids.flatMap((id) => recordings.find((one) => one.id === id) ?? [])
  return (
    <ul tabIndex={named.length > 6 ? 0 : undefined} className="max-h-40 overflow-y-auto text-sm text-ink-2">
      {named.map((one) => (
        <li key={one.id} className="tabular-nums">
          {formatInstant(one.recordedAt, 'second')} · {one.camera.label}
          {one.wearer !== null && ` · ${one.wearer.name}`}
        </li>
      ))}
    </ul>
  )
}
