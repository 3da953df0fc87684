import { changeTags, type Recording } from '@getuige/contract'
import { toast } from '@getuige/ui'
import { useState } from 'react'
import { useAct } from '../api/index.ts'
import { FormDialog } from '../app/form-dialog.tsx'
import { t } from '../messages/translate.ts'
import { readTags, TagsField } from './tags-field.tsx'

/** The tags of one recording, as they are to be. */
export function TagsDialog({ recording, onClose }: { recording: Recording; onClose: () => void }) {
  const [tags, setTags] = useState<readonly string[]>(recording.tags)
  const [typed, setTyped] = useState('')
  const change = useAct(changeTags)
  const read = readTags(tags, typed)
  return (
    <FormDialog
      title={t('search.tagsTitle')}
      actLabel={t('search.tagsDo')}
      isWrong={read.isWrong}
      isPending={change.isPending}
      error={change.error}
      onSubmit={() =>
        change.mutate(
          { params: { recordingId: recording.id }, body: { tags: [...read.tags] } },
          {
            onSuccess: () => {
              toast(t('search.tagsDone'))
              onClose()
            },
          },
        )
      }
      onClose={onClose}
    >
      {(wasTried) => (
        <>
          <p className="text-ink-2">{t('search.tagsBody')}</p>
          <TagsField
            label={t('search.tags')}
            tags={tags}
            typed={typed}
            onChange={(next, rest) => {
              setTags(next)
              setTyped(rest)
            }}
            error={wasTried && read.isWrong ? t('search.tagWrong') : null}
          />
        </>
      )}
    </FormDialog>
  )
}
