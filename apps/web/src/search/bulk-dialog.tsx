import type { RecordingId } from '@getuige/base'
import {
  type BulkAct,
  getLaw,
  type Hold,
  holdKind,
  mostTags,
  performBulk,
  type Permission,
  previewBulk,
  type RecordingRow,
  type ReturnsOf,
} from '@getuige/contract'
import { Banner, Button, Dialog, RadioGroup, type Shape, State, TextArea, TextField, type Tone } from '@getuige/ui'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type ReactNode, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { call, query, type RefusalError, useAct } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { focusFirstProblem } from '../app/form.ts'
import { saySentences } from '../app/permission.ts'
import { formatInstant, formatList } from '../messages/formats.ts'
import { say, t } from '../messages/translate.ts'
import { findReasonProblem } from '../recordings/reason-problem.ts'
import { sayHeldFor } from '../recordings/standing.ts'
import { readTags, TagsField } from './tags-field.tsx'

type Preview = ReturnsOf<typeof previewBulk>

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
                onPress={() => perform.mutate({ body: { recordingIds, act: shown.act } })}
              >
                {t(`search.do.${which}`, { count: shown.told.would.length })}
              </Button>
            )}
          </>
        )
      }
    >
      {perform.data !== undefined && <Banner tone="done">{t('search.done', perform.data)}</Banner>}
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
  const [kind, setKind] = useState<Hold['kind'] | null>(null)
  const [number, setNumber] = useState('')
  const [reason, setReason] = useState('')
  const { data: law } = useQuery({ ...query(getLaw, {}), enabled: which === 'place-hold', staleTime: 60_000 })
  const kinds = holdKind.options.flatMap((id) => {
    const known = law?.inForce.holdKinds.find((one) => one.id === id)
    return known === undefined ? [] : [{ id, label: say(known.label) }]
  })

  if (which === 'place-hold') {
    const chosen = kind ?? kinds[0]?.id
    const numberProblem = number.trim() === '' ? t('recordings.numberMissing') : null
    const reasonProblem = findReasonProblem(reason)
    const isReady = chosen !== undefined && numberProblem === null && reasonProblem === null
    return {
      act: isReady ? { act: which, kind: chosen, number: number.trim(), reason: reason.trim() } : null,
      fields: (wasTried) => (
        <>
          <p className="text-ink-2">{t('recordings.holdPlaceBody')}</p>
          {chosen !== undefined && (
            <RadioGroup
              label={t('recordings.holdKind')}
              isRow
              options={kinds}
              value={chosen}
              onChange={(id) => setKind(holdKind.options.find((one) => one === id) ?? chosen)}
            />
          )}
          <TextField
            label={t('recordings.holdNumber')}
            isMono
            autoFocus
            maxLength={120}
            value={number}
            onChange={setNumber}
            error={wasTried ? numberProblem : null}
          />
          <TextArea
            label={t('recordings.reason')}
            maxLength={2000}
            value={reason}
            onChange={setReason}
            error={wasTried && reasonProblem !== null ? t(reasonProblem) : null}
          />
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
      <Group shape="check" tone="accent" words={would} ids={told.would} recordings={recordings} />
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
      {count > 0 && <p className="text-sm text-ink-2">{t('search.entered')}</p>}
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
